// A hub thread for tests: drains the lane of a FakeHub and runs what tests ask it to run, until it is
// stopped.
//
// Owner: the test program for the main one, a hubctl.Hub object for others. Thread: serve() makes the calling
// thread the hub thread; start() gives it one of its own; the rest may be called on any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "pymodule/runtime.h"
#include "queue/lane.h"
#include "tests/pymodule/fake_hub.h"

namespace vhpy::tests {

struct HubOptions {
  std::string encoding = "utf-8";
  std::chrono::milliseconds default_timeout{10'000};
  queue::Limits limits{};
};

class HubThread {
 public:
  using Job = std::function<void()>;

  explicit HubThread(const HubOptions& options);
  ~HubThread();
  HubThread(const HubThread&) = delete;
  HubThread& operator=(const HubThread&) = delete;

  FakeHub& hub() noexcept { return hub_; }
  queue::Lane& lane() noexcept { return lane_; }
  py::Runtime& runtime() noexcept { return runtime_; }
  Gate& loop_gate() noexcept { return loop_gate_; }  // the loop passes it at each turn

  // Called at every turn after the drain, for a host's end_of_turn(); set before serving.
  void on_turn(Job job) { end_of_turn_ = std::move(job); }

  void start();        // on a thread of its own
  void serve();        // on this thread, until stop(). Blocks.
  void stop();         // ends serve(); joins the thread of start()
  void post(Job job);  // runs `job` on the hub thread, between two drains. Blocks: no.

  // The same, and waits until it has run; false if it has not within `longest`. The job must not refer to the
  // caller's stack if that may happen: it may still run later.
  bool post_and_wait(Job job, std::chrono::milliseconds longest);

 private:
  void run_jobs();
  void wait_for_work();

  FakeHub hub_;
  queue::Lane lane_;
  py::Runtime runtime_;
  Gate loop_gate_;
  Job end_of_turn_;
  std::mutex mutex_;  // guards jobs_
  std::deque<Job> jobs_;
  int wake_fd_;                       // for jobs and stop(); the lane has its own
  std::atomic<bool> stopped_{false};  // written by stop() (release), read by serve() (acquire)
  std::thread thread_;
};

}  // namespace vhpy::tests
