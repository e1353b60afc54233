// A command that calls a function object on the consumer thread and keeps what it returns.
//
// Size: 72 bytes of bookkeeping, Fn (arguments) and its flag, Value (or the text of a failure) and its flag. Up to 192
// or 384 bytes (BlockPool) it lives in a block of the caller's pool and costs no allocation; fits_block() tells.
// Larger ones use the heap.
#pragma once

#include <exception>
#include <memory>
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
  using Function = Fn;
  // What value() gives; std::monostate for a function that returns nothing.
  using Value = std::conditional_t<std::is_void_v<Returned>, std::monostate, std::remove_cvref_t<Returned>>;

  static constexpr bool fits_block() noexcept {
    return sizeof(Call) <= BlockPool::kLargeBytes && alignof(Call) <= BlockPool::kAlignment;
  }
  // Bytes of memory it takes, without what its arguments hold elsewhere.
  static constexpr std::size_t block_bytes() noexcept {
    return !fits_block()                             ? sizeof(Call)
           : sizeof(Call) <= BlockPool::kSmallBytes ? BlockPool::kSmallBytes
                                                    : BlockPool::kLargeBytes;
  }

  Call(const char* label, OwnerId owner, TimePoint deadline, std::size_t payload_bytes, Fn&& fn)
      : Command(label, owner, deadline, block_bytes() + payload_bytes), fn_(std::in_place, std::move(fn)) {}
  ~Call() override = default;

  // What the function returned; may be moved from. Only after state() or wait() gave kDone.
  Value& value() noexcept { return *std::get_if<kValue>(&outcome_); }
  const Value& value() const noexcept { return *std::get_if<kValue>(&outcome_); }
  // The text of what the function threw. Only after kFailed.
  const std::string& failure() const noexcept { return *std::get_if<kFailure>(&outcome_); }

 private:
  State execute() noexcept override {
    try {
      if constexpr (std::is_void_v<Returned>) {
        (*fn_)();
        outcome_.template emplace<kValue>();
      } else {
        outcome_.template emplace<kValue>((*fn_)());
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

  State run_unseen() noexcept override {
    State state = State::kDone;
    try {
      static_cast<void>((*fn_)());
    } catch (...) {
      state = State::kFailed;  // nobody is left who could read the text
    }
    // All that is left to destroy; the outcome is empty, and its cache line stays with the thread that made the command.
    std::destroy_at(std::addressof(*fn_));
    return state;
  }

  void keep_failure(const char* text) noexcept {
    std::string& failure = outcome_.template emplace<kFailure>();
    try {
      failure = text;
    } catch (...) {
      failure.clear();  // no memory for the text; the state still says kFailed
    }
  }

  static constexpr std::size_t kValue = 1;
  static constexpr std::size_t kFailure = 2;

  std::optional<Fn> fn_;
  std::variant<std::monostate, Value, std::string> outcome_;
};

}  // namespace vhpy::queue
