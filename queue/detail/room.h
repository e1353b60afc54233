// Where threads sleep that wait for room in a full lane.
//
// Not lost: a waiter does  (1) ++waiters_  (2) read tickets_  (3) check the bounds  (4) sleep while tickets_ is as read;
// the consumer does        (a) lower the occupancy  (b) read waiters_  (c) if there are any, ++tickets_ and wake.
// 1, 3, a and b are seq_cst: if b comes before 1, then a comes before 3 and the check finds the room. Otherwise c
// happens, and 4 does not sleep or is woken.
#pragma once

#include <atomic>
#include <cstdint>

#include "queue/clock.h"
#include "queue/detail/futex.h"

namespace vhpy::queue::detail {

class Room {
 public:
  // One thread's stay: from before its check of the bounds until it is through.
  class Visit {
   public:
    explicit Visit(Room& room) noexcept : room_(room) { room_.waiters_.fetch_add(1, std::memory_order_seq_cst); }
    ~Visit() { room_.waiters_.fetch_sub(1, std::memory_order_seq_cst); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    std::uint32_t ticket() const noexcept { return room_.tickets_.load(std::memory_order_seq_cst); }
    // False when the time is up.
    bool sleep(std::uint32_t ticket, TimePoint until) const noexcept {
      return futex_wait(room_.tickets_, ticket, until);
    }

   private:
    Room& room_;
  };

  // There may be room for `count` waiters. Thread: any. Blocks: no.
  void offer(int count) noexcept {
    if (waiters_.load(std::memory_order_seq_cst) == 0) return;
    tickets_.fetch_add(1, std::memory_order_seq_cst);
    futex_wake(tickets_, count);
  }

 private:
  alignas(64) std::atomic<std::uint32_t> waiters_{0};  // threads inside a Visit; partner: see the top
  std::atomic<std::uint32_t> tickets_{0};              // the futex word
};

}  // namespace vhpy::queue::detail
