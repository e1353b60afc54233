#include "pymodule/stats.h"

#include <chrono>
#include <new>
#include <string>
#include <string_view>

#include "pymodule/module_state.h"
#include "queue/lane.h"

namespace vhpy::py {
namespace {

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

bool put(const Owned& dict, const char* name, const Owned& value) {
  return dict && value && PyDict_SetItemString(dict.get(), name, value.get()) == 0;
}
bool put(const Owned& dict, const char* name, std::uint64_t value) {
  return put(dict, name, Owned::steal(PyLong_FromUnsignedLongLong(value)));
}
bool put(const Owned& dict, const char* name, std::chrono::nanoseconds value) {
  return put(dict, name, Owned::steal(PyFloat_FromDouble(seconds(value))));
}

// Quantiles are upper edges of buckets of powers of two: within a factor of two.
Owned histogram(const queue::HistogramView& view) {
  Owned dict = Owned::steal(PyDict_New());
  const bool filled = put(dict, "samples", view.samples()) && put(dict, "p50", view.quantile(0.5)) &&
                      put(dict, "p90", view.quantile(0.9)) && put(dict, "p99", view.quantile(0.99)) &&
                      put(dict, "max", view.quantile(1.0));
  return filled ? std::move(dict) : Owned();
}

bool put_counters(const Owned& dict, const queue::StatsView& view) {
  const struct {
    const char* name;
    std::uint64_t value;
  } counters[] = {
      {"depth", view.depth},
      {"control_depth", view.control_depth},
      {"bytes", view.bytes},
      {"producers", view.producers},
      {"pushed", view.pushed},
      {"ran", view.ran},
      {"failed", view.failed},
      {"expired", view.expired},
      {"cancelled", view.cancelled},
      {"abandoned", view.abandoned},
      {"refused_full", view.refused_full},
      {"refused_share", view.refused_share},
      {"refused_closed", view.refused_closed},
      {"refused_producers", view.refused_producers},
      {"waited_for_room", view.waited_for_room},
      {"wakeups", view.wakeups},
      {"drains", view.drains},
      {"budget_cuts", view.budget_cuts},
  };
  for (const auto& counter : counters) {
    if (!put(dict, counter.name, counter.value)) return false;
  }
  return true;
}

bool put_events(const Owned& dict, const events::FeedCounts& counts) {
  return put(dict, "event_streams", counts.streams) && put(dict, "events", counts.published) &&
         put(dict, "events_skipped", counts.skipped) && put(dict, "event_streams_refused", counts.refused);
}

Owned usage(const queue::Usage& usage) {
  Owned dict = Owned::steal(PyDict_New());
  const bool filled = put(dict, "calls", usage.calls) && put(dict, "failed", usage.failed) &&
                      put(dict, "expired", usage.expired) && put(dict, "withdrawn", usage.withdrawn) &&
                      put(dict, "refused", usage.refused) && put(dict, "run_total", usage.run_total) &&
                      put(dict, "slowest", usage.slowest);
  return filled ? std::move(dict) : Owned();
}

Owned text(std::string_view bytes) {
  return Owned::steal(PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), "replace"));
}

// By name, the most time first.
Owned functions(const queue::UsageView& view) {
  Owned dict = Owned::steal(PyDict_New());
  for (const queue::FunctionUsage& each : view.functions) {
    if (!put(dict, each.label, usage(each.usage))) return {};
  }
  return dict;
}

// By number, as vh.myid; the most time first.
Owned scripts(const queue::UsageView& view) {
  Owned dict = Owned::steal(PyDict_New());
  for (const queue::OwnerUsage& each : view.owners) {
    const Owned id = Owned::steal(PyLong_FromUnsignedLong(each.owner));
    const Owned used = usage(each.usage);
    if (!dict || !id || !used || !put(used, "name", text(each.name)) ||
        PyDict_SetItem(dict.get(), id.get(), used.get()) != 0) {
      return {};
    }
  }
  return dict;
}

