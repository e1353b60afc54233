#include "core/embedded/server/host_names.h"

#include <netdb.h>
#include <spdlog/spdlog.h>

#include <array>
#include <asio/ip/tcp.hpp>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/embedded/server/limits.h"

namespace vhpy::embedded {

// What a lookup's thread may still touch when the hub is gone.
struct HostNames::Shared {
  std::mutex mutex;
  std::deque<std::string> waiting;  // guarded by mutex, as is everything here
  std::size_t threads = 0;
  Post post;
  Found found;
  bool stopped = false;
};

namespace {

std::string host_of(const std::string& ip) {
  asio::error_code error;
  const auto address = asio::ip::make_address(ip, error);
  if (error) return {};
  const asio::ip::tcp::endpoint endpoint(address, 0);
  std::array<char, NI_MAXHOST> name{};
  const int failed = getnameinfo(endpoint.data(), static_cast<socklen_t>(endpoint.size()), name.data(),
                                 static_cast<socklen_t>(name.size()), nullptr, 0, NI_NAMEREQD);
  return failed != 0 ? std::string{} : std::string(name.data());
}

}  // namespace

HostNames::HostNames(Post post, Found found) : shared_(std::make_shared<Shared>()) {
  shared_->post = std::move(post);
  shared_->found = std::move(found);
}

HostNames::~HostNames() { stop(); }

bool HostNames::look_up(const std::string& ip) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->stopped || shared_->waiting.size() >= limits::kMaxHostLookupQueue) {
    ++refused_;
    return false;
  }
  shared_->waiting.push_back(ip);
  if (shared_->threads >= limits::kMaxHostLookups) return true;
  try {
    std::thread([shared = shared_] { work(shared); }).detach();
    ++shared_->threads;
  } catch (const std::system_error& error) {
    spdlog::warn("no thread for a host lookup: {}", error.what());
  }
  return true;
}

void HostNames::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  while (!shared->stopped && !shared->waiting.empty()) {
    const std::string ip = std::move(shared->waiting.front());
    shared->waiting.pop_front();
    lock.unlock();
    std::string host = host_of(ip);
    lock.lock();
    if (shared->stopped) break;
    // Posted under the lock: stop() then knows that nothing is posted after it.
    shared->post([shared, ip, host = std::move(host)] { shared->found(ip, host); });
  }
  --shared->threads;
}

void HostNames::stop() {
  const std::lock_guard lock(shared_->mutex);
  shared_->stopped = true;
  shared_->waiting.clear();
  shared_->post = nullptr;
}

}  // namespace vhpy::embedded
