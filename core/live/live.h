// The live copy of the hub: the hub thread publishes views, any thread reads the latest one.
//
//   hub thread: changes ... end of turn: publish() -> Source::write(draft) -> view 8 becomes the current one
//   readers:    read([](const View& view) { ... })    pinned for the call: no lock, no reference counted
//               view()                                a reference of one's own: for as long as one likes
//
// Owner: the host. Threads as said at each function. The hub thread never waits for readers: a view that somebody still
// reads is kept in a list and looked at again at the next publication.
// Shutdown: no reader may be inside when it is destroyed; references to views may outlive it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/live/readers.h"
#include "core/live/view.h"
#include "queue/clock.h"

namespace vhpy::live {

// The next version, while it is made. Thread: hub, within Source::write().
class Draft {
 public:
  Draft(Contents& contents, Edition edition) : contents_(contents), edition_(edition) {}

  // As the last version, or this one so far, has it; null if it has none.
  const User* find(std::string_view nick) const noexcept { return contents_.users.find(nick); }
  void put(const UserFacts& facts);
  void remove_user(std::string_view nick);
  void set_own(std::string_view var, std::string_view value);
  void set_other(std::string_view file, std::string_view var, std::string_view value);
  void forget_others() { contents_.others = {}; }
  void set_topic(std::string_view topic) { contents_.topic = topic; }
  void set_bots(std::string_view bot_nick, std::string_view op_chat_nick) {
    contents_.bot_nick = bot_nick;
    contents_.op_chat_nick = op_chat_nick;
  }
  void set_sums(std::int64_t people, std::string total_share);

 private:
  Contents& contents_;
  Edition edition_;
};

// Where the live copy comes from: the host. Thread: hub.
class Source {
 public:
  // Whether something is not in the live copy yet.
  virtual bool changed() const noexcept = 0;
  // Writes what has changed since the last call; changed() is false then.
  virtual void write(Draft& draft) = 0;

 protected:
  ~Source() = default;
};

class Live {
 public:
  // Makes an empty view, version 0; the first that is published is 1. config_name: under which name scripts ask for the hub's own settings.
  explicit Live(std::string config_name);
  ~Live();
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

  // --- any thread ---------------------------------------------------------------------------------------------------

  // What `f` makes of the latest view. What it returns must not refer to the view. Blocks: no.
  template <class F>
  auto read(F f) const {
    const Readers::Pin pin(readers_, current_);
    return f(*pin);
  }
  Ref<const View> view() const;
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_seq_cst); }

  // Waits until a view of this version or a later one is there. False: time is up, or `stop` has said true; it is asked at
  // first and after each wake(). Not on the hub thread. Blocks: until then.
  bool wait(std::uint64_t version, queue::TimePoint until, const std::function<bool()>& stop) const;
  // Has those who wait ask their `stop`. Blocks: no.
  void wake() noexcept;

  // --- hub thread ---------------------------------------------------------------------------------------------------

  // null: none any more.
  void use(Source* source) noexcept { source_ = source; }
  // The version that shows everything that has happened up to now: the latest one, or the next.
  std::uint64_t version_of_now() const noexcept {
    return version() + (source_ != nullptr && source_->changed() ? 1 : 0);
  }
  // Makes the next version if something has changed. Costs what has changed. Returns whether it did.
  bool publish();
  // Whether the nick is still that of this session (User::session). Publishes what has changed before it looks.
  bool is_here(std::string_view nick, std::uint64_t session);
  // Old views that somebody was reading at the last look.
  std::size_t held() const noexcept { return old_.size(); }

 private:
  void let_go();

  mutable Readers readers_;
  Readers::Current current_{nullptr};       // one reference; written by publish()
  std::atomic<std::uint64_t> version_{0};   // of *current_; written after it
  std::atomic<std::uint32_t> news_{0};      // the futex word of wait(): changes with each version and each wake()
  mutable std::atomic<std::uint32_t> waiters_{0};
  Source* source_ = nullptr;                // hub thread only, as the rest
  Contents contents_;
  std::vector<Ref<const View>> old_;        // out of circulation, perhaps being read
};

}  // namespace vhpy::live
