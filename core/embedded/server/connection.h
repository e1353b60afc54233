// One client's socket: frames in, gathered writes out, both bounded.
//
// Owner: shared by the pending socket operations and the session that uses it. Thread: hub. Shutdown: close(), or
// LinkHub::abandon_all() when the hub ends; either way LinkEvents::on_closed() is called once.
#pragma once

#include <asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/embedded/server/transport.h"
#include "core/nmdc/frame.h"

namespace vhpy::embedded {

class Connection;

// What all connections share: the read buffer, and the lists of those that need attention at the end of the turn.
// Owner: the server; must live until abandon_all().
class LinkHub {
 public:
  using Clock = std::chrono::steady_clock;

  explicit LinkHub(std::size_t max_output_bytes);

  // Sends what the turn has queued, and reports and closes what has overflowed or has lingered long enough.
  void end_of_turn();

  // When end_of_turn() must run even if nothing happens; Clock::time_point::max() if there is no need.
  Clock::time_point next_deadline() const;

  // Cuts connections whose peer has taken nothing of what waits for it for so long.
  void cut_stalled(std::chrono::seconds patience);

  // Closes every connection at once; none of them touches this object afterwards.
  void abandon_all();

  void set_max_output(std::size_t bytes) { max_output_bytes_ = bytes; }
  // Called when an event of a connection is about to be handled.
  void on_event(std::function<void()> told) { on_event_ = std::move(told); }
  std::size_t open_links() const { return open_.size(); }

 private:
  friend class Connection;
  void attend(const std::shared_ptr<Connection>& connection);

  std::size_t max_output_bytes_;
  std::function<void()> on_event_ = [] {};
  std::vector<char> read_buffer_;
  std::unordered_set<Connection*> open_;
  std::vector<std::shared_ptr<Connection>> dirty_;    // have something to do at the end of the turn
  std::vector<std::shared_ptr<Connection>> closing_;  // wait for their output to leave
};

class Connection final : public Transport, public std::enable_shared_from_this<Connection> {
 public:
  Connection(LinkHub& hub, asio::ip::tcp::socket socket);
  ~Connection() override;

  // Begins to read. `events` is kept until on_closed().
  void start(std::shared_ptr<LinkEvents> events);

  void send(Bytes bytes) override;
  void close(std::chrono::milliseconds linger) override;
  void pause() override;
  void resume() override;
  bool closing() const override { return closing_; }

 private:
  friend class LinkHub;

  void wait_readable();
  void on_readable();
  void discard_input();
  void deliver_frames();
  void continue_later();
  void flush();
  void write_once(bool& blocked);
  void wait_writable();
  void drop_sent(std::size_t bytes);
  void note_fault(LinkFault fault, std::string_view detail);
  void end_of_turn(LinkHub::Clock::time_point now);
  void end_output();
  void shut();
  bool output_empty() const { return output_head_ == output_.size(); }

  LinkHub& hub_;
  asio::ip::tcp::socket socket_;
  std::shared_ptr<LinkEvents> events_;
  nmdc::Framer framer_;
  std::vector<Bytes> output_;      // from output_head_ on; a vector, because an empty deque holds memory
  std::size_t output_head_ = 0;
  std::size_t output_bytes_ = 0;   // not yet handed to the kernel
  std::size_t head_sent_ = 0;      // of output_[output_head_]
  LinkHub::Clock::time_point close_at_{};
  LinkHub::Clock::time_point blocked_since_{};  // while writing_
  std::optional<LinkFault> fault_; // to be reported at the end of the turn
  std::string fault_detail_;
  bool reading_ = false;     // a readability wait is pending
  bool writing_ = false;     // a writability wait is pending
  bool attended_ = false;    // listed in hub_.dirty_
  bool paused_ = false;
  bool delivering_ = false;  // inside deliver_frames(), which must not be re-entered
  bool continuing_ = false;  // further frames are handled in a later event
  bool closing_ = false;
  bool output_ended_ = false;  // our half of the socket is shut down
  bool closed_ = false;
};

}  // namespace vhpy::embedded
