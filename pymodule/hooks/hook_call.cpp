// See hook_call.h.
#include "pymodule/hooks/hook_call.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "pymodule/hook_budget.h"
#include "pymodule/hook_values.h"
#include "pymodule/hooks/hook_result.h"
#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/script_interpreter.h"
#include "pymodule/interpreters/script_interrupt.h"
#include "queue/activity.h"

namespace vhpy::py {
namespace {

constexpr std::size_t index(HookId id) { return static_cast<std::size_t>(id); }

}  // namespace

void log_raised(const Script& script, const char* where) {
  const Raised raised = take_raised();
  spdlog::error("script {} (id {}): {} in {}{}", script.name(), script.identity->id,
                raised.is_exit ? raised.line : "exception", where, raised.traceback);
}

bool HookCaller::convert(HookId id, std::span<const HookArg> arguments, std::span<Owned> into) const {
  for (std::size_t i = 0; i < into.size(); ++i) {
    into[i] = hook_value(codec_, hook(id).params[i].type, arguments[i]);
    if (!into[i]) {
      spdlog::error("{} is not called: {}", hook(id).name, take_raised().line);
      return false;
    }
  }
  return true;
}

HookResult HookCaller::call(HookId id, std::span<const HookArg> arguments, const Scripts& scripts) {
  HookResult total;
  if (arguments.size() != hook(id).arity) {
    spdlog::critical("{} fired with {} arguments instead of {}", hook(id).name, arguments.size(), hook(id).arity);
    return total;
  }
  std::optional<HubGil> inside;  // before the values, which must go first
  const ScriptInterpreter* where = nullptr;
  std::array<Owned, Hook::kMaxParams> values;
  const std::span<Owned> given(values.data(), arguments.size());
  for (const auto& script : scripts) {
    if (!script->hooks[index(id)]) continue;
    if (where != script->home.get()) {
      for (Owned& value : given) value.reset();
      inside.reset();
      inside.emplace(*script->home, HubGil::After::kMayStay);
      where = script->home.get();
      std::array<HookArg, Hook::kMaxParams> now;
      if (!convert(id, as_changed(id, arguments, total, now), given)) return total;
    }
    add_call(*script, id, given, total);
  }
  return total;
}

// Null: it raised, and that is logged.
Owned HookCaller::call_in(Script& script, HookId id, std::span<const Owned> arguments, Deadline deadline) {
  const queue::Activity::Scope busy(runtime_.lane.activity(), script.name(), hook(id).name);
  const ScriptImport::Running running(script.home->import, script);
  // The place before the arguments is the callee's to use: a bound method puts its self there.
  std::array<PyObject*, Hook::kMaxParams + 1> stack{};
  const std::size_t count = script.without_params[index(id)] ? 0 : arguments.size();
  std::transform(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(count), stack.begin() + 1,
                 [](const Owned& argument) { return argument.get(); });
  Owned returned;
  {
    std::optional<InterruptAt> interrupt;
    if (deadline) {
      interrupt.emplace(*deadline, fmt::format("script {} (id {}): {}", script.name(), script.identity->id, hook(id).name));
    }
    returned = Owned::steal(PyObject_Vectorcall(script.hooks[index(id)].get(), stack.data() + 1,
                                                count | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
  }
  const queue::Duration took = queue::Clock::now() - busy.since();
  runtime_.lane.note_inline(hook(id).name, script.identity->id, took);
  if (!deadline) note_time_of(runtime_, *script.identity, hook(id).name, took);  // the end may take longer
  if (!returned) log_raised(script, hook(id).name);
  return returned;
}

void HookCaller::add_call(Script& script, HookId id, std::span<Owned> arguments, HookResult& total) {
  const Owned returned = call_in(script, id, arguments);
  if (!returned) return;
  if (add_answer(id, returned, codec_, arguments, total) || script.odd_result_said[index(id)]) return;
  script.odd_result_said.set(index(id));
  spdlog::warn("script {} (id {}): {} returned a {}, which means nothing and allows; expected {} (said once)",
               script.name(), script.identity->id, hook(id).name, type_name(returned), expected_answer(id));
}

void HookCaller::call_farewell(Script& script, HookId id, std::span<const HookArg> arguments,
                               std::optional<std::chrono::steady_clock::time_point> deadline) {
  if (!script.hooks[index(id)]) return;
  std::array<Owned, Hook::kMaxParams> values;
  const std::span<Owned> given(values.data(), arguments.size());
  if (!convert(id, arguments, given)) return;
  static_cast<void>(call_in(script, id, given, deadline));
}

}  // namespace vhpy::py
