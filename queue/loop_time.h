// How much of the consumer thread's time its loop is busy, told by the host: idle is only what it sleeps in its wait for
// events. Each stretch of work between two waits is one turn.
//
// Owner: the lane. Threads: awake() and asleep() the consumer; view() any, also while the consumer is stuck.
#pragma once

#include <atomic>
#include <cstdint>

#include "queue/clock.h"
#include "queue/stats.h"

namespace vhpy::queue {

struct LoopView {
  std::uint64_t turns = 0;
  Duration busy{}, idle{};  // since the loop began; the stretch under way included
  Duration busy_now{};      // how long the turn under way has lasted; zero: it sleeps
  Duration longest{};       // turn
  HistogramView turn;       // what turns took

  // Part of the time that the loop is busy, 0 to 1.
  double share() const noexcept;
};

class LoopTime {
 public:
  LoopTime() = default;
  LoopTime(const LoopTime&) = delete;
  LoopTime& operator=(const LoopTime&) = delete;

  // The wait is over, or something handles an event at the end of a wait. Cheap when it is awake already. Blocks: no.
  void awake() noexcept {
    if (!awake_) change(true);
  }
  // The loop is about to wait. Blocks: no.
  void asleep() noexcept {
    if (awake_) change(false);
  }

  LoopView view() const noexcept;

 private:
  static constexpr std::size_t kBuckets = HistogramView::kBuckets;

  void change(bool to_awake) noexcept;

  bool awake_ = false;  // consumer only
  // Written by the consumer, in ticks of Clock; read by anyone. Relaxed: figures that order nothing, a reader may see a change
  // half done and be off by one turn.
  std::atomic<Duration::rep> since_{0};  // of the last change; 0: never
  std::atomic<bool> shown_awake_{false};
  std::atomic<Duration::rep> busy_{0}, idle_{0}, longest_{0};
  std::atomic<std::uint64_t> turns_{0};
  std::array<std::atomic<std::uint64_t>, kBuckets> buckets_{};
};

}  // namespace vhpy::queue
