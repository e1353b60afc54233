// Shows that hashes verify, that results come back in order on the thread that runs posted work, that the
// queue is bounded, and that stopping with work queued is clean.
#include "core/embedded/store/passwords.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace vhpy::embedded::store {
namespace {

constexpr std::chrono::seconds kDeadline{30};

// Plays the hub thread: collects what is posted, runs it when the test says so.
class Hub {
 public:
  Passwords::Post post() {
    return [this](std::function<void()> work) {
      const std::lock_guard lock(mutex_);
      posted_.push_back(std::move(work));
      arrived_.notify_all();
    };
  }
  // Runs posted work until `count` pieces have run. False if they do not come before the deadline.
  bool run(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::unique_lock lock(mutex_);
      if (!arrived_.wait_for(lock, kDeadline, [&] { return !posted_.empty(); })) return false;
      auto work = std::move(posted_.front());
      posted_.pop_front();
      lock.unlock();
      work();
    }
    return true;
  }
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return posted_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::function<void()>> posted_;
};

TEST(Passwords, HashesAndVerifies) {
  Hub hub;
  Passwords passwords(hub.post(), kCheapPasswordCost);
  std::string hash;
  ASSERT_TRUE(passwords.hash("op+p$ss \xff", [&](std::string h) { hash = std::move(h); }).ok());
  ASSERT_TRUE(hub.run(1));
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  std::vector<bool> answers;
  const auto note = [&](bool right) { answers.push_back(right); };
  ASSERT_TRUE(passwords.verify(hash, "op+p$ss \xff", note).ok());
  ASSERT_TRUE(passwords.verify(hash, "op+p$ss", note).ok());
  ASSERT_TRUE(passwords.verify(hash, "", note).ok());
  ASSERT_TRUE(passwords.verify("", "op+p$ss \xff", note).ok());
  ASSERT_TRUE(passwords.verify("plain", "plain", note).ok());
  ASSERT_TRUE(passwords.verify("$argon2id$broken", "x", note).ok());
  ASSERT_TRUE(passwords.verify(hash + std::string(200, 'x'), "op+p$ss \xff", note).ok());
  ASSERT_TRUE(hub.run(7));
  EXPECT_EQ(answers, (std::vector<bool>{true, false, false, false, false, false, false}));
}

TEST(Passwords, SaltsDiffer) {
  EXPECT_NE(Passwords::hash_now("x", kCheapPasswordCost), Passwords::hash_now("x", kCheapPasswordCost));
  EXPECT_TRUE(Passwords::verify_now(Passwords::hash_now("x", kCheapPasswordCost), "x"));
}

TEST(Passwords, TheRealCostWorks) {
  const std::string hash = Passwords::hash_now("secret");
  EXPECT_TRUE(Passwords::verify_now(hash, "secret"));
  EXPECT_FALSE(Passwords::verify_now(hash, "Secret"));
}

TEST(Passwords, FirstInFirstOut) {
  Hub hub;
  Passwords passwords(hub.post(), kCheapPasswordCost);
  std::vector<int> order;
  for (int i = 0; i < 50; ++i) {
    if (i % 2 == 0) {
      ASSERT_TRUE(passwords.hash("x", [&order, i](std::string) { order.push_back(i); }).ok());
    } else {
      ASSERT_TRUE(passwords.verify("", "x", [&order, i](bool) { order.push_back(i); }).ok());
    }
  }
  ASSERT_TRUE(hub.run(50));
  EXPECT_EQ(order.size(), 50u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Passwords, CallbacksRunOnlyWherePostedWorkRuns) {
  Hub hub;
  Passwords passwords(hub.post(), kCheapPasswordCost);
  std::thread::id ran_on;
  ASSERT_TRUE(passwords.hash("x", [&](std::string) { ran_on = std::this_thread::get_id(); }).ok());
  ASSERT_TRUE(hub.run(1));
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(Passwords, TooLong) {
  Hub hub;
  Passwords passwords(hub.post(), kCheapPasswordCost);
  const std::string longest(kMaxPasswordBytes, 'x');
  EXPECT_TRUE(passwords.verify("", longest, [](bool) {}).ok());
  EXPECT_EQ(passwords.verify("", longest + "x", [](bool) {}).error().code, Refusal::kBadArgument);
  EXPECT_EQ(passwords.hash(longest + "x", [](std::string) {}).error().code, Refusal::kBadArgument);
}

// Holds the worker inside `post`, so that the queue fills up for certain.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    entered_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, kDeadline, [&] { return open_; });
  }
  bool wait_until_entered() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kDeadline, [&] { return entered_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool entered_ = false, open_ = false;
};

TEST(Passwords, BoundedQueueAndCleanStop) {
  Gate gate;
  auto alive = std::make_shared<int>(0);
  const std::weak_ptr<int> watch = alive;
  Passwords passwords([&](const std::function<void()>&) { gate.wait(); }, kCheapPasswordCost);
  ASSERT_TRUE(passwords.verify("", "x", [](bool) {}).ok());
  ASSERT_TRUE(gate.wait_until_entered());
  for (std::size_t i = 0; i < kMaxPasswordJobs; ++i) {
    ASSERT_TRUE(passwords.verify("", "x", [alive](bool) { FAIL() << "dropped work must not run"; }).ok())
        << i;
  }
  const auto refused = passwords.verify("", "x", [](bool) {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Refusal::kUnavailable);

  // stop() drops what waits before it joins; the worker is let go only once that has been seen.
  alive.reset();
  std::thread opener([&] {
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    while (passwords.verify("", "x", [](bool) {}).error().detail != "the hub is closing" &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    gate.open();
  });
  passwords.stop();
  opener.join();
  EXPECT_TRUE(watch.expired()) << "callbacks of dropped work are destroyed";
  EXPECT_EQ(passwords.hash("x", [](std::string) {}).error().code, Refusal::kUnavailable);
  passwords.stop();  // again: harmless
}

TEST(Passwords, DestroyedWithWorkQueued) {
  for (int round = 0; round < 20; ++round) {
    Hub hub;
    Passwords passwords(hub.post(), kCheapPasswordCost);
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(passwords.verify("", "x", [](bool) {}).ok());
  }
}

TEST(Secrets, RandomOnes) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string password = Passwords::random_password();
    EXPECT_EQ(password.size(), 12u);
    EXPECT_EQ(password.find_first_of("0O1lI|$ "), std::string::npos) << password;
    EXPECT_TRUE(seen.insert(password).second);
    const std::string token = Passwords::random_token(16);
    EXPECT_EQ(token.size(), 32u);
    EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos) << token;
    EXPECT_TRUE(seen.insert(token).second);
  }
}

TEST(Secrets, Wipe) {
  std::string secret(100, 'x');
  const char* bytes = secret.data();
  wipe(secret);
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(bytes, secret.data()) << "the buffer is still ours to look at";
  EXPECT_EQ(std::count(bytes, bytes + 100, 'x'), 0);
}

}  // namespace
}  // namespace vhpy::embedded::store
