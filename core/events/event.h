// One call of a hook, kept for those who were not there: a plain value, read by any number of streams.
//
// Owner: shared by the streams that hold it and by their readers. Thread: made and answered on the hub thread, before
// any stream has it; it does not change after that and may be read on any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "core/hook.h"

namespace vhpy::events {

// A set of hooks: bit per HookId.
using HookSet = std::uint64_t;
static_assert(static_cast<std::size_t>(HookId::kCount) <= 64);

constexpr HookSet only(HookId id) noexcept { return HookSet{1} << static_cast<unsigned>(id); }

// Whether a hub fires it, so that it can be listened to. The other two are the script host's farewell to its own scripts.
constexpr bool is_event(HookId id) noexcept { return id != HookId::kUnLoad && id != HookId::kOnUnLoad; }

class Event {
 public:
  using Value = std::variant<std::string, std::int64_t, double>;

  // Copies what the hook is given: the hub's own text may be gone when the scripts have answered. Throws std::bad_alloc.
  Event(HookId id, std::span<const HookArg> given);

  // What scripts put in the place of the text or of fields is from now on what the event says. Throws std::bad_alloc.
  void answer(const HookResult& result);

  HookId hook() const noexcept { return hook_; }
  std::span<const Value> values() const noexcept { return {values_.data(), count_}; }
  bool allowed() const noexcept { return allowed_; }   // false: a script has blocked it
  double time() const noexcept { return time_; }       // when the hook was fired, in epoch seconds
  std::size_t bytes() const noexcept;                  // that it takes

 private:
  std::array<Value, Hook::kMaxParams> values_;
  double time_;
  std::size_t count_;
  HookId hook_;
  bool allowed_ = true;
};

}  // namespace vhpy::events
