// Functions that C++ code offers to scripts under a name of its own choice: vh.CallDynamicFunction(name, ...).
//
// A host has one registry; a plugin of the host registers with it:
//
//     hub.dynamic_functions().add("shop.price", [](std::span<const DynamicValue> arguments) -> Result<DynamicValue> {
//       if (arguments.size() != 1 || !arguments[0].is<std::string>()) {
//         return refuse(Refusal::kBadArgument, "shop.price takes the name of an article");
//       }
//       return DynamicValue{price_of(arguments[0].as<std::string>())};
//     });
//
// and before its code is unmapped removes what it has added.
//
// Owner: the host. Thread: hub, for registering, removing and calling; calls from other threads come through the lane. A
// function must not block. It may add and remove functions, itself included. Text is bytes in the hub's encoding.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace vhpy {

struct DynamicEntry;

// An argument or a result: nothing, a whole number, a real one, text, a list, or a dictionary with text as its keys (in
// the order in which Python has it).
struct DynamicValue {
  using Nothing = std::monostate;
  using List = std::vector<DynamicValue>;
  using Dict = std::vector<DynamicEntry>;

  std::variant<Nothing, std::int64_t, double, std::string, List, Dict> data;  // no initialiser: Clang would need DynamicEntry whole here

  template <class T>
  bool is() const noexcept {
    return std::holds_alternative<T>(data);
  }
  // T must be what it is.
  template <class T>
  const T& as() const {
    return std::get<T>(data);
  }
};

struct DynamicEntry {
  std::string key;
  DynamicValue value;
};

using DynamicValues = std::vector<DynamicValue>;
using DynamicFunction = std::function<Result<DynamicValue>(std::span<const DynamicValue> arguments)>;

// What became of a call. Scripts see each kind of failure as an exception of its own.
struct DynamicAnswer {
  enum class Kind : std::uint8_t {
    kValue,
    kNoneRegistered,  // there is no function of any name
    kUnknownName,
    kBadArgument,     // the function says so, by Refusal::kBadArgument
    kRefused,         // the function refused for another reason, or threw
  };
  Kind kind = Kind::kValue;
  DynamicValue value{};
  std::string detail{};  // of a failure: one line
};

// What a plugin calls is virtual, so that a library loaded at run time needs no symbol of the program.
class DynamicFunctions {
 public:
  virtual ~DynamicFunctions() = default;

  static constexpr std::size_t kMaxFunctions = 10'000;
  static constexpr std::size_t kMaxNameBytes = 256;
  static constexpr int kMaxDepth = 16;  // calls inside calls: a function may make a script call it again

  // kBadArgument: an empty or too long name, or no function; kExists: the name is taken; kUnavailable: too many.
  virtual Outcome add(std::string name, DynamicFunction function);
  virtual Outcome remove(std::string_view name);  // kNotFound
  std::size_t size() const noexcept { return functions_.size(); }

  // Blocks: as long as the function does. Never throws what the function throws.
  DynamicAnswer call(std::string_view name, std::span<const DynamicValue> arguments);

 private:
  // Shared with the call under way, which may remove its own function.
  std::map<std::string, std::shared_ptr<const DynamicFunction>, std::less<>> functions_;
  int depth_ = 0;
};

}  // namespace vhpy
