// Operations: the hub as a program, and what it thinks of a bot's nick.
#include "core/embedded/server/bots.h"
#include "core/embedded/server/hub_operations.h"

namespace vhpy::embedded {

Hub::Real HubOperations::loop_rate() { return context_.loop_rate.per_second(); }

Outcome HubOperations::stop_hub(Integer code, Integer delay) { return context_.stop.ask(code, delay, context_.now()); }

Hub::Integer HubOperations::robot_nick_problem(const Text& nick) { return context_.bots->nick_problem(nick); }

}  // namespace vhpy::embedded
