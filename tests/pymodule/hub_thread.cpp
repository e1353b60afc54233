#include "tests/pymodule/hub_thread.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <condition_variable>
#include <stdexcept>
#include <utility>

namespace vhpy::tests {
namespace {

// Like a hub's timer: a lost wake-up costs this much, and a test that counts on none would notice.
constexpr int kTickMilliseconds = 1'000;

void wake(int fd) {
  const std::uint64_t one = 1;
  if (write(fd, &one, sizeof one) != sizeof one) throw std::runtime_error("the test hub's eventfd is broken");
}

}  // namespace

HubThread::HubThread(const HubOptions& options)
    : hub_(options.encoding),
      lane_(options.limits),
      runtime_{hub_, lane_, options.default_timeout},
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (wake_fd_ < 0) throw std::runtime_error("no descriptor left for a test hub");
}

HubThread::~HubThread() {
  stop();
  close(wake_fd_);
}

void HubThread::start() {
  thread_ = std::thread([this] { serve(); });
}

void HubThread::stop() {
  stopped_.store(true, std::memory_order_release);
  loop_gate_.release();
  hub_.operation_gate().release();
  wake(wake_fd_);
  if (thread_.joinable()) thread_.join();
}

void HubThread::post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake(wake_fd_);
}

bool HubThread::post_and_wait(Job job, std::chrono::milliseconds longest) {
  struct Completion {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  const auto completion = std::make_shared<Completion>();
  post([completion, work = std::move(job)] {
    work();
    const std::lock_guard lock(completion->mutex);
    completion->done = true;
    completion->changed.notify_all();
  });
  std::unique_lock lock(completion->mutex);
  const auto deadline = std::chrono::system_clock::now() + longest;
  return completion->changed.wait_until(lock, deadline, [&] { return completion->done; });
}

void HubThread::serve() {
  lane_.bind_consumer();
  while (!stopped_.load(std::memory_order_acquire)) {
    wait_for_work();
    loop_gate_.pass();
    run_jobs();
    lane_.drain({});
    if (end_of_turn_) end_of_turn_();
    runtime_.events.end_of_turn();
    hub_.live().publish();
  }
  run_jobs();
}

void HubThread::wait_for_work() {
  pollfd descriptors[] = {{wake_fd_, POLLIN, 0}, {lane_.wake_fd(), POLLIN, 0}};
  poll(descriptors, 2, kTickMilliseconds);
  std::uint64_t ignored = 0;
  // Empty is what EFD_NONBLOCK is for.
  if ((descriptors[0].revents & POLLIN) != 0) static_cast<void>(!read(wake_fd_, &ignored, sizeof ignored));
}

void HubThread::run_jobs() {
  for (;;) {
    Job job;
    {
      const std::lock_guard lock(mutex_);
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace vhpy::tests
