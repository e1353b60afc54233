#include "tests/load/client.h"

#include <charconv>
#include <chrono>

namespace vhpy::load {
namespace {

constexpr std::string_view kMark = "> sent ";  // in a chat line, before the time in nanoseconds

}  // namespace

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Client::Client(asio::io_context& context, const asio::ip::tcp::endpoint& hub, std::string nick, bool observer, Counts& counts,
               std::function<void()> on_ready)
    : socket_(context), hub_(hub), nick_(std::move(nick)), observer_(observer), counts_(counts), on_ready_(std::move(on_ready)) {}

void Client::start() {
  began_ = now_ns();
  socket_.async_connect(hub_, [self = shared_from_this()](const asio::error_code& error) {
    if (error) return self->fail("connect: " + error.message());
    asio::error_code ignored;
    self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    self->read();
  });
}

void Client::send(std::string text) {
  outgoing_ += text;
  if (!writing_) write();
}

void Client::chat() { send("<" + nick_ + "> sent " + std::to_string(now_ns()) + " a line of some length for everybody|"); }

void Client::search(std::uint64_t number) {
  send("$Search Hub:" + nick_ + " F?T?0?1?some$thing$" + std::to_string(number) + "|");
}

void Client::close() {
  closing_ = true;
  asio::error_code ignored;
  socket_.close(ignored);
}

void Client::read() {
  socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](const asio::error_code& error, std::size_t size) {
    if (error) return self->fail("closed by the hub: " + error.message());
    self->counts_.bytes += size;
    std::string_view data(self->buffer_.data(), size);
    for (std::size_t pipe; (pipe = data.find('|')) != std::string_view::npos; data.remove_prefix(pipe + 1)) {
      if (self->rest_.empty()) {
        self->take(data.substr(0, pipe));
      } else {
        self->rest_ += data.substr(0, pipe);
        self->take(self->rest_);
        self->rest_.clear();
      }
    }
    self->rest_ += data;
    if (!self->closing_) self->read();
  });
}

void Client::take(std::string_view frame) {
  ++counts_.frames;
  if (frame.starts_with('<')) {
    const std::size_t mark = frame.find(kMark);
    if (mark == std::string_view::npos || !ready_) return;
    ++lines_;
    ++counts_.lines_received;
    if (!observer_) return;
    std::int64_t sent = 0;
    const std::string_view digits = frame.substr(mark + kMark.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), sent);
    counts_.chat_seconds.push_back(static_cast<double>(now_ns() - sent) * 1e-9);
  } else if (frame.starts_with("$Search ")) {
    ++counts_.searches_received;
  } else if (frame.starts_with("$Lock ")) {
    send("$Supports NoHello NoGetINFO UserIP2 TTHSearch |$Key x|$ValidateNick " + nick_ + "|");
  } else if (frame.starts_with("$Hello ") && !ready_) {
    send("$Version 1,0091|$GetNickList|$MyINFO $ALL " + nick_ + " load<load V:1,M:A,H:1/0/0,S:3>$ $100\x01$$1073741824$|");
  } else if (!ready_ && frame.starts_with("$MyINFO $ALL " + nick_ + " ")) {
    ready_ = true;
    ++counts_.logins;
    counts_.login_seconds.push_back(static_cast<double>(now_ns() - began_) * 1e-9);
    on_ready_();
  }
}

void Client::write() {
  writing_ = true;
  in_flight_ = std::move(outgoing_);
  outgoing_.clear();
  asio::async_write(socket_, asio::buffer(in_flight_), [self = shared_from_this()](const asio::error_code& error, std::size_t) {
    self->writing_ = false;
    if (error) return self->fail("write: " + error.message());
    if (!self->outgoing_.empty()) self->write();
  });
}

void Client::fail(const std::string& why) {
  if (closing_) return;
  closing_ = true;
  ++counts_.errors;
  if (counts_.first_error.empty()) counts_.first_error = nick_ + ": " + why + (rest_.empty() ? "" : ", after " + rest_.substr(0, 200));
  asio::error_code ignored;
  socket_.close(ignored);
}

}  // namespace vhpy::load
