// What one instance of the module vh knows: whose it is, and which hub it speaks to.
//
// Owner: the module object (freed by its m_free). Thread: any, GIL held. It holds no Python references of its
// own, so the garbage collector has nothing to see in it.
#pragma once

#include <memory>

#include "pymodule/convert.h"
#include "pymodule/python.h"
#include "pymodule/runtime.h"
#include "pymodule/shared.h"

namespace vhpy::py {

struct ModuleState {
  Runtime* runtime;
  std::shared_ptr<ScriptIdentity> identity;
  TextCodec codec;
  std::shared_ptr<Shared> shared;
  const live::Live* live;  // the hub's, which does not move
};

// CPython hands out zeroed memory and may ask to free it before anything was put there: hence a pointer.
struct ModuleStateSlot {
  ModuleState* state;
};

// `module` is an instance of vh whose initialisation has succeeded.
inline ModuleState& module_state(Borrowed module) noexcept {
  return *static_cast<ModuleStateSlot*>(PyModule_GetState(module.get()))->state;
}

}  // namespace vhpy::py
