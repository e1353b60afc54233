// Every hook: its name, what it is given, and what a block does. To add one: an id in hook.h, a row in hooks/<topic>.h,
// and a call in each host.
#pragma once

#include <array>
#include <cstddef>

#include "core/hook.h"
#include "core/hooks/connection.h"
#include "core/hooks/hub.h"
#include "core/hooks/messages.h"
#include "core/hooks/operators.h"
#include "core/hooks/users.h"

namespace vhpy {

namespace detail {

// Each row at the place of its id. A row that is missing leaves a hole, which does not compile (below).
template <std::size_t... Sizes>
constexpr auto join_hooks(const std::array<Hook, Sizes>&... topics) {
  static_assert((Sizes + ...) == static_cast<std::size_t>(HookId::kCount), "one row per HookId");
  std::array<Hook, static_cast<std::size_t>(HookId::kCount)> all{};
  const auto place = [&](const auto& rows) {
    for (const Hook& row : rows) all[static_cast<std::size_t>(row.id)] = row;
  };
  (place(topics), ...);
  return all;
}

}  // namespace detail

inline constexpr auto kHooks = detail::join_hooks(kConnectionHooks, kUserHooks, kMessageHooks, kOperatorHooks, kHubHooks);

static_assert(
    [] {
      for (const Hook& row : kHooks) {
        if (row.name == nullptr) return false;
      }
      return true;
    }(),
    "a HookId without a row: another one has two");

constexpr const Hook& hook(HookId id) { return kHooks[static_cast<std::size_t>(id)]; }

}  // namespace vhpy
