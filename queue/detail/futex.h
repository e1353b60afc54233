// Sleeping on a 32-bit word until somebody changes it: the Linux futex, private to the process.
// A std::atomic::wait has no deadline, and every wait of this project has one.
#pragma once

#include <atomic>
#include <cstdint>

#include "queue/clock.h"

namespace vhpy::queue::detail {

// Sleeps while `word` is `expected`, until woken or `until`. Returns false only when the time is up; a true may be
// spurious, so callers look at the word again. Thread: any. Blocks: up to `until`.
bool futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, TimePoint until) noexcept;

// Wakes up to `count` sleepers. Touches the address only, never what it holds. Thread: any. Blocks: no.
void futex_wake(const std::atomic<std::uint32_t>& word, int count) noexcept;

inline constexpr int kEverybody = 0x7fff'ffff;

}  // namespace vhpy::queue::detail
