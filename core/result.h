// What a hub operation answers: a value, or a refusal that says why. The Python surface folds refusals to the older
// plugins' results (False, None); inside and in logs the reason is kept.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace vhpy {

enum class Refusal : std::uint8_t {
  kNoSuchUser,    // no such nick, or it has no connection (a bot)
  kNotPermitted,  // class, protection or ownership forbids it
  kBadArgument,   // a value outside what the operation accepts
  kExists,        // already there
  kNotFound,      // a thing other than a user is not there
  kUnavailable,   // switched off, or not possible now
};

const char* to_string(Refusal refusal) noexcept;

struct Error {
  Refusal code;
  std::string detail;  // what was wrong and what was expected
};

struct Done {};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

using Outcome = Result<Done>;

inline Error refuse(Refusal code, std::string detail) { return Error{code, std::move(detail)}; }

}  // namespace vhpy
