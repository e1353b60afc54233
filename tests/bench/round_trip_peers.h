// Ways to ask a sleeping thread for one answer and to sleep until it is there: the lane, and what else one could take.
// Each has a server thread of its own, which its destructor ends; call() is for one thread.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <uv.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "queue/detail/futex.h"
#include "queue/lane.h"

namespace vhpy::queue::bench {

inline constexpr std::chrono::seconds kPatience{30};

// An answer that a thread sleeps for on a futex: the least that the kernel offers.
class Answer {
 public:
  void expect() noexcept { given_.store(0, std::memory_order_relaxed); }
  void give() noexcept {
    given_.store(1, std::memory_order_release);
    detail::futex_wake(given_, 1);
  }
  void wait() noexcept {
    while (given_.load(std::memory_order_acquire) == 0) {
      if (!detail::futex_wait(given_, 0, Clock::now() + kPatience)) std::abort();
    }
  }

 private:
  std::atomic<std::uint32_t> given_{0};
};

class LaneServer {
 public:
  LaneServer() : thread_([this] { serve(); }) {}
  ~LaneServer() {
    stop_ = true;
    // Only to wake it: the server may have seen stop_ already, and then nobody answers.
    lane_.push(lane_.make("stop", 0, Clock::now() + kPatience, 0, [] {}), WhenFull::kRefuse);
    thread_.join();
  }
  int call(int argument) {
    auto command = lane_.make("call", 0, Clock::now() + kPatience, 0, [argument] { return argument + 1; });
    if (lane_.push(command, WhenFull::kWaitUntilDeadline) != Admission::kAccepted) std::abort();
    if (command->wait(command->deadline()) != State::kDone) std::abort();
    return command->value();
  }

 private:
  void serve() {
    lane_.bind_consumer();
    while (!stop_) {
      pollfd readable{lane_.wake_fd(), POLLIN, 0};
      ::poll(&readable, 1, -1);
      lane_.drain(Budget{});
    }
  }
  Lane lane_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// One word, one eventfd: the same system calls as the lane's, and nothing else.
class RawPingPong {
 public:
  RawPingPong() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), thread_([this] { serve(); }) {}
  ~RawPingPong() {
    stop_ = true;
    ::eventfd_write(fd_, 1);
    thread_.join();
    ::close(fd_);
  }
  int call(int argument) {
    answer_.expect();
    value_ = argument;
    ::eventfd_write(fd_, 1);
    answer_.wait();
    return value_;
  }

 private:
  void serve() {
    while (!stop_) {
      pollfd readable{fd_, POLLIN, 0};
      ::poll(&readable, 1, -1);
      eventfd_t ignored = 0;
      ::eventfd_read(fd_, &ignored);
      ++value_;
      answer_.give();
    }
  }
  const int fd_;
  int value_ = 0;  // handed over with answer_ and the descriptor
  std::atomic<bool> stop_{false};
  Answer answer_;
  std::thread thread_;
};

// A deque of tasks under a mutex with a condition variable, answered through a future.
class LockedQueueServer {
 public:
  LockedQueueServer() : thread_([this] { serve(); }) {}
  ~LockedQueueServer() {
    post({});
    thread_.join();
  }
  int call(int argument) {
    std::packaged_task<int()> task([argument] { return argument + 1; });
    std::future<int> answer = task.get_future();
    post(std::move(task));
    return answer.get();
  }

 private:
  void post(std::packaged_task<int()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    not_empty_.notify_one();
  }
  void serve() {
    for (;;) {
      std::unique_lock lock(mutex_);
      not_empty_.wait(lock, [this] { return !tasks_.empty(); });
      std::packaged_task<int()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      if (!task.valid()) return;
      task();
    }
  }
  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::deque<std::packaged_task<int()>> tasks_;
  std::thread thread_;
};

// A libuv loop woken by uv_async_send(); the answer as in RawPingPong.
class UvServer {
 public:
  UvServer() {
    if (uv_loop_init(&loop_) != 0 || uv_async_init(&loop_, &async_, &UvServer::on_wake) != 0) std::abort();
    async_.data = this;
    thread_ = std::thread([this] { uv_run(&loop_, UV_RUN_DEFAULT); });
  }
  ~UvServer() {
    stop_ = true;
    uv_async_send(&async_);
    thread_.join();
    if (uv_loop_close(&loop_) != 0) std::abort();
  }
  int call(int argument) {
    answer_.expect();
    value_ = argument;
    uv_async_send(&async_);
    answer_.wait();
    return value_;
  }

 private:
  static void on_wake(uv_async_t* async) {
    auto* const self = static_cast<UvServer*>(async->data);
    if (self->stop_) return uv_close(reinterpret_cast<uv_handle_t*>(async), nullptr);
    ++self->value_;
    self->answer_.give();
  }
  uv_loop_t loop_;
  uv_async_t async_;
  int value_ = 0;  // handed over with answer_ and uv_async_send()
  std::atomic<bool> stop_{false};
  Answer answer_;
  std::thread thread_;
};

// boost::asio::post() to a loop, answered through the future that use_future makes.
class AsioServer {
 public:
  AsioServer() : guard_(boost::asio::make_work_guard(loop_)), thread_([this] { loop_.run(); }) {}
  ~AsioServer() {
    guard_.reset();
    thread_.join();
  }
  int call(int argument) {
    return boost::asio::post(loop_, boost::asio::use_future([argument] { return argument + 1; })).get();
  }

 private:
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

}  // namespace vhpy::queue::bench
