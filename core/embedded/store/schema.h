// The tables, as steps from one version of the file to the next.
//
// Table and column names are Verlihub's, so that its tables can be moved over with plain INSERT ... SELECT.
#pragma once

#include <span>

namespace vhpy::embedded::store {

// step[i] brings a file from version i to i + 1 (PRAGMA user_version). Steps in use are never changed, only
// added to.
std::span<const char* const> schema_steps() noexcept;

}  // namespace vhpy::embedded::store
