#include "pymodule/stats.h"

#include <chrono>
#include <string>

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
      {"bytes", view.bytes},
      {"producers", view.producers},
      {"pushed", view.pushed},
      {"ran", view.ran},
      {"failed", view.failed},
      {"expired", view.expired},
      {"cancelled", view.cancelled},
      {"abandoned", view.abandoned},
      {"refused_full", view.refused_full},
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

PyObject* stats(PyObject* module, PyObject*) {
  const ModuleState& state = module_state(module);
  queue::Lane& lane = state.runtime->lane;
  const queue::StatsView view = lane.stats();
  const auto busy_since = lane.activity().busy_since();
  const queue::TimePoint now = queue::Clock::now();  // after that
  const std::string doing = lane.activity().describe(now);
  Owned dict = Owned::steal(PyDict_New());
  const bool filled =
      put_counters(dict, view) && put(dict, "oldest_age", view.oldest_age) && put(dict, "wait", histogram(view.wait)) &&
      put(dict, "run", histogram(view.run)) &&
      put(dict, "slowest", Owned::steal(Py_BuildValue("(sd)", view.slowest_label, seconds(view.slowest_run)))) &&
      put(dict, "hub_thread", Owned::steal(PyUnicode_DecodeUTF8(doing.data(), static_cast<Py_ssize_t>(doing.size()), "replace"))) &&
      put(dict, "hub_thread_busy_for", busy_since ? now - *busy_since : queue::Duration{});
  return filled ? dict.release() : nullptr;
}

}  // namespace

PyMethodDef stats_method{
    "stats", stats, METH_NOARGS,
    "stats($module, /)\n--\n\n"
    "What the queue to the hub thread tells about itself, as a dict; also while the hub thread is stuck. Now: depth, bytes,\n"
    "producers (threads), oldest_age (seconds), hub_thread (what it is doing), hub_thread_busy_for (seconds, 0.0 if idle).\n"
    "Since the start: pushed, ran, failed, expired, cancelled, abandoned, refused_full, refused_closed, refused_producers,\n"
    "waited_for_room, wakeups, drains, budget_cuts. Sampled: wait (until a call ran) and run (what it took), each a dict of\n"
    "samples and of p50, p90, p99 and max in seconds, within a factor of two; slowest: (function, seconds)."};

}  // namespace vhpy::py
