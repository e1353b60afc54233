// The counters behind StatsView.
// Threads: each says who writes it; anybody reads. Relaxed throughout: they order nothing.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "queue/stats.h"

namespace vhpy::queue::detail {

// Written by one thread only, so an increment needs no read-modify-write.
class OwnCounter {
 public:
  void add(std::uint64_t count) noexcept { value_.store(get() + count, std::memory_order_relaxed); }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
  void reset() noexcept { value_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Written by any thread.
class SharedCounter {
 public:
  void add(std::uint64_t count) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
  void reset() noexcept { value_.store(0, std::memory_order_relaxed); }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Histogram {  // written by the consumer
 public:
  void add(Duration duration) noexcept { buckets_[HistogramView::bucket_of(duration)].add(1); }
  HistogramView view() const noexcept {
    HistogramView view;
    for (std::size_t i = 0; i < buckets_.size(); ++i) view.counts[i] = buckets_[i].get();
    return view;
  }

 private:
  std::array<OwnCounter, HistogramView::kBuckets> buckets_;
};

struct ConsumerCounters {  // written by the consumer
  OwnCounter taken;        // left the queue, however they ended
  OwnCounter ran, failed, expired, cancelled, abandoned, drains, budget_cuts;
  Histogram wait, run, total;
  std::atomic<const char*> slowest_label{""};
  std::atomic<Duration::rep> slowest_run{0};
};

struct CallerCounters {  // written by any thread, and only on the slow paths
  SharedCounter refused_full, refused_share, refused_closed, refused_producers, waited_for_room, abandoned_late;
};

}  // namespace vhpy::queue::detail
