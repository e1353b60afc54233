// What each part of the program's end may take: in all below the five seconds that are promised from the signal on.
#pragma once

#include <chrono>

namespace vhpy::embedded::stop_times {

#if defined(VHPY_ADDRESS_SANITIZER) || defined(VHPY_THREAD_SANITIZER)
inline constexpr int kSlowdown = 3;  // what a sanitizer makes of a second
#else
inline constexpr int kSlowdown = 1;
#endif

using std::chrono::milliseconds;

inline constexpr milliseconds kTurn{500 * kSlowdown};       // a turn of the loop, before the script in it is interrupted
inline constexpr milliseconds kDrain{1'000 * kSlowdown};    // what is queued when the signal comes
inline constexpr milliseconds kPython{2'300 * kSlowdown};   // UnLoad of every script, their threads
inline constexpr milliseconds kPasswords{300 * kSlowdown};  // hashes of passwords that were just set
inline constexpr milliseconds kGoodbye{300};                // what is on its way to clients
// After the signal: what then still holds the hub thread is a C extension, or a script that swallows interruptions.
inline constexpr milliseconds kLastResort{4'800 * kSlowdown};
inline constexpr std::chrono::seconds kAlarm{6 * kSlowdown};

static_assert(kTurn + kDrain + kPython + kPasswords + kGoodbye < kLastResort);

}  // namespace vhpy::embedded::stop_times
