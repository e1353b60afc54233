// How much of its time the consumer's loop is busy: adding up at each change between work and wait.
#include "queue/loop_time.h"

#include <algorithm>

namespace vhpy::queue {

namespace {

template <class T>
void add(std::atomic<T>& sum, T more) noexcept {  // one writer
  sum.store(sum.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

void LoopTime::change(bool to_awake) noexcept {
  awake_ = to_awake;
  const TimePoint::rep now = Clock::now().time_since_epoch().count();
  const Duration::rep lasted = now - since_.load(std::memory_order_relaxed);
  if (since_.load(std::memory_order_relaxed) != 0) {
    if (to_awake) {
      add(idle_, lasted);
    } else {
      add(busy_, lasted);
      add(buckets_[HistogramView::bucket_of(Duration(lasted))], std::uint64_t{1});
      add(turns_, std::uint64_t{1});
      longest_.store(std::max(longest_.load(std::memory_order_relaxed), lasted), std::memory_order_relaxed);
    }
  }
  since_.store(now, std::memory_order_relaxed);
  shown_awake_.store(to_awake, std::memory_order_relaxed);
}

LoopView LoopTime::view() const noexcept {
  LoopView view;
  view.turns = turns_.load(std::memory_order_relaxed);
  view.busy = Duration(busy_.load(std::memory_order_relaxed));
  view.idle = Duration(idle_.load(std::memory_order_relaxed));
  view.longest = Duration(longest_.load(std::memory_order_relaxed));
  for (std::size_t i = 0; i < kBuckets; ++i) view.turn.counts[i] = buckets_[i].load(std::memory_order_relaxed);
  const TimePoint::rep since = since_.load(std::memory_order_relaxed);
  if (since == 0) return view;
  const Duration lasts = std::max(Clock::now().time_since_epoch() - Duration(since), Duration::zero());
  if (shown_awake_.load(std::memory_order_relaxed)) {
    view.busy += lasts;
    view.busy_now = lasts;
    view.longest = std::max(view.longest, lasts);
  } else {
    view.idle += lasts;
  }
  return view;
}

double LoopView::share() const noexcept {
  const double all = static_cast<double>((busy + idle).count());
  return all > 0 ? static_cast<double>(busy.count()) / all : 0.0;
}

}  // namespace vhpy::queue
