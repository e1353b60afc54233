// The promise that the hub thread takes no GIL to serve a command, kept by force: in builds with VHPY_CHECK_GIL (the sanitizers'
// are) the program aborts when the hub thread attaches a Python thread state inside an operation of the hub, unless that has
// fired a hook. In other builds these classes are empty.
//
// Thread: each has its own account; these are used on the hub's.
#pragma once

namespace vhpy::py {

#ifdef VHPY_CHECK_GIL

// An operation runs in the scope: no Python.
class [[nodiscard]] ServingCommand {
 public:
  ServingCommand() noexcept;
  ~ServingCommand();
  ServingCommand(const ServingCommand&) = delete;
  ServingCommand& operator=(const ServingCommand&) = delete;

 private:
  const int before_;
};

// A hook, a load or a function of vh.on_main() runs in the scope, maybe inside an operation: Python is what it is for.
class [[nodiscard]] RunningScripts {
 public:
  RunningScripts() noexcept;
  ~RunningScripts();
  RunningScripts(const RunningScripts&) = delete;
  RunningScripts& operator=(const RunningScripts&) = delete;

 private:
  const int before_;
};

// The GIL is kept between two hooks (HubGil), where no command may be served.
void note_gil_is_kept(bool is_kept) noexcept;

#else

inline void note_gil_is_kept(bool) noexcept {}
struct [[nodiscard]] ServingCommand {
  ServingCommand() noexcept {}
};
struct [[nodiscard]] RunningScripts {
  RunningScripts() noexcept {}
};

#endif

}  // namespace vhpy::py
