#include "core/events/stream.h"

#include <algorithm>
#include <new>
#include <utility>

#include "queue/detail/futex.h"

namespace vhpy::events {

using queue::Mailbox;

Stream::Stream(const StreamOptions& options, std::shared_ptr<Tally> tally)
    : options_(options), tally_(std::move(tally)) {}

Stream::~Stream() {
  const std::lock_guard lock(mutex_);
  drop_all();
  give_up(notice_.exchange(nullptr));
}

void Stream::give_up(Mailbox::Ticket* notice) noexcept { const Mailbox::Notice owned(notice); }

std::size_t Stream::held() const noexcept {
  return static_cast<std::size_t>(std::max<std::int64_t>(held_.load(std::memory_order_relaxed), 0));
}

// --- both lists -------------------------------------------------------------------------------------------------------

bool Stream::too_much(std::int64_t count, std::int64_t bytes) const noexcept {
  return count > static_cast<std::int64_t>(options_.max_events) || bytes > static_cast<std::int64_t>(options_.max_bytes);
}

void Stream::gather() noexcept {
  Node* newest = incoming_.exchange(nullptr, std::memory_order_acquire);
  if (newest == nullptr) return;
  Node* oldest = nullptr;
  Node* const last = newest;
  while (newest != nullptr) {  // turned round
    Node* const before = newest->next;
    newest->next = oldest;
    oldest = newest;
    newest = before;
  }
  (first_ == nullptr ? first_ : last_->next) = oldest;
  last_ = last;
}

Stream::Node* Stream::unlink() noexcept {
  Node* const node = first_;
  if (node == nullptr) return nullptr;
  first_ = node->next;
  held_.fetch_sub(1, std::memory_order_seq_cst);
  bytes_.fetch_sub(static_cast<std::int64_t>(node->bytes), std::memory_order_relaxed);
  return node;
}

void Stream::drop_oldest() noexcept {
  while (too_much(held_.load(std::memory_order_seq_cst), bytes_.load(std::memory_order_relaxed))) {
    Node* const node = unlink();
    if (node == nullptr) return;
    count_skipped();
    delete node;
  }
}

void Stream::drop_all() noexcept {
  gather();
  while (Node* const node = unlink()) delete node;
}

void Stream::count_skipped() noexcept {
  skipped_.fetch_add(1, std::memory_order_relaxed);
  tally_->skipped.fetch_add(1, std::memory_order_relaxed);
}

// --- the hub thread's side --------------------------------------------------------------------------------------------

// Whether one more may come. Only the hub thread adds, so what it finds here holds until it does.
bool Stream::make_room(std::size_t bytes) noexcept {
  const std::int64_t count = held_.load(std::memory_order_seq_cst) + 1;
  const std::int64_t size = bytes_.load(std::memory_order_relaxed) + static_cast<std::int64_t>(bytes);
  if (!too_much(count, size)) return true;
  if (bytes > options_.max_bytes || options_.overflow != Overflow::kDropOldest) return false;
  return !too_much((count + 1) / 2, (size + 1) / 2);  // a reader that stands still with the mutex cannot be waited for
}

void Stream::push(const std::shared_ptr<const Event>& event) noexcept {
  if (end() != End::kOpen) return;
  const std::size_t bytes = event->bytes() + sizeof(Node);
  Node* const node = make_room(bytes) ? new (std::nothrow) Node{event, ++sequence_, bytes, nullptr} : nullptr;
  if (node == nullptr) {
    skip();
    if (options_.overflow == Overflow::kClose) finish(End::kOverflow);
    return;
  }
  bytes_.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
  node->next = incoming_.load(std::memory_order_relaxed);
  // Release: the node. From here on a reader may free it.
  while (!incoming_.compare_exchange_weak(node->next, node, std::memory_order_release, std::memory_order_relaxed)) {
  }
  held_.fetch_add(1, std::memory_order_seq_cst);
  if (too_much(held_.load(std::memory_order_seq_cst), bytes_.load(std::memory_order_relaxed))) {
    if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) {
      gather();
      drop_oldest();
    }
  }
  wake();
}

void Stream::skip() noexcept {
  ++sequence_;
  count_skipped();
}

void Stream::wake() noexcept {
  if (waiters_.load(std::memory_order_seq_cst) != 0) {
    news_.fetch_add(1, std::memory_order_seq_cst);
    queue::detail::futex_wake(news_, queue::detail::kEverybody);
  }
  if (notice_.load(std::memory_order_seq_cst) == nullptr) return;
  if (Mailbox::Ticket* const notice = notice_.exchange(nullptr, std::memory_order_seq_cst)) {
    Mailbox::send(Mailbox::Notice(notice));
  }
}

// --- the readers' side ------------------------------------------------------------------------------------------------

bool Stream::may_hand_out() const noexcept {
  const End why = end();
  return why != End::kClosed && why != End::kUnloaded;
}

bool Stream::take(Taken& into) {
  Node* node = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!may_hand_out()) {
      drop_all();
      return false;
    }
    gather();
    drop_oldest();
    node = unlink();
    if (node == nullptr) return false;
    into.skipped = node->sequence - last_taken_ - 1;
    last_taken_ = node->sequence;
  }
  into.sequence = node->sequence;
  into.event = std::move(node->event);
  delete node;
  return true;
}

bool Stream::wait(queue::TimePoint until) const noexcept {
  waiters_.fetch_add(1, std::memory_order_seq_cst);
  bool in_time = true;
  bool there = false;
  for (;;) {
    const std::uint32_t news = news_.load(std::memory_order_seq_cst);
    there = held_.load(std::memory_order_seq_cst) > 0 || end() != End::kOpen;
    if (there || !in_time) break;
    in_time = queue::detail::futex_wait(news_, news, until);
  }
  waiters_.fetch_sub(1, std::memory_order_relaxed);
  return there;
}

bool Stream::notify(Mailbox::Notice notice) {
  give_up(notice_.exchange(notice.release(), std::memory_order_seq_cst));
  if (held_.load(std::memory_order_seq_cst) <= 0 && end() == End::kOpen) return true;
  Mailbox::Ticket* const taken_back = notice_.exchange(nullptr, std::memory_order_seq_cst);
  give_up(taken_back);
  return taken_back == nullptr;  // it is on its way
}

void Stream::forget_notice() noexcept { give_up(notice_.exchange(nullptr, std::memory_order_seq_cst)); }

void Stream::finish(End why) noexcept {
  End open = End::kOpen;
  if (!end_.compare_exchange_strong(open, why, std::memory_order_seq_cst)) {
    // What nobody has fetched since the hub closed need not be kept for somebody who says that he will not.
    if (why == End::kClosed) end_.store(why, std::memory_order_seq_cst);
  }
  if (!may_hand_out()) {
    // Tried only: the hub thread comes here as well. Who has the mutex is about to look at end_, or take() does it.
    if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) drop_all();
  }
  tally_->changes.fetch_add(1, std::memory_order_seq_cst);
  wake();
}

}  // namespace vhpy::events
