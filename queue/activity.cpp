// What the consumer thread is doing: the writing and reading sides of the sequence lock.
#include "queue/activity.h"

#include <algorithm>
#include <cstdio>

namespace vhpy::queue {

namespace {
constexpr int kMaxReadAttempts = 10'000;
}

void Activity::write_label(const char* label, TimePoint::rep since) noexcept {
  current_.label = label;
  current_.since = since;
  const std::uint64_t version = version_.load(std::memory_order_relaxed);  // the consumer is the only writer
  version_.store(version + 1, std::memory_order_relaxed);
  // Release on each word: a reader that sees it also sees the odd version above.
  label_.store(label, std::memory_order_release);
  since_.store(since, std::memory_order_release);
  version_.store(version + 2, std::memory_order_release);  // a reader that starts here sees all words
}

void Activity::write(const Frame& frame) noexcept {
  const std::uint64_t version = version_.load(std::memory_order_relaxed);
  version_.store(version + 1, std::memory_order_relaxed);
  label_.store(frame.label, std::memory_order_release);
  since_.store(frame.since, std::memory_order_release);
  length_.store(frame.length, std::memory_order_release);
  const std::size_t words = (frame.length + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t);
  for (std::size_t i = 0; i < words; ++i) text_[i].store(frame.text[i], std::memory_order_release);
  version_.store(version + 2, std::memory_order_release);
  current_ = frame;
}

bool Activity::try_read(Frame& into) const noexcept {
  const std::uint64_t before = version_.load(std::memory_order_acquire);
  if ((before & 1) != 0) return false;
  // Acquire on each word: the version below is read after them, and is newer than the odd one of whoever wrote them.
  into.label = label_.load(std::memory_order_acquire);
  into.since = since_.load(std::memory_order_acquire);
  into.length = std::min(length_.load(std::memory_order_acquire), kMaxText);
  for (std::size_t i = 0; i < kWords; ++i) into.text[i] = text_[i].load(std::memory_order_acquire);
  return version_.load(std::memory_order_relaxed) == before;
}

std::optional<TimePoint> Activity::busy_since() const noexcept {
  const std::uint64_t before = version_.load(std::memory_order_acquire);
  const bool idle = label_.load(std::memory_order_acquire) == nullptr && length_.load(std::memory_order_acquire) == 0;
  const TimePoint::rep since = since_.load(std::memory_order_acquire);
  if ((before & 1) != 0 || idle || version_.load(std::memory_order_relaxed) != before) return std::nullopt;
  return TimePoint(Duration(since));
}

std::string Activity::describe(TimePoint now) const {
  Frame frame;
  // A writer needs a few dozen nanoseconds; only one that is not scheduled in the middle uses up the attempts.
  for (int attempt = 0; !try_read(frame); ++attempt) {
    if (attempt == kMaxReadAttempts) return "in something else every moment";
  }
  if (frame.label == nullptr && frame.length == 0) return "idle";
  std::string text = "in ";
  if (frame.label != nullptr) {
    text += frame.label;
  } else {
    text.append(reinterpret_cast<const char*>(frame.text.data()), frame.length);
  }
  const std::chrono::duration<double> busy = now.time_since_epoch() - Duration(frame.since);
  char seconds[48];
  std::snprintf(seconds, sizeof seconds, " for %.1f s", std::max(busy.count(), 0.0));
  return text += seconds;
}

Activity::Scope::Scope(Activity& activity, std::string_view first, std::string_view second, TimePoint since) noexcept
    : activity_(activity), since_(since), outer_(activity.current_) {
  Frame frame;
  frame.since = since.time_since_epoch().count();
  auto* bytes = reinterpret_cast<char*>(frame.text.data());
  const auto append = [&](std::string_view piece) {
    const std::size_t count = std::min(piece.size(), kMaxText - frame.length);
    std::memcpy(bytes + frame.length, piece.data(), count);
    frame.length += count;
  };
  append(first);
  if (!second.empty()) {
    append(" ");
    append(second);
  }
  activity.write(frame);
}

}  // namespace vhpy::queue
