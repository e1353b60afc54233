// One Direct Connect client of the load generator: logs in, keeps reading, measures. Thread: the one that runs the io_context. It lives
// until close(), which it survives as long as operations are under way (shared_from_this).
#pragma once

#include <array>
#include <asio.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vhpy::load {

// What all clients count together.
struct Counts {
  std::uint64_t logins = 0, closes = 0, errors = 0, frames = 0, bytes = 0, lines_received = 0, searches_received = 0;
  std::vector<double> chat_seconds;   // from sending a line until an observer has it
  std::vector<double> login_seconds;  // from connecting until the own $MyINFO
  std::string first_error;
};

std::int64_t now_ns();

class Client : public std::enable_shared_from_this<Client> {
 public:
  // observer: measures every chat line; the others only count them. on_ready is called once, after the login.
  Client(asio::io_context& context, const asio::ip::tcp::endpoint& hub, std::string nick, bool observer, Counts& counts,
         std::function<void()> on_ready);

  void start();
  void send(std::string text);  // raw, with its pipes
  void chat();                  // a line that says when it was sent
  void search(std::uint64_t number);
  void close();  // without an error

  bool ready() const { return ready_; }
  std::uint64_t lines_since_ready() const { return lines_; }

 private:
  void read();
  void take(std::string_view frame);
  void write();
  void fail(const std::string& why);

  asio::ip::tcp::socket socket_;
  asio::ip::tcp::endpoint hub_;
  std::string nick_;
  bool observer_;
  Counts& counts_;
  std::function<void()> on_ready_;
  std::int64_t began_ = 0;
  bool ready_ = false, closing_ = false, writing_ = false;
  std::uint64_t lines_ = 0;
  std::string outgoing_, in_flight_, rest_;
  std::array<char, 65536> buffer_;
};

}  // namespace vhpy::load
