// One row of the function table: what a vh function is called, what it takes, what it says of itself, and the hub
// operation it runs. Everything else (argument conversion, the command type, each form of the call, docstring,
// signature) is derived from the row and from the operation's own signature.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "core/hub.h"
#include "core/live/view.h"
#include "core/local.h"

namespace vhpy {

// The value an omitted argument takes.
struct Default {
  enum class Kind : std::uint8_t { kRequired, kNone, kInteger, kText, kRest };
  Kind kind = Kind::kRequired;
  std::int64_t integer = 0;
  std::string_view text{};
};

struct Param {
  std::string_view name;
  Default fallback{};
  std::string_view alias{};  // another keyword that means it; empty: none
};

struct NoneDefault {};
inline constexpr NoneDefault none{};

constexpr Param param(std::string_view name) { return {name, {}}; }
// All positional arguments after those of the parameters before it; the last one of a row only.
constexpr Param rest(std::string_view name) { return {name, {Default::Kind::kRest, 0, {}}}; }
constexpr Param also_called(Param named, std::string_view alias) {
  named.alias = alias;
  return named;
}
constexpr Param param(std::string_view name, NoneDefault) { return {name, {Default::Kind::kNone, 0, {}}}; }
constexpr Param param(std::string_view name, std::int64_t value) {
  return {name, {Default::Kind::kInteger, value, {}}};
}
constexpr Param param(std::string_view name, std::string_view value) {
  return {name, {Default::Kind::kText, 0, value}};
}

// What a call does to the hub. kNone: the hub is not asked at all.
enum class Effect : std::uint8_t { kReads, kWrites, kSends, kNone };

// The shape of a hub operation: `Arguments` is the tuple of plain values that a command carries.
template <class Operation>
struct OperationTraits;

template <class R, class... A>
struct OperationTraits<R (Hub::*)(A...)> {
  using Value = R;
  using Arguments = std::tuple<std::remove_cvref_t<A>...>;
  static constexpr bool kTakesCaller = false;
  static constexpr bool kLocal = false;
};

template <class R, class... A>
struct OperationTraits<R (Hub::*)(const Caller&, A...)> {
  using Value = R;
  using Arguments = std::tuple<std::remove_cvref_t<A>...>;
  static constexpr bool kTakesCaller = true;
  static constexpr bool kLocal = false;
};

// A function that needs no hub (core/local.h): it runs on the calling thread, whichever that is, without the lane.
template <class R, class... A>
struct OperationTraits<R (*)(const Local&, A...)> {
  using Value = R;
  using Arguments = std::tuple<std::remove_cvref_t<A>...>;
  static constexpr bool kTakesCaller = false;
  static constexpr bool kLocal = true;
};

// The shape of what answers the cached form of a function: a const member of the live copy. It takes the first arguments of
// the operation, or all of them.
template <class Reading>
struct ReadingTraits;

template <class R, class... A>
struct ReadingTraits<R (live::View::*)(A...) const> {
  using Value = R;
  using Arguments = std::tuple<std::remove_cvref_t<A>...>;
};

struct NoReading {};
inline constexpr NoReading no_reading{};

// Why a function that reads has no cached form.
struct NotCached {
  const char* why;
};
consteval NotCached not_cached(const char* why) { return {why}; }

template <auto Operation, auto Reading = no_reading>
struct Function {
  using Traits = OperationTraits<decltype(Operation)>;
  using Value = typename Traits::Value;
  using Arguments = typename Traits::Arguments;
  static constexpr auto kOperation = Operation;
  static constexpr std::size_t kArity = std::tuple_size_v<Arguments>;
  static constexpr bool kLocal = Traits::kLocal;
  static constexpr auto kReading = Reading;
  static constexpr bool kCached = !std::is_same_v<std::remove_cv_t<decltype(Reading)>, NoReading>;

  const char* name;
  Effect effect;
  const char* doc;
  std::array<Param, kArity> params;
  const char* why_not_cached = nullptr;  // of functions that read and have no cached form

  // Runs a function that needs no hub. Thread: any.
  static Value run_here(const Local& local, const Arguments& arguments)
    requires Traits::kLocal
  {
    return std::apply([&](const auto&... a) -> Value { return Operation(local, a...); }, arguments);
  }

  // Runs the operation. Thread: hub.
  static Value run(Hub& hub, const Caller& caller, const Arguments& arguments)
    requires(!Traits::kLocal)
  {
    return std::apply(
        [&](const auto&... a) -> Value {
          if constexpr (Traits::kTakesCaller) {
            return (hub.*Operation)(caller, a...);
          } else {
            return (hub.*Operation)(a...);
          }
        },
        arguments);
  }
};

// A row with a wrong number of parameters, or without documentation, does not compile. Nor does one of a function that reads
// with neither a reading of the live copy nor a not_cached().
template <auto Operation, auto Reading = no_reading, class... P>
consteval Function<Operation, Reading> function(const char* name, Effect effect, const char* doc, P... params) {
  static_assert(sizeof...(P) == Function<Operation>::kArity, "one param() per argument of the operation");
  if (name == nullptr || *name == '\0' || doc == nullptr || *doc == '\0') throw "a row needs a name and a doc";
  if (effect == Effect::kReads && !Function<Operation, Reading>::kCached) throw "name a reading, or say not_cached(why)";
  return {name, effect, doc, {params...}};
}

template <auto Operation, class... P>
consteval Function<Operation> function(const char* name, Effect effect, const char* doc, NotCached reason, P... params) {
  static_assert(sizeof...(P) == Function<Operation>::kArity, "one param() per argument of the operation");
  if (effect != Effect::kReads) throw "only a function that reads could be cached";
  return {name, effect, doc, {params...}, reason.why};
}

// A list of rows, known to the compiler: Rows are references to inline constexpr objects.
template <const auto&... Rows>
struct FunctionTable {
  static constexpr std::size_t kSize = sizeof...(Rows);
  // Calls visitor.template operator()<Row>() for each row, in order.
  template <class Visitor>
  static constexpr void for_each(Visitor&& visitor) {
    (visitor.template operator()<Rows>(), ...);
  }
};

template <class... Tables>
struct JoinTables;
template <const auto&... A>
struct JoinTables<FunctionTable<A...>> {
  using Type = FunctionTable<A...>;
};
template <const auto&... A, const auto&... B, class... Rest>
struct JoinTables<FunctionTable<A...>, FunctionTable<B...>, Rest...> {
  using Type = typename JoinTables<FunctionTable<A..., B...>, Rest...>::Type;
};

// Several topics, in order. A topic is a struct with its title for readers, kTitle, and its FunctionTable as `Table`: a type with a name of its own, because
// GCC 12 mangles references to rows in two ways ("[abi:cxx11]" or not), so that a template of the table itself, used in one
// translation unit, is not found in another.
template <class... Topics>
struct TopicList {
  using Joined = typename JoinTables<typename Topics::Table...>::Type;
  // Calls visitor.template operator()<Topic>() for each.
  template <class Visitor>
  static constexpr void for_each(Visitor&& visitor) {
    (visitor.template operator()<Topics>(), ...);
  }
};

}  // namespace vhpy
