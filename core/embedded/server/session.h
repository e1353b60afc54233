// What the hub knows about one connection: how far its login is, and what it has done lately.
//
// Owner: SessionTable, shared with the link and with whatever still has to answer it. Thread: hub.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/constants.h"
#include "core/embedded/server/flood_meter.h"
#include "core/embedded/server/transport.h"

namespace vhpy::embedded {

struct User;

//   kFresh --ValidateNick--> kAccepted --MyINFO--> kInList --> kLeaving --> kGone
//      |                        ^
//      +--> kWantPassword --> kVerifying            every stage may go to kLeaving
enum class Stage : std::uint8_t {
  kFresh,         // Supports, Key, ValidateNick are expected
  kWantPassword,  // $GetPass was sent
  kVerifying,     // the password is being checked on its own thread; frames wait in the socket
  kAccepted,      // has its nick; Version, GetNickList, MyINFO are expected
  kInList,        // a user
  kLeaving,       // no frame of it is handled any more; what was said to it may still be on its way
  kGone,          // the socket is closed
};

// What flood limits are counted for; order of the rows in flood_guard.cpp.
enum class FloodKind : std::uint8_t {
  kChat, kTo, kMcTo, kMyInfo, kSearch, kSearchResult, kConnectToMe, kRevConnectToMe, kNickList, kGetInfo, kPing,
  kUnknown, kExtJson, kCount,
};

// Features of $Supports that the hub acts on.
struct Features {
  bool no_hello = false, no_get_info = false, user_ip = false, bot_list = false, hub_topic = false, mc_to = false,
       bot_info = false, hub_url = false, ext_json = false;
};

// Bits of the status flag that scripts have set or cleared in what a client says.
struct FlagChanges {
  std::uint8_t on = 0, off = 0;
  bool unseen = false;  // changed since a MyINFO was shown

  void set(std::uint8_t bit) { change(on, off, bit); }
  void clear(std::uint8_t bit) { change(off, on, bit); }
  std::uint8_t apply(std::uint8_t flag) const { return static_cast<std::uint8_t>((flag | on) & ~off); }

 private:
  void change(std::uint8_t& into, std::uint8_t& from, std::uint8_t bit) {
    if ((into & bit) != 0) return;
    into = static_cast<std::uint8_t>(into | bit);
    from = static_cast<std::uint8_t>(from & ~bit);
    unseen = true;
  }
};

struct Session {
  using TimePoint = std::chrono::steady_clock::time_point;

  std::uint64_t id = 0;
  std::shared_ptr<Transport> link;     // null after kGone
  std::string ip;
  std::uint16_t port = 0;              // of the peer; 0: not known
  Stage stage = Stage::kFresh;
  CloseReason close_reason = kCloseDefault;
  std::int64_t accepted_at = 0;        // epoch seconds
  TimePoint began{};
  TimePoint stage_deadline{};          // of the login; not used in kInList
  TimePoint last_heard{};              // the last frame
  TimePoint last_ping{};               // the last keep-alive from us

  Features features;
  bool had_supports = false, had_key = false, had_validate = false, asked_for_list = false;

  std::string peer_nick;               // from $MyNick of a client that takes us for another one, until its $Lock
  std::string nick;                    // from kWantPassword on
  int user_class = kGuest;
  bool registered = false;             // logged in by password
  bool must_set_password = false;      // its account has none yet
  bool contested = false;              // a silent guest of the same address has the nick; MyINFO decides
  TimePoint set_password_deadline{};   // of a pending $GetPass after login; epoch of the clock: none
  std::shared_ptr<User> user;          // in kInList

  // --- what it says of itself besides MyINFO, and what scripts made of that ---
  std::string hub_url;                 // empty: not told
  Bytes ext_json;                      // the command with its '|'; null: none
  FlagChanges flags;

  // --- what it has done lately ---
  std::array<FloodMeter, static_cast<std::size_t>(FloodKind::kCount)> meters{};
  bool list_answered = false;          // the list was sent at login without having been asked for
  bool operator_abuse = false;         // has been told once that it has no rights
  TimePoint last_chat{};
  std::string last_chat_text;
  std::uint64_t last_pm_hash = 0;
  int same_pm_count = 0;
  TimePoint last_search{};
  std::string last_search_query;
  int passive_results = 0;             // relayed for its last passive search
  std::string kick_target, kick_reason;  // from "<op> op is kicking nick because: why", for the $Kick that follows

  bool in_list() const { return stage == Stage::kInList; }
  bool leaving() const { return stage >= Stage::kLeaving; }
  bool password_pending() const { return set_password_deadline != TimePoint{}; }
  void send(Bytes bytes) const {
    if (link) link->send(std::move(bytes));
  }
};

}  // namespace vhpy::embedded
