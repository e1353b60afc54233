// Password hashes on a thread of their own: see passwords.h.
#include "core/embedded/store/passwords.h"

#include <sodium.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace vhpy::embedded::store {
namespace {

// How long the idle worker sleeps at most before it looks again; it is woken by work and by stop().
constexpr std::chrono::seconds kIdleWait{60};

// libsodium picks its implementations here; harmless to repeat, safe from any thread.
void init_sodium() {
  if (sodium_init() < 0) std::abort();  // only if the system has no random numbers
}

// Bytes that are overwritten when they go. Moving hands on the address, so no copy stays behind.
class Secret {
 public:
  explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) = delete;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() {
    if (!bytes_.empty()) sodium_memzero(bytes_.data(), bytes_.size());
  }
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

struct HashJob {
  Secret password;
  Passwords::HashDone done;
};

struct VerifyJob {
  std::string hash;
  Secret password;
  Passwords::VerifyDone done;
};

using Job = std::variant<HashJob, VerifyJob>;

// An empty view may have no address, which libsodium must not be given.
const char* address_of(std::string_view text) {
  return text.empty() ? "" : text.data();
}

bool ours(const std::string& hash) {
  return hash.starts_with(crypto_pwhash_STRPREFIX);
}

}  // namespace

// The thread, and the queue in front of it. `mutex_` guards jobs_ and stopping_.
class Passwords::Worker {
 public:
  Worker(Post post, PasswordCost cost) : post_(std::move(post)), cost_(cost), thread_([this] { run(); }) {}
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  Outcome push(Job job) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return refuse(Refusal::kUnavailable, "the hub is closing");
      if (jobs_.size() >= kMaxPasswordJobs) {
        return refuse(Refusal::kUnavailable,
                      "too many passwords wait to be checked: " + std::to_string(kMaxPasswordJobs));
      }
      jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return Done{};
  }

  bool has_room() const {
    const std::lock_guard lock(mutex_);
    return !stopping_ && jobs_.size() < kMaxPasswordJobs;
  }

  // The callbacks of dropped jobs are destroyed here, on the caller's thread, without the lock.
  void stop() {
    std::deque<Job> dropped;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      dropped.swap(jobs_);
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      while (jobs_.empty() && !stopping_) wake_.wait_for(lock, kIdleWait);
      if (stopping_) return;
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      std::visit([this](auto& work) { do_job(work); }, job);
    }
  }

  void do_job(HashJob& job) {
    post_([done = std::move(job.done), hash = hash_now(job.password.view(), cost_)] { done(hash); });
  }

  void do_job(VerifyJob& job) {
    bool right = false;
    if (ours(job.hash)) {
      right = verify_now(job.hash, job.password.view());
    } else {
      static_cast<void>(hash_now(job.password.view(), cost_));  // as much work as a real check
    }
    post_([done = std::move(job.done), right] { done(right); });
  }

  const Post post_;
  const PasswordCost cost_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when everything above is ready
};

Passwords::Passwords(Post post, PasswordCost cost) {
  init_sodium();
  worker_ = std::make_unique<Worker>(std::move(post), cost);
}

Passwords::~Passwords() = default;

Outcome Passwords::hash(std::string_view password, HashDone done) {
  if (password.size() > kMaxPasswordBytes) {
    return refuse(Refusal::kBadArgument,
                  "password too long: at most " + std::to_string(kMaxPasswordBytes) + " bytes are allowed");
  }
  return worker_->push(HashJob{Secret(password), std::move(done)});
}

Outcome Passwords::verify(std::string hash, std::string_view password, VerifyDone done) {
  if (password.size() > kMaxPasswordBytes) {
    return refuse(Refusal::kBadArgument,
                  "password too long: at most " + std::to_string(kMaxPasswordBytes) + " bytes are allowed");
  }
  return worker_->push(VerifyJob{std::move(hash), Secret(password), std::move(done)});
}

bool Passwords::has_room() const { return worker_->has_room(); }

void Passwords::stop() {
  worker_->stop();
}

std::string Passwords::hash_now(std::string_view password, PasswordCost cost) {
  init_sodium();
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int code = crypto_pwhash_str(text.data(), address_of(password), password.size(), cost.operations,
                                     cost.memory_bytes);
  return code == 0 ? std::string(text.data()) : std::string();
}

bool Passwords::verify_now(const std::string& hash, std::string_view password) {
  init_sodium();
  if (!ours(hash) || hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(hash.c_str(), address_of(password), password.size()) == 0;
}

std::string Passwords::random_password(std::size_t characters) {
  constexpr std::string_view kAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  init_sodium();
  std::string password;
  for (std::size_t i = 0; i < characters; ++i) {
    password += kAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kAlphabet.size()))];
  }
  return password;
}

std::string Passwords::random_token(std::size_t bytes) {
  init_sodium();
  std::vector<unsigned char> random(bytes);
  randombytes_buf(random.data(), random.size());
  std::string token(bytes * 2 + 1, '\0');
  sodium_bin2hex(token.data(), token.size(), random.data(), random.size());
  token.pop_back();
  return token;
}

void wipe(std::string& secret) noexcept {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace vhpy::embedded::store
