// Listens, and hands over accepted sockets. Errors such as EMFILE make it pause, not spin and not give up.
//
// Owner: HubServer. Thread: hub. Shutdown: stop().
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "core/embedded/server/counters.h"
#include "core/result.h"

namespace vhpy::embedded {

// "host:port"; an IPv6 address in brackets.
std::string endpoint_text(const std::string& host, std::uint16_t port);

class Acceptor {
 public:
  using Accepted = std::function<void(asio::ip::tcp::socket)>;

  Acceptor(asio::io_context& io, Counters& counters, Accepted accepted);

  // host: a numeric address or a name. port 0: any free one. The refusal's detail is one line for the operator.
  Outcome listen(const std::string& host, std::uint16_t port);
  void stop();

  std::uint16_t port() const { return port_; }

 private:
  void accept_next();
  void back_off(const asio::error_code& error);

  asio::io_context& io_;
  Counters& counters_;
  Accepted accepted_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::uint16_t port_ = 0;
  bool stopped_ = false;
};

}  // namespace vhpy::embedded
