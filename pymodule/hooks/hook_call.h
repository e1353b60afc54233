// Calls one hook in every script that defines it.
//
// Owner: PythonHost. Thread: hub. Blocks: as long as the scripts do.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "core/hooks.h"
#include "pymodule/convert.h"
#include "pymodule/host/script.h"
#include "pymodule/runtime.h"

namespace vhpy::py {

class HookCaller {
 public:
  explicit HookCaller(Runtime& runtime) : runtime_(runtime) {}

  // The encoding of hook arguments and answers. Once Python runs.
  void set_codec(TextCodec codec) { codec_ = std::move(codec); }

  // In the order of `scripts`, going into the interpreter of each that has the hook. The list must not change during the
  // call: who loads or unloads inside a hook does so later.
  HookResult call(HookId id, std::span<const HookArg> arguments, const Scripts& scripts);

  // One script's UnLoad or OnUnLoad, if it has one; `deadline`, if given, is when it is interrupted. Inside its interpreter.
  void call_farewell(Script& script, HookId id, std::span<const HookArg> arguments,
                     std::optional<std::chrono::steady_clock::time_point> deadline);

 private:
  bool convert(HookId id, std::span<const HookArg> arguments, std::span<Owned> into) const;
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;
  Owned call_in(Script& script, HookId id, std::span<const Owned> arguments, Deadline deadline = std::nullopt);
  void add_call(Script& script, HookId id, std::span<Owned> arguments, HookResult& total);

  Runtime& runtime_;
  TextCodec codec_;
};

// "script shop.py (id 3): exception in OnTimer: ..." with the whole traceback. Takes the pending exception.
void log_raised(const Script& script, const char* where);

}  // namespace vhpy::py
