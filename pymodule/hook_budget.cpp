// See hook_budget.h.
#include "pymodule/hook_budget.h"

#include <chrono>

#include <fmt/format.h>

#include "pymodule/seldom.h"

namespace vhpy::py {

void note_time_of(Runtime& runtime, const ScriptIdentity& script, std::string_view what, queue::Duration took) {
  if (took < runtime.hook_budget) return;
  runtime.over_budget.fetch_add(1, std::memory_order_relaxed);
  const std::string call = fmt::format("script {} (id {}): {}", script.name, script.id, what);
  warn_seldom(call, fmt::format("{} kept the hub waiting for {:.2f} s; what takes long belongs into a thread", call,
                                std::chrono::duration<double>(took).count()));
}

}  // namespace vhpy::py
