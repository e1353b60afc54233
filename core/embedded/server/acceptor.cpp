#include "core/embedded/server/acceptor.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/embedded/server/limits.h"

namespace vhpy::embedded {

std::string endpoint_text(const std::string& host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  return ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Acceptor::Acceptor(asio::io_context& io, Counters& counters, Accepted accepted)
    : io_(io), counters_(counters), accepted_(std::move(accepted)), acceptor_(io), retry_(io) {}

Outcome Acceptor::listen(const std::string& host, std::uint16_t port) {
  asio::error_code error;
  asio::ip::tcp::resolver resolver(io_);
  const auto found = resolver.resolve(host, std::to_string(port), asio::ip::tcp::resolver::passive, error);
  if (error || found.empty()) {
    return refuse(Refusal::kBadArgument, fmt::format("cannot listen on '{}': {}", host, error.message()));
  }
  const asio::ip::tcp::endpoint endpoint = found.begin()->endpoint();
  const auto failed = [&](const char* what) -> Outcome {
    asio::error_code ignored;
    acceptor_.close(ignored);
    return refuse(Refusal::kUnavailable,
                  fmt::format("cannot {} {}: {}", what, endpoint_text(host, port), error.message()));
  };
  acceptor_.open(endpoint.protocol(), error);
  if (error) return failed("open a socket for");
  acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(limits::kListenBacklog, error);
  if (error) return failed("listen on");
  acceptor_.non_blocking(true);
  port_ = acceptor_.local_endpoint().port();
  accept_next();
  return Done{};
}

void Acceptor::stop() {
  stopped_ = true;
  asio::error_code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
}

void Acceptor::accept_next() {
  acceptor_.async_accept([this](const asio::error_code& error, asio::ip::tcp::socket socket) {
    if (stopped_ || error == asio::error::operation_aborted) return;
    if (error) return back_off(error);
    ++counters_.accepted;
    accepted_(std::move(socket));
    if (!stopped_) accept_next();
  });
}

// Out of descriptors or memory, most likely: the connection stays in the kernel's queue until some other one has ended.
void Acceptor::back_off(const asio::error_code& error) {
  ++counters_.accept_errors;
  spdlog::warn("accept failed ({}); trying again in {} ms", error.message(), limits::kAcceptBackoff.count());
  retry_.expires_after(limits::kAcceptBackoff);
  retry_.async_wait([this](const asio::error_code& cancelled) {
    if (!cancelled && !stopped_) accept_next();
  });
}

}  // namespace vhpy::embedded
