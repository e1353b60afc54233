// Operations: the hub as a program, commands, functions of plugins.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "core/constants.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

namespace {

constexpr Hub::Integer kMaxStopDelay = 31'536'000;  // seconds: a year
constexpr int kMaxCommandDepth = 8;                 // of vh.ParseCommand inside hooks of commands
constexpr std::size_t kMaxPutOff = 64;              // commands that wait for the end of callbacks

// Plugman's commands that take plugins out, or put them in: !offplug, !replug, !delplug ...
bool changes_plugins(std::string_view command) {
  const std::string_view word = command.substr(0, command.find(' '));
  return word.size() > 5 && word.ends_with("plug");
}

}  // namespace

Hub::Real Operations::loop_rate() { return server_.mFrequency.GetMean(server_.mTime); }

Outcome Operations::stop_hub(Integer code, Integer delay) {
  if (delay == -1) {
    if (!stop_asked_) return refuse(Refusal::kNotFound, "no script has asked the hub to stop");
    stop_asked_ = false;
    server_.stop(0, -1);
    return Done{};
  }
  if (code < 0 || code > 255 || delay < 0 || delay > kMaxStopDelay) {
    return refuse(Refusal::kBadArgument, fmt::format("exit code {} and delay {}, expected 0 to 255 and -1 to {}", code, delay,
                                                     kMaxStopDelay));
  }
  stop_asked_ = true;
  server_.stop(static_cast<int>(code), static_cast<int>(delay));
  return Done{};
}

Hub::Integer Operations::robot_nick_problem(const Text& nick) { return bots_.nick_problem(nick); }

// Not through the hub's script_api, which runs its first command for ever.
Outcome Operations::parse_command(const Text& nick, const Text& command, Integer in_pm) {
  const auto user = online(server_, nick);
  if (!user) return user.error();
  // A hook of the command may ask for the command again.
  if (command_depth_ >= kMaxCommandDepth) {
    return refuse(Refusal::kUnavailable, fmt::format("commands run each other {} deep already", command_depth_));
  }
  if (changes_plugins(command) && inside_callback_()) {
    // Verlihub would take this plugin out of the list that it is walking.
    if (put_off_.size() >= kMaxPutOff) return refuse(Refusal::kUnavailable, "too many commands wait for the end of hooks");
    put_off_.push_back({nick, command, in_pm});
    feed_.look_again();  // asks for a turn
    return Done{};
  }
  std::string text = command;
  feed_.look_again();
  ++command_depth_;
  const int handled = server_.mP.ParseForCommands(text, user.value()->mxConn, in_pm != 0 ? 1 : 0);
  --command_depth_;
  if (handled != 0) return Done{};
  return refuse(Refusal::kBadArgument, fmt::format("'{}' is no command for {}", command.substr(0, 64), nick));
}

void Operations::run_put_off() {
  for (const PutOff& one : std::exchange(put_off_, {})) {
    if (auto ran = parse_command(one.nick, one.command, one.in_pm); !ran) spdlog::warn("{}", ran.error().detail);
  }
}

Outcome Operations::script_command(const Caller& caller, const Text& command, const Text& data, Integer inst) {
  return inst > 0 ? commands_.send(caller.script, command, data) : commands_.queue(caller.script, command, data);
}

DynamicAnswer Operations::call_dynamic_function(const Text& name, const DynamicValues& arguments) {
  return dynamic_functions_.call(name, arguments);
}

}  // namespace vhpy::verlihub
