// What the consumer thread is doing and since when, for messages such as "in shop.py OnTimer for 5.0 s".
// Written by the consumer thread only; read by any thread at any time, also while the consumer is stuck.
//
// A sequence lock whose data are atomic words, so that a reader that meets a writer sees a changed version and tries
// again, without a data race: the writer makes `version_` odd, stores (release), makes it even; a reader loads
// (acquire) between two equal, even versions.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "queue/clock.h"

namespace vhpy::queue {

class Activity {
 public:
  static constexpr std::size_t kMaxText = 120;  // bytes kept of a description

  // Marks the consumer as busy with `what` (cut at kMaxText bytes) until the scope ends; then it is what it was before.
  // Cheap enough for every hook and command: no allocation, no system call beyond one clock read.
  class Scope;

  Activity() = default;
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;

  // Since when it has been at the one thing that it does now; nothing if it is idle, or changes at this moment.
  // Thread: any. Blocks: no.
  std::optional<TimePoint> busy_since() const noexcept;

  // "in <what> for 5.0 s", or "idle"; "in something else every moment" when it changed at each of many attempts.
  // Thread: any. Blocks: no.
  std::string describe(TimePoint now) const;

 private:
  friend class Scope;
  friend class ActivityLabel;

  static constexpr std::size_t kWords = kMaxText / sizeof(std::uint64_t);

  // A description: a label in static storage, else `length` bytes of text; neither: idle.
  struct Frame {
    const char* label = nullptr;
    std::size_t length = 0;
    TimePoint::rep since = 0;
    std::array<std::uint64_t, kWords> text{};
  };

  void write(const Frame& frame) noexcept;
  void write_label(const char* label, TimePoint::rep since) noexcept;
  bool try_read(Frame& into) const noexcept;

  // Partner of each: write() on the consumer, try_read() anywhere; order as described at the top.
  std::atomic<std::uint64_t> version_{0};
  std::atomic<const char*> label_{nullptr};
  std::atomic<std::size_t> length_{0};
  std::atomic<TimePoint::rep> since_{0};
  std::array<std::atomic<std::uint64_t>, kWords> text_{};
  Frame current_;  // consumer only: what the atomics say, to restore it after a nested scope
};

class Activity::Scope {
 public:
  Scope(Activity& activity, std::string_view what) noexcept : Scope(activity, what, {}, Clock::now()) {}
  // "<script> <hook>", without building the string.
  Scope(Activity& activity, std::string_view script, std::string_view hook) noexcept
      : Scope(activity, script, hook, Clock::now()) {}
  Scope(Activity& activity, std::string_view first, std::string_view second, TimePoint since) noexcept;
  ~Scope() { activity_.write(outer_); }
  TimePoint since() const noexcept { return since_; }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Activity& activity_;
  const TimePoint since_;
  const Frame outer_;
};

// The same for many labels in static storage, one after the other: what a drain uses for its commands.
class ActivityLabel {
 public:
  explicit ActivityLabel(Activity& activity) noexcept
      : activity_(activity), label_(activity.current_.label), since_(activity.current_.since) {}
  void set(const char* label, TimePoint since) noexcept {
    const TimePoint::rep now = since.time_since_epoch().count();
    // Many commands of one kind within a tick of the clock read the same from outside.
    if (activity_.current_.label == label && activity_.current_.since == now) return;
    activity_.write_label(label, now);
  }
  ~ActivityLabel() { activity_.write_label(label_, since_); }
  ActivityLabel(const ActivityLabel&) = delete;
  ActivityLabel& operator=(const ActivityLabel&) = delete;

 private:
  Activity& activity_;
  const char* const label_;
  const TimePoint::rep since_;
};

}  // namespace vhpy::queue
