// Fixed bounds of the embedded hub's server, with their units. What an operator may tune is a setting instead.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace vhpy::embedded::limits {

// --- the loop ---
inline constexpr std::chrono::milliseconds kTick{1'000};            // OnTimer, time-outs, keep-alives
inline constexpr std::chrono::seconds kPurgeEvery{60};              // forgetting bans, gags and the like that are over
inline constexpr std::chrono::milliseconds kClosingSweep{50};       // how exact the linger of a closing link is
inline constexpr std::size_t kEventsPerTurn = 256;                  // socket events handled before the lane gets its turn
inline constexpr std::chrono::milliseconds kTurnTime{5};            // the same as a time; one event may exceed it
inline constexpr std::size_t kFramesPerEvent = 64;                  // of one client; then others come first

// --- one link ---
inline constexpr std::size_t kReadBytes = 64 * 1024;                // one read; the buffer is shared by all links
inline constexpr std::size_t kBuffersPerWrite = 64;                 // pieces handed to one gathering write
inline constexpr std::size_t kCompactOutput = 1'024;                // sent pieces kept in the list before it is cut
inline constexpr std::chrono::milliseconds kFarewellLinger{1'000};  // for a reason line to reach the peer
inline constexpr std::chrono::milliseconds kMaxLinger{10'000};      // upper end of CloseConnection's nice

// --- accepting ---
inline constexpr int kListenBacklog = 512;                          // connections waiting in the kernel
inline constexpr std::chrono::milliseconds kAcceptBackoff{250};     // after EMFILE and the like
inline constexpr std::int64_t kConnectionsBeyondUsers = 256;        // on their way in, or refused with a word
inline constexpr std::size_t kReservedDescriptors = 64;             // kept free for the database, Python, DNS
inline constexpr std::chrono::seconds kPeerLockWait{5};             // for the $Lock of who takes us for a client

// --- work under way ---
inline constexpr std::size_t kMaxHostLookups = 8;                   // reverse lookups at once, one thread each at most
inline constexpr std::size_t kMaxHostLookupQueue = 1'024;           // lookups waiting
inline constexpr std::size_t kMaxListLines = 200;                   // rows of !lstban
inline constexpr std::chrono::seconds kMaxStopDelay{31'536'000};    // of StopHub: a year
inline constexpr int kMaxCommandDepth = 8;                          // vh.ParseCommand inside hooks of commands
inline constexpr int kMaxHookDepth = 16;                            // hooks fired inside hooks

}  // namespace vhpy::embedded::limits
