#include "core/embedded/server/connection.h"

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <span>
#include <utility>

#include "core/embedded/server/limits.h"

namespace vhpy::embedded {

LinkHub::LinkHub(std::size_t max_output_bytes)
    : max_output_bytes_(max_output_bytes), read_buffer_(limits::kReadBytes) {}

void LinkHub::attend(const std::shared_ptr<Connection>& connection) {
  if (connection->attended_) return;
  connection->attended_ = true;
  dirty_.push_back(connection);
}

// Reporting a fault may queue more output and more faults: those are seen in the next round of the outer loop.
void LinkHub::end_of_turn() {
  const auto now = Clock::now();
  while (!dirty_.empty()) {
    const auto batch = std::exchange(dirty_, {});
    for (const auto& connection : batch) {
      connection->attended_ = false;
      connection->end_of_turn(now);
    }
  }
  const auto done = [now](const std::shared_ptr<Connection>& connection) {
    if (connection->closed_) return true;
    if (now < connection->close_at_) return false;
    connection->shut();
    return true;
  };
  // shut() calls back into the server, which may begin to close others: walk a list of our own.
  auto waiting = std::exchange(closing_, {});
  std::erase_if(waiting, done);
  closing_.insert(closing_.end(), waiting.begin(), waiting.end());
}

LinkHub::Clock::time_point LinkHub::next_deadline() const {
  if (!dirty_.empty()) return Clock::now();
  if (closing_.empty()) return Clock::time_point::max();
  return Clock::now() + limits::kClosingSweep;
}

void LinkHub::cut_stalled(std::chrono::seconds patience) {
  const auto now = Clock::now();
  for (Connection* connection : open_) {
    if (connection->writing_ && now - connection->blocked_since_ > patience) {
      connection->note_fault(LinkFault::kTooSlow, "it has read nothing for too long");
    }
  }
}

void LinkHub::abandon_all() {
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(open_.size());
  for (Connection* connection : open_) all.push_back(connection->shared_from_this());
  for (const auto& connection : all) connection->shut();
  dirty_.clear();
  closing_.clear();
}

Connection::Connection(LinkHub& hub, asio::ip::tcp::socket socket) : hub_(hub), socket_(std::move(socket)) {
  asio::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);  // writes are gathered per turn: no need to wait for more
  hub_.open_.insert(this);
}

// The hub may be gone by now if the connection is shut: the last reference can be that of an operation that the loop
// drops at its own end.
Connection::~Connection() {
  if (!closed_) hub_.open_.erase(this);
}

void Connection::start(std::shared_ptr<LinkEvents> events) {
  events_ = std::move(events);
  wait_readable();
}

// Waiting for readability instead of reading into a buffer of its own: an idle connection holds none.
void Connection::wait_readable() {
  if (reading_ || closed_ || (paused_ && !closing_)) return;
  reading_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const asio::error_code& error) {
                       self->reading_ = false;
                       if (!error) self->on_readable();
                     });
}

void Connection::on_readable() {
  if (closed_) return;
  hub_.on_event_();
  if (closing_) return discard_input();
  if (paused_) return;  // resume() waits anew
  asio::error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(hub_.read_buffer_), error);
  if (error == asio::error::would_block || error == asio::error::interrupted) return wait_readable();
  if (error) return note_fault(LinkFault::kPeerGone, error.message());
  framer_.feed({hub_.read_buffer_.data(), count});
  deliver_frames();
}

// Of a link that is closing. To close a socket with unread input resets it, and a reset can destroy our last line on
// its way; so input is read until the peer, too, has ended.
void Connection::discard_input() {
  asio::error_code error;
  socket_.read_some(asio::buffer(hub_.read_buffer_), error);
  if (!error || error == asio::error::would_block) return wait_readable();
  close_at_ = LinkHub::Clock::now();
  hub_.attend(shared_from_this());
}

// The frames' bytes live in the framer, so handling one frame may lead to anything but another feed(). A client that has
// sent many frames at once waits its turn after some of them: others, and the lane, come in between.
void Connection::deliver_frames() {
  if (delivering_ || continuing_) return;
  delivering_ = true;
  const auto self = shared_from_this();
  bool dry = false;
  for (std::size_t count = 0; count != limits::kFramesPerEvent && !paused_ && !closing_ && !closed_ && !dry; ++count) {
    const auto frame = framer_.next();
    dry = !frame;
    if (frame) events_->on_frame(*frame);
  }
  delivering_ = false;
  if (closed_ || (paused_ && !closing_)) return;
  if (closing_) return wait_readable();  // for discard_input()
  if (!dry) return continue_later();
  if (framer_.fault() != nmdc::FrameFault::kNone) return note_fault(LinkFault::kBadBytes, to_string(framer_.fault()));
  wait_readable();
}

