// Python functions on their way to the hub thread, for vh.on_main(). A command carries a number only; what it stands for is
// kept here, under the GIL or the lock that stands in for it (locked.h), so that no thread without the GIL ever drops a Python object.
//
// Owner: the interpreter's Shared, and every command under way. Thread: any, GIL held, unless said otherwise.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "pymodule/call_site.h"
#include "pymodule/python.h"
#include "pymodule/runtime.h"
#include "queue/command.h"
#include "queue/ref.h"

namespace vhpy::py {

class MainCalls {
 public:
  struct Function {
    Owned callable;
    Owned arguments;  // tuple
    Owned keywords;   // dict, or null
    CallSite site{};  // where vh.on_main() was called
  };

  // Keeps the function for a command that is about to be pushed. Returns its number.
  std::uint64_t add(Function function);
  // From now on the number goes with this command.
  void belongs_to(std::uint64_t number, queue::Ref<queue::Command> command);

  // Calls the function and keeps what it returns or raises.
  void run(std::uint64_t number);
  // What run() has kept, as often as it is asked for; null with the function's own exception set if it raised.
  Owned answer(std::uint64_t number) const;
  // Nobody will ask for what became of this command any more.
  void forget(const queue::Command& command);

  // Drops what is left of all calls that have ended and nobody asks for.
  void sweep_all();
  void clear();
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    Function function{};
    Owned value{};
    Owned error{};
    queue::Ref<queue::Command> command{};
    bool wanted = true;
  };

  std::optional<Function> take(std::uint64_t number);
  void sweep();
  void drop(std::map<std::uint64_t, Entry>::iterator at);

  std::map<std::uint64_t, Entry> entries_;
  std::unordered_map<const queue::Command*, std::uint64_t> numbers_;  // of those that belong to a command
  std::deque<std::uint64_t> unwanted_;  // that had not ended when they were forgotten
  std::uint64_t last_ = 0;
};

// What travels to the hub thread.
struct MainCallWork {
  Runtime* runtime;
  std::shared_ptr<MainCalls> calls;
  std::uint64_t number;
  std::shared_ptr<const ScriptIdentity> script;
  std::string name;  // of the function, for messages
  std::int64_t interpreter;  // in which the function is to run

  // What comes back; the version of the live copy contains what the function has changed.
  struct Done {
    std::uint64_t number, version;
  };

  // Throws if the hub thread cannot run Python any more. Thread: hub; takes the GIL.
  Done operator()() const;
};

}  // namespace vhpy::py