Owned loop(const queue::LoopView& view) {
  Owned dict = Owned::steal(PyDict_New());
  const bool filled = put(dict, "turns", view.turns) && put(dict, "busy", view.busy) && put(dict, "idle", view.idle) &&
                      put(dict, "share", Owned::steal(PyFloat_FromDouble(view.share()))) &&
                      put(dict, "longest", view.longest) && put(dict, "turn", histogram(view.turn));
  return filled ? std::move(dict) : Owned();
}

PyObject* stats_of(PyObject* module) {
  const ModuleState& state = module_state(module);
  queue::Lane& lane = state.runtime->lane;
  const queue::StatsView view = lane.stats();
  const queue::UsageView used = lane.usage();
  const auto busy_since = lane.activity().busy_since();
  const queue::TimePoint now = queue::Clock::now();  // after that
  const std::string doing = lane.activity().describe(now);
  Owned dict = Owned::steal(PyDict_New());
  const bool filled =
      put_counters(dict, view) && put_events(dict, state.runtime->events.counts()) &&
      put(dict, "oldest_age", view.oldest_age) && put(dict, "wait", histogram(view.wait)) &&
      put(dict, "run", histogram(view.run)) && put(dict, "total", histogram(view.total)) &&
      put(dict, "functions", functions(used)) && put(dict, "scripts", scripts(used)) &&
      put(dict, "loop", loop(lane.loop_time().view())) &&
      put(dict, "slowest", Owned::steal(Py_BuildValue("(sd)", view.slowest_label, seconds(view.slowest_run)))) &&
      put(dict, "hub_thread", text(doing)) &&
      put(dict, "hub_thread_busy_for", busy_since ? now - *busy_since : queue::Duration{}) &&
      put(dict, "hooks_over_budget", std::uint64_t{state.runtime->over_budget.load(std::memory_order_relaxed)}) &&
      put(dict, "interpreters_left_standing", std::uint64_t{state.runtime->left_standing.load(std::memory_order_relaxed)});
  return filled ? dict.release() : nullptr;
}

PyObject* stats(PyObject* module, PyObject*) {
  try {
    return stats_of(module);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace

PyMethodDef stats_method{
    "stats", stats, METH_NOARGS,
    "stats($module, /)\n--\n\n"
    "What the queue to the hub thread tells about itself, as a dict; also while the hub thread is stuck. Now: depth, of it\n"
    "control_depth, bytes, producers (threads), oldest_age (seconds), hub_thread (what it is doing), hub_thread_busy_for (seconds,\n"
    "0.0 if idle), interpreters_left_standing (of unloaded isolated scripts whose threads did not end).\n"
    "Since the start: pushed, ran, failed, expired, cancelled, abandoned, refused_full (of these refused_share: the thread itself\n"
    "had too much queued), refused_closed, refused_producers, waited_for_room, wakeups, drains, budget_cuts; hooks_over_budget\n"
    "(hooks and functions of vh.on_main() that kept the hub for a tenth of a second or longer). Of vh.events():\n"
    "event_streams (open now), events (that a stream was given), events_skipped, event_streams_refused. Sampled: wait (until a\n"
    "call ran), run (what it took) and total, each a dict\n"
    "of samples and of p50, p90, p99 and max in seconds, within a factor of two; slowest: (function, seconds).\n"
    "functions, by name, and scripts, by vh.myid (with their name): calls (also those made on the hub thread, and of hooks),\n"
    "failed, expired, withdrawn, refused, run_total and slowest (seconds on the hub thread, with all that a call led to; of calls\n"
    "of vh made on the hub thread none, for they are part of their hook). loop: turns of the hub's loop, busy and idle (seconds;\n"
    "idle is what it waits for events), share (busy of both), longest, turn (a histogram)."};

}  // namespace vhpy::py
