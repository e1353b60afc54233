// A command that calls a function object on the consumer thread and keeps what it returns.
//
// Size: 96 bytes of bookkeeping, plus Fn (arguments), plus std::optional<Value>. Up to BlockPool::kBlockBytes (384) it
// lives in a block of the caller's pool and costs no allocation; fits_block() tells. Larger ones use the heap.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "queue/block_pool.h"
#include "queue/command.h"

namespace vhpy::queue {

template <class Fn>
class Call final : public Command {
  using Returned = std::invoke_result_t<Fn&>;

 public:
  // What value() gives; std::monostate for a function that returns nothing.
  using Value = std::conditional_t<std::is_void_v<Returned>, std::monostate, std::remove_cvref_t<Returned>>;

  static constexpr bool fits_block() noexcept {
    return sizeof(Call) <= BlockPool::kBlockBytes && alignof(Call) <= BlockPool::kBlockAlignment;
  }
  // Bytes of memory it takes, without what its arguments hold elsewhere.
  static constexpr std::size_t block_bytes() noexcept {
    return fits_block() ? BlockPool::kBlockBytes : sizeof(Call);
  }

  Call(const char* label, OwnerId owner, TimePoint deadline, std::size_t payload_bytes, Fn&& fn)
      : Command(label, owner, deadline, block_bytes() + payload_bytes), fn_(std::in_place, std::move(fn)) {}
  ~Call() override = default;

  // What the function returned; may be moved from. Only after state() or wait() gave kDone.
  Value& value() noexcept { return *value_; }
  const Value& value() const noexcept { return *value_; }
  // The text of what the function threw. Only after kFailed.
  const std::string& failure() const noexcept { return failure_; }

 private:
  State execute() noexcept override {
    try {
      if constexpr (std::is_void_v<Returned>) {
        (*fn_)();
        value_.emplace();
      } else {
        value_.emplace((*fn_)());
      }
      return State::kDone;
    } catch (const std::exception& thrown) {
      keep_failure(thrown.what());
    } catch (...) {
      keep_failure("an exception that is not a std::exception");
    }
    return State::kFailed;
  }

  void drop_payload() noexcept override { fn_.reset(); }

  void keep_failure(const char* text) noexcept {
    try {
      failure_ = text;
    } catch (...) {
      failure_.clear();  // no memory for the text; the state still says kFailed
    }
  }

  std::optional<Fn> fn_;
  std::optional<Value> value_;
  std::string failure_;
};

}  // namespace vhpy::queue
