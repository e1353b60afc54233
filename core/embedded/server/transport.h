// The two sides of a client's link: what the server asks of a socket, and what a socket tells the server. Tests put a
// recording transport in the place of the socket.
//
// Thread: hub, everything.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace vhpy::embedded {

// Bytes to send; shared, because most of what a hub sends goes to everybody.
using Bytes = std::shared_ptr<const std::string>;

inline Bytes make_bytes(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

class Transport {
 public:
  virtual ~Transport() = default;

  // Queues bytes; they leave at the end of the loop's turn. Never calls back into the server: an overflow is reported
  // later, by LinkEvents::on_fault. Blocks: no.
  virtual void send(Bytes bytes) = 0;

  // Stops reading. Closes once everything queued has left, or after `linger` at the latest; 0: now.
  virtual void close(std::chrono::milliseconds linger) = 0;

  // Holds further frames back (they stay in the socket), and lets them come again.
  virtual void pause() = 0;
  virtual void resume() = 0;

  // Whether closing has begun.
  virtual bool closing() const = 0;
};

// Why a link ends without anybody here having asked for it.
enum class LinkFault {
  kPeerGone,   // closed or reset by the peer
  kBadBytes,   // a line that is too long, a NUL, another protocol
  kTooSlow,    // the peer does not read: its output is full
};

// Implemented by the server for each link. The link lets go of it after on_closed().
class LinkEvents {
 public:
  virtual ~LinkEvents() = default;

  // One frame without its '|'. May close the link.
  virtual void on_frame(std::string_view frame) = 0;

  // The link cannot go on; it is closed after this call. detail: for the log.
  virtual void on_fault(LinkFault fault, std::string_view detail) = 0;

  // The socket is closed. Called exactly once, last.
  virtual void on_closed() = 0;
};

}  // namespace vhpy::embedded
