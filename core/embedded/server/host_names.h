// Reverse DNS in the background: the hub thread asks and goes on; the answer is put into the user when it comes.
//
// Owner: HubServer. Threads: the methods are the hub thread's; each lookup runs on a short-lived thread of its own,
// at most limits::kMaxHostLookups at once, since the system's resolver blocks for seconds when a name server is silent.
// Shutdown: stop(); lookups still under way end on their own later and touch nothing of the hub.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace vhpy::embedded {

class HostNames {
 public:
  using Post = std::function<void(std::function<void()>)>;
  using Found = std::function<void(const std::string& ip, const std::string& host)>;  // host empty: none

  // post: runs its argument on the hub thread; callable from any thread until stop() has returned. found: called there.
  HostNames(Post post, Found found);
  ~HostNames();

  // Blocks: no. Refused (and counted) when too many wait.
  bool look_up(const std::string& ip);
  void stop();
  std::uint64_t refused() const { return refused_; }

 private:
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::uint64_t refused_ = 0;
};

}  // namespace vhpy::embedded
