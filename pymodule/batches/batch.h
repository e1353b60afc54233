// vh.batch(): several calls as one command: the hub thread runs them one after the other with nothing in between, and each
// has its own result.
//
//     with vh.batch() as b:            async with vh.batch() as b:
//         b.SetMyINFO(...)                 found = b.GetUserClass(nick)
//         found = b.GetUserClass(nick)     b.mc("hello")
//     found.result()                   found.result()
//
// The block collects; leaving it hands the calls over and waits for them. An exception in the block discards them all.
//
// Thread: any, GIL held. Blocks: leaving a `with` block, up to the time of the call (call_context.h).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "pymodule/call_site.h"
#include "pymodule/futures/future.h"
#include "pymodule/module_state.h"

namespace vhpy::py {

// One call of a batch: made on the caller's thread, run on the hub thread, asked on the caller's again.
class BatchItem {
 public:
  virtual ~BatchItem() = default;
  // Thread: hub, no GIL.
  virtual void run() noexcept = 0;
  // The result of a call that ran; null with an exception set. site: where it was made. Thread: any, GIL held.
  virtual Owned answer(const ModuleState& state, const CallSite& site) const = 0;
  // Which version of the live copy contains what it has changed; 0: it threw. Thread: any, after run().
  virtual std::uint64_t version() const noexcept = 0;
};
using BatchItems = std::vector<std::unique_ptr<BatchItem>>;

inline constexpr std::size_t kMaxBatchCalls = 1'000;

// The instance of vh that a batch belongs to.
PyObject* batch_module(PyObject* batch) noexcept;
// Adds a call; returns its vh.Future, or null with an exception set. bytes: what its arguments hold outside the item.
PyObject* batch_add(PyObject* batch, const char* function, std::unique_ptr<BatchItem> item, std::size_t bytes);
// Whether calls can be added now. False with RuntimeError set.
bool batch_is_open(PyObject* batch);

// The type, once per interpreter; vh.batch itself. Null with an exception set when memory is short.
Owned make_batch_type();
extern PyMethodDef batch_method;

}  // namespace vhpy::py