void Connection::continue_later() {
  continuing_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->continuing_ = false;
    if (!self->closed_) self->hub_.on_event_();
    self->deliver_frames();
  });
}

void Connection::pause() { paused_ = true; }

void Connection::resume() {
  if (!paused_) return;
  paused_ = false;
  deliver_frames();
}

void Connection::send(Bytes bytes) {
  if (closed_ || output_ended_ || fault_ || bytes->empty()) return;
  output_bytes_ += bytes->size();
  output_.push_back(std::move(bytes));
  // The kernel's buffer may still have room for what is over the bound.
  if (output_bytes_ > hub_.max_output_bytes_ && !writing_) flush();
  if (output_bytes_ > hub_.max_output_bytes_) return note_fault(LinkFault::kTooSlow, "output full");
  hub_.attend(shared_from_this());
}

// Hands the kernel as much as it takes. Blocks: no.
void Connection::flush() {
  bool blocked = false;
  while (!output_empty() && !blocked && !closed_ && !fault_) write_once(blocked);
  if (blocked) wait_writable();
}

void Connection::write_once(bool& blocked) {
  std::array<asio::const_buffer, limits::kBuffersPerWrite> pieces;
  std::size_t used = 0;
  for (std::size_t i = output_head_; i != output_.size() && used != pieces.size(); ++i) {
    const std::size_t skip = i == output_head_ ? head_sent_ : 0;
    pieces[used++] = asio::buffer(output_[i]->data() + skip, output_[i]->size() - skip);
  }
  asio::error_code error;
  const std::size_t sent = socket_.write_some(std::span(pieces.data(), used), error);
  if (error == asio::error::would_block) {
    blocked = true;
  } else if (error && error != asio::error::interrupted) {
    note_fault(LinkFault::kPeerGone, error.message());
  }
  drop_sent(sent);
}

void Connection::drop_sent(std::size_t bytes) {
  output_bytes_ -= bytes;
  while (bytes != 0) {
    const std::size_t left = output_[output_head_]->size() - head_sent_;
    if (bytes < left) {
      head_sent_ += bytes;
      return;
    }
    bytes -= left;
    head_sent_ = 0;
    output_[output_head_++].reset();
  }
  if (output_head_ >= limits::kCompactOutput && !output_empty()) {
    output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(output_head_));
    output_head_ = 0;
  }
  if (output_empty()) {
    // Keeps a little room, so that a chatting connection does not allocate for every line; more is given back.
    output_.clear();
    output_head_ = 0;
    if (output_.capacity() > limits::kBuffersPerWrite) output_.shrink_to_fit();
  }
}

void Connection::wait_writable() {
  if (writing_ || closed_) return;
  writing_ = true;
  blocked_since_ = LinkHub::Clock::now();
  socket_.async_wait(asio::ip::tcp::socket::wait_write,
                     [self = shared_from_this()](const asio::error_code& error) {
                       self->writing_ = false;
                       if (error || self->closed_) return;
                       self->hub_.on_event_();
                       self->flush();
                       if (self->closing_) self->hub_.attend(self);
                     });
}

void Connection::close(std::chrono::milliseconds linger) {
  const auto at = LinkHub::Clock::now() + linger;
  if (closed_ || (closing_ && close_at_ <= at)) return;
  close_at_ = at;
  if (!closing_) {
    closing_ = true;
    hub_.closing_.push_back(shared_from_this());
    wait_readable();
  }
  hub_.attend(shared_from_this());
}

// Everything was said: the peer learns that no more will come, and has the rest of the linger to end as well.
void Connection::end_output() {
  if (output_ended_) return;
  output_ended_ = true;
  asio::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Connection::note_fault(LinkFault fault, std::string_view detail) {
  if (closed_ || fault_) return;
  fault_ = fault;
  fault_detail_ = detail;
  hub_.attend(shared_from_this());
}

// A gone or stuck peer gets nothing more; one that sent rubbish still gets what was queued for it before.
void Connection::end_of_turn(LinkHub::Clock::time_point now) {
  if (closed_) return;
  if (!fault_ && !writing_) flush();
  if (fault_) {
    if (!closing_) {
      closing_ = true;
      events_->on_fault(*fault_, fault_detail_);
    }
    shut();
  } else if (closing_ && now >= close_at_) {
    shut();
  } else if (closing_ && output_empty()) {
    end_output();
  }
}

void Connection::shut() {
  if (closed_) return;
  closed_ = true;
  closing_ = true;
  hub_.open_.erase(this);
  asio::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  output_.clear();
  output_head_ = 0;
  output_bytes_ = 0;
  const auto events = std::exchange(events_, nullptr);
  if (events) events->on_closed();
}

}  // namespace vhpy::embedded
