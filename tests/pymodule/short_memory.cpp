#include "tests/pymodule/short_memory.h"

#include <cstddef>
#include <utility>

namespace vhpy::tests {
namespace {

thread_local long allocations_left = -1;  // of this thread; below zero: as many as it likes
PyMemAllocatorEx usual[2];                // of PYMEM_DOMAIN_MEM and PYMEM_DOMAIN_OBJ

bool none_left() {
  if (allocations_left == 0) return true;
  if (allocations_left > 0) --allocations_left;
  return false;
}
PyMemAllocatorEx& usual_of(void* context) { return *static_cast<PyMemAllocatorEx*>(context); }

void install_allocators() {
  static bool installed = false;
  if (std::exchange(installed, true)) return;
  constexpr PyMemAllocatorDomain kDomains[] = {PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
  for (std::size_t i = 0; i < 2; ++i) {
    PyMem_GetAllocator(kDomains[i], &usual[i]);
    PyMemAllocatorEx rationed{
        &usual[i],
        [](void* context, std::size_t size) { return none_left() ? nullptr : usual_of(context).malloc(usual_of(context).ctx, size); },
        [](void* context, std::size_t count, std::size_t size) {
          return none_left() ? nullptr : usual_of(context).calloc(usual_of(context).ctx, count, size);
        },
        [](void* context, void* block, std::size_t size) {
          return none_left() ? nullptr : usual_of(context).realloc(usual_of(context).ctx, block, size);
        },
        [](void* context, void* block) { usual_of(context).free(usual_of(context).ctx, block); },
    };
    PyMem_SetAllocator(kDomains[i], &rationed);
  }
}

}  // namespace

PyObject* call_with_memory_for(PyObject*, PyObject* const* args, Py_ssize_t count) {
  if (count < 2) return PyErr_Format(PyExc_TypeError, "call_with_memory_for(count, callable, *args)");
  const long left = PyLong_AsLong(args[0]);
  if (PyErr_Occurred() != nullptr) return nullptr;
  install_allocators();
  allocations_left = left;
  PyObject* const result = PyObject_Vectorcall(args[1], args + 2, static_cast<std::size_t>(count - 2), nullptr);
  allocations_left = -1;
  return result;
}

}  // namespace vhpy::tests
