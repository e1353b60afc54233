// Password hashes, computed on a thread of their own because one takes tens of milliseconds.
//
// Owner: the composition root. Threads: one worker; every method is for the hub thread; results come back on
// the hub thread through the `post` given at construction. First in, first out: a verify issued after a hash
// runs after it. Shutdown: stop() or the destructor ends the job at hand and drops the rest, whose callbacks
// are never called. Passwords are wiped from our memory as soon as they are used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vhpy::embedded::store {

// What one hash costs (argon2id).
struct PasswordCost {
  std::uint64_t operations;
  std::size_t memory_bytes;
};
// OWASP's smallest recommendation for argon2id; some tens of ms on a small server.
inline constexpr PasswordCost kPasswordCost{2, 19u << 20};
inline constexpr PasswordCost kCheapPasswordCost{1, 64u << 10};  // for tests

// Jobs waiting at most; further ones are refused with kUnavailable.
inline constexpr std::size_t kMaxPasswordJobs = 256;
inline constexpr std::size_t kMaxPasswordBytes = 256;

class Passwords {
 public:
  using Post = std::function<void(std::function<void()>)>;
  using HashDone = std::function<void(std::string hash)>;  // empty: out of memory
  using VerifyDone = std::function<void(bool right)>;

  // post: runs its argument on the hub thread, soon; callable from any thread, and until stop() has returned.
  explicit Passwords(Post post, PasswordCost cost = kPasswordCost);
  ~Passwords();
  Passwords(const Passwords&) = delete;
  Passwords& operator=(const Passwords&) = delete;

  // kUnavailable: the queue is full or stopped; kBadArgument: longer than kMaxPasswordBytes. `done` is then
  // not called.
  Outcome hash(std::string_view password, HashDone done);
  // An empty or foreign hash is simply wrong, after as much work as a right one (so that time tells nothing).
  Outcome verify(std::string hash, std::string_view password, VerifyDone done);

  // Whether a job would be taken. Stays true until the next hash() or verify().
  bool has_room() const;

  // Blocks: for the job at hand (tens of ms). Afterwards `post` is not called again.
  void stop();

  // The same at once, blocking tens of ms: for start-up (first admin) and tests only. Thread: any.
  static std::string hash_now(std::string_view password, PasswordCost cost = kPasswordCost);
  static bool verify_now(const std::string& hash, std::string_view password);

  // A random password of letters and digits without those that look alike. Thread: any.
  static std::string random_password(std::size_t characters = 12);
  // Random bytes in hexadecimal, for tokens. Thread: any.
  static std::string random_token(std::size_t bytes = 24);

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

// Overwrites the bytes in a way the compiler does not remove.
void wipe(std::string& secret) noexcept;

}  // namespace vhpy::embedded::store
