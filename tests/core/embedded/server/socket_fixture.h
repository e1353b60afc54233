// A hub on a real port of the loopback interface, served by a thread of its own, and blocking clients for it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {

class Socket {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kPatience{20};

  explicit Socket(std::uint16_t port, int receive_buffer = 0) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer != 0) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }

  // False if the hub has closed meanwhile.
  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Reads until `text` has come since the last match; false if the connection ended or the time is up.
  bool hear(std::string_view text) {
    const auto until = Clock::now() + kPatience;
    while (true) {
      if (const auto at = heard_.find(text, from_); at != std::string::npos) {
        from_ = at + text.size();
        return true;
      }
      if (!read_some(until)) return false;
    }
  }
  // Reads on until the hub ends the connection; false if the time is up first.
  bool hear_end() {
    const auto until = Clock::now() + kPatience;
    while (read_some(until)) {
    }
    return ended_;
  }
  bool ended() const { return ended_; }
  const std::string& heard() const { return heard_; }

 private:
  bool read_some(Clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    if (ended_ || left.count() <= 0) return false;
    pollfd wait{fd_, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(left.count())) <= 0) return false;
    char buffer[16 * 1024];
    const ssize_t count = ::recv(fd_, buffer, sizeof(buffer), 0);
    if (count <= 0) {
      ended_ = true;
      return false;
    }
    heard_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  int fd_;
  bool connected_ = false, ended_ = false;
  std::string heard_;
  std::size_t from_ = 0;
};

class SocketHubTest : public ::testing::Test {
 protected:
  SocketHubTest() : files_(dir_.path()) {
    std::promise<std::uint16_t> listening;
    auto port = listening.get_future();
    thread_ = std::thread([this, &listening] {
      HubServer server(Tables{files_.settings, files_.accounts, files_.bans, *files_.database}, nullptr,
                       HubServer::Options{.data_dir = dir_.path(), .look_up_hosts = false,
                                          .password_cost = store::kCheapPasswordCost});
      server_ = &server;
      const bool ok = server.listen("127.0.0.1", 0).ok();
      listening.set_value(ok ? server.port() : std::uint16_t{0});
      server.run();
      counters_ = server.counters();
      server.close_all(std::chrono::milliseconds(100));
    });
    port_ = port.get();
  }
  ~SocketHubTest() override { stop(); }

  // Ends the hub; counters_ hold what it has counted.
  void stop() {
    if (!thread_.joinable()) return;
    server_->request_stop();
    thread_.join();
  }

  // Runs `job` on the hub thread and waits for it.
  template <class Job>
  auto on_hub(Job job) {
    std::packaged_task<decltype(job(std::declval<HubServer&>()))()> task([&] { return job(*server_); });
    auto result = task.get_future();
    server_->post([&task] { task(); });
    return result.get();
  }
  void set(const std::string& name, const std::string& value) {
    ASSERT_TRUE(on_hub([&](HubServer& hub) { return hub.operations().set_config("config", name, value).ok(); })) << name;
  }

  static std::string my_info(const std::string& nick) {
    return "$MyINFO $ALL " + nick + " probe<++ V:0.868,M:A,H:1/0/0,S:3>$ $100\x01$a@b.c$1073741824$|";
  }
  static std::string greeting(const std::string& nick) {
    return "$Supports NoHello NoGetINFO UserIP2 |$Key x|$ValidateNick " + nick + "|";
  }
  std::unique_ptr<Socket> fresh() { return std::make_unique<Socket>(port_); }
  std::unique_ptr<Socket> named(const std::string& nick) {
    auto client = fresh();
    client->say(greeting(nick));
    EXPECT_TRUE(client->hear("$Hello " + nick + "|"));
    return client;
  }
  std::unique_ptr<Socket> user(const std::string& nick) {
    auto client = named(nick);
    client->say("$Version 1,0091|$GetNickList|" + my_info(nick));
    EXPECT_TRUE(client->hear("Welcome!|"));
    return client;
  }

  TempDir dir_;
  HubFiles files_;
  HubServer* server_ = nullptr;  // alive while the thread runs
  Counters counters_;
  std::thread thread_;
  std::uint16_t port_ = 0;
};

}  // namespace vhpy::embedded
