// A hub in memory, without network and storage: what tests of the module vh call. Its answers follow the
// documentation of the function table, so that a test can tell a wrong one.
//
// Thread: operations on the hub thread; the knobs and `sent()` on any.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/hub.h"
#include "core/live/live.h"
#include "tests/pymodule/gate.h"

namespace vhpy::tests {

struct FakeUser {
  std::int64_t user_class = 0;
  std::string ip;
  bool bot = false;
  ScriptId owner = 0;  // of a bot that a script added
  std::uint64_t session = 0;
};

class FakeHub final : public Hub, private live::Source {
 public:
  explicit FakeHub(std::string encoding = "utf-8");

  // --- knobs, any thread ---
  Gate& operation_gate() noexcept { return operation_gate_; }  // every operation passes it
  void add_user(std::string nick, std::int64_t user_class, std::string ip);
  void remove_user(const std::string& nick);
  std::vector<std::string> sent() const;  // what was sent, in order: "mc|nick|text", "pm|..."
  std::size_t operations() const;         // how many ran

  HubIdentity identity() const override;

  // config: a variable named "throw" throws std::runtime_error with the fallback as its text, or what that names: "bad_alloc", "an
  // int". user_restrictions: tells the state that was asked for; a length that begins with "bad" is refused. sql: one row, the query,
  // the limit, NULL; the query "bad" is refused.
#define VHPY_OPERATION(result, name, parameters) result name parameters override;
#include "core/hub_operations.def"

  DynamicFunctions& dynamic_functions() override { return dynamic_functions_; }
  live::Live& live() noexcept override { return live_; }

  void forget_script(ScriptId script) override;

 private:
  // Held by each operation: counts it, passes the gate, then locks the data.
  class Turn;

  // The live copy: all of it is made anew after an operation that may have changed something, and after add_user().
  bool changed() const noexcept override;
  void write(live::Draft& draft) override;
  void write_user(live::Draft& draft, const std::string& nick, const FakeUser& user);

  Nicks nicks_where(bool (*wanted)(const FakeUser&)) const;
  FakeUser* online(const Text& nick);  // a user with a connection, not a bot
  Outcome send_if_online(const Text& nick, std::string line);
  Outcome send_raw(const char* what, const Text& data, Integer min, Integer max, Integer delay);
  Text raw_list(const char* keyword, bool (*wanted)(const FakeUser&));

  const std::string encoding_;
  Gate operation_gate_;
  std::string bot_nick() const;  // mutex_ held

  mutable std::mutex mutex_;  // guards everything below
  std::map<std::string, FakeUser> users_;
  std::map<std::string, std::int64_t> registrations_;
  std::map<std::string, std::string> settings_;
  std::string topic_;
  DynamicFunctions dynamic_functions_;  // hub thread only
  std::vector<std::string> sent_;
  std::size_t operations_ = 0;
  std::uint64_t last_session_ = 1;
  bool unpublished_ = true;
  live::Live live_{"config"};  // hub thread, and readers on any
};

}  // namespace vhpy::tests
