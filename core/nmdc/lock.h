// The challenge that the hub greets with, and the answer it implies.
//
// The key proves nothing about anybody and hubs accept any; we compute it for tests and clients of our own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vhpy::nmdc {

inline constexpr std::string_view kLockPrefix = "EXTENDEDPROTOCOL";  // without it clients send no $Supports
inline constexpr std::size_t kLockRandomChars = 16;

// A new lock: the prefix, '_', random letters and digits. Thread: any. Blocks: for the system's random
// numbers, which are ready long before a hub starts.
std::string make_lock();

// The answer to a lock of at least 3 bytes, escaped as it stands in $Key; empty for a shorter lock.
std::string key_for_lock(std::string_view lock);

}  // namespace vhpy::nmdc
