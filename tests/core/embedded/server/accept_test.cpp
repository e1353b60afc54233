// What the hub does when the process has no descriptors left: it waits, serves those it has, and accepts again later.
#include <sys/resource.h>

#include "tests/core/embedded/server/socket_fixture.h"

namespace vhpy::embedded {
namespace {

using AcceptTest = SocketHubTest;

TEST_F(AcceptTest, OutOfDescriptorsIsSurvived) {
  set("int_chat_ms", "0");
  const auto witness = user("witness");
  const auto errors = [this] { return on_hub([](HubServer& hub) { return hub.counters().accept_errors; }); };
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Done once before descriptors run out: a sanitizer that meets a class for the first time opens a pipe to look at it.
  EXPECT_EQ(errors(), 0u);
  witness->say("<witness> before|");
  EXPECT_TRUE(witness->hear("<witness> before|"));
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
  // Sockets first, connected later: from then on only the hub needs descriptors.
  std::vector<int> sockets;
  for (int i = 0; i != 40; ++i) sockets.push_back(::socket(AF_INET, SOCK_STREAM, 0));
  rlimit tight = old;
  tight.rlim_cur = static_cast<rlim_t>(sockets.back()) + 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  for (const int fd : sockets) EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const auto until = Socket::Clock::now() + Socket::kPatience;
  while (errors() == 0 && Socket::Clock::now() < until) std::this_thread::yield();
  witness->say("<witness> still here|");
  EXPECT_TRUE(witness->hear("<witness> still here|"));
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
  char byte = 0;
  for (const int fd : sockets) {
    pollfd wait{fd, POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 20'000), 1);
    EXPECT_EQ(::recv(fd, &byte, 1, 0), 1);
    EXPECT_EQ(byte, '$');
    ::close(fd);
  }
  stop();
  EXPECT_GE(counters_.accept_errors, 1u);
}

TEST_F(AcceptTest, PortInUseIsOneClearLine) {
  Counters counters;
  asio::io_context io;
  Acceptor second(io, counters, [](asio::ip::tcp::socket) {});
  const Outcome outcome = second.listen("127.0.0.1", port_);
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().detail.find(std::to_string(port_)), std::string::npos);
  EXPECT_EQ(outcome.error().detail.find('\n'), std::string::npos);
}

TEST_F(AcceptTest, ManyClientsComeAndGo) {
  std::vector<std::unique_ptr<Socket>> clients;
  for (int i = 0; i != 100; ++i) {
    clients.push_back(fresh());
    clients.back()->say(greeting("u" + std::to_string(i)) + my_info("u" + std::to_string(i)));
  }
  for (const auto& client : clients) EXPECT_TRUE(client->hear("Welcome!|"));
  EXPECT_EQ(on_hub([](HubServer& hub) { return hub.operations().users_count(); }), 100);
  const auto last = std::move(clients.back());
  clients.clear();
  for (int i = 0; i != 99; ++i) {
    const auto until = Socket::Clock::now() + Socket::kPatience;
    while (last->heard().find("$Quit u" + std::to_string(i) + "|") == std::string::npos && Socket::Clock::now() < until) {
      last->hear("$Quit ");
      last->hear("|");
    }
  }
  EXPECT_EQ(on_hub([](HubServer& hub) { return hub.operations().users_count(); }), 1);
}

// With thousands of users each $Quit to each of the others would be the longest part of the hub's end.
TEST_F(AcceptTest, WhenTheHubEndsNobodyIsToldThatTheOthersGo) {
  const auto alice = user("alice"), bob = user("bob");
  ASSERT_TRUE(alice->hear("$MyINFO $ALL bob "));
  stop();
  for (Socket* client : {alice.get(), bob.get()}) {
    EXPECT_TRUE(client->hear_end());
    EXPECT_EQ(client->heard().find("$Quit"), std::string::npos);
  }
}

}  // namespace
}  // namespace vhpy::embedded
