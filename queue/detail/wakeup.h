// A coalesced wake-up of one thread through a file descriptor: only the first signal since the last disarm() pays a
// system call.
//
// signal():  work is published first, then armed_.exchange(true); write the descriptor only if it was false.
// disarm():  read the descriptor, armed_.exchange(false), and only then look for work.
// Not lost: the exchanges on armed_ are totally ordered. A signal before a disarm() is read by it (acquire), so the
// work is seen. A signal after it finds false and writes, or finds true, in which case another signal after that
// disarm() has written or is about to: the descriptor becomes readable and the next disarm() comes after both.
//
// Owner: the Lane or Mailbox it belongs to. Threads: signal() any; disarm() the consumer; writes() any.
#pragma once

#include <atomic>
#include <cstdint>

#include "queue/bell.h"

namespace vhpy::queue::detail {

class Wakeup {
 public:
  Wakeup();  // throws std::system_error when no descriptor is left
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  int fd() const noexcept { return fd_; }

  // Returns true if this call wrote. Blocks: no.
  bool signal() noexcept {
    if (armed_.exchange(1, std::memory_order_seq_cst) != 0) return false;
    write_fd();
    return true;
  }
  // The same for who has published its work by a seq_cst read-modify-write of a word that the consumer reads (seq_cst) after
  // disarm(): it need not write to armed_, which all callers share, when it is set. If this load finds the value from before a
  // disarm(), it comes before that in the one order of seq_cst operations, and so does the work.
  bool signal_published() noexcept {
    if (armed_.load(std::memory_order_seq_cst) != 0) return false;
    return signal();
  }
  void disarm() noexcept;

  // What else is rung when the descriptor is written; null: nothing. Thread: the consumer.
  void use_bell(const Bell* bell) noexcept { bell_.store(bell, std::memory_order_release); }


  std::uint64_t writes() const noexcept { return writes_.load(std::memory_order_relaxed); }

 private:
  void write_fd() noexcept;

  const int fd_;
  // Set by signal(), cleared by disarm(); see the top. seq_cst: the lane's phase re-check relies on it as well.
  alignas(64) std::atomic<std::uint32_t> armed_{0};
  alignas(64) std::atomic<std::uint64_t> writes_{0};  // statistics only
  std::atomic<const Bell*> bell_{nullptr};            // use_bell() with write_fd(): what the bell refers to is made before
};

}  // namespace vhpy::queue::detail
