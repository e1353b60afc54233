// Operations of FakeHub that change something, and commands.
#include <fmt/format.h>

#include <new>
#include <stdexcept>

#include "core/constants.h"
#include "tests/pymodule/fake_hub_impl.h"

namespace vhpy::tests {

Outcome FakeHub::set_my_info(const Text& nick, const OptionalText& description, const OptionalText& tag,
                             const OptionalText& speed, const OptionalText& mail, const OptionalText& size) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("myinfo|{}|{}|{}|{}|{}|{}", nick, shown(description), shown(tag),
                                          shown(speed), shown(mail), shown(size)));
}

Outcome FakeHub::set_my_info_flag(const Text& nick, Integer flag) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("flag|{}|{}", nick, flag));
}

Outcome FakeHub::unset_my_info_flag(const Text& nick, Integer flag) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("unflag|{}|{}", nick, flag));
}

Outcome FakeHub::set_user_ip(const Text& nick, const Text& ip) {
  const Turn turn(*this);
  FakeUser* const user = online(nick);
  if (user == nullptr) return no_such_user(nick);
  user->ip = ip;
  unpublished_ = true;
  return Done{};
}

Hub::Real FakeHub::loop_rate() {
  const Turn turn(*this);
  return 12.5;
}

Outcome FakeHub::stop_hub(Integer code, Integer delay) {
  const Turn turn(*this);
  sent_.push_back(fmt::format("stop|{}|{}", code, delay));
  return Done{};
}

Hub::Integer FakeHub::robot_nick_problem(const Text& nick) {
  const Turn turn(*this);
  if (nick.empty()) return kRobotNickEmpty;
  const auto found = users_.find(nick);
  return found != users_.end() && found->second.bot ? kRobotNickExists : kRobotNickOk;
}

Outcome FakeHub::kick_user(const Text& op, const Text& nick, const Text& why, const OptionalText& address,
                           const OptionalText& note_op, const OptionalText& note_user) {
  const Turn turn(*this);
  const Outcome done = send_if_online(nick, fmt::format("kick|{}|{}|{}|{}|{}|{}", op, nick, why,
                                                        shown(address), shown(note_op), shown(note_user)));
  if (done) users_.erase(nick);
  unpublished_ = true;
  return done;
}

Outcome FakeHub::ban(const Text& op, const Text& nick, const Text& reason, Integer seconds, Integer type) {
  const Turn turn(*this);
  if (seconds <= 0) return refuse(Refusal::kBadArgument, "seconds must be above 0");
  return send_if_online(nick, fmt::format("ban|{}|{}|{}|{}|{}", op, nick, reason, seconds, type));
}

Outcome FakeHub::add_registration(const Text& nick, Integer user_class, const Text&, const Text&) {
  const Turn turn(*this);
  if (!registrations_.emplace(nick, user_class).second)
    return refuse(Refusal::kExists, nick + " is registered");
  return Done{};
}

Outcome FakeHub::delete_registration(const Text& nick) {
  const Turn turn(*this);
  if (registrations_.erase(nick) == 0) return refuse(Refusal::kNotFound, nick + " is not registered");
  return Done{};
}

Outcome FakeHub::set_registration_class(const Text& nick, Integer user_class) {
  const Turn turn(*this);
  const auto found = registrations_.find(nick);
  if (found == registrations_.end()) return refuse(Refusal::kNotFound, nick + " is not registered");
  found->second = user_class;
  return Done{};
}

Hub::OptionalText FakeHub::topic(const OptionalText& topic) {
  const Turn turn(*this);
  if (topic) topic_ = *topic;
  unpublished_ = unpublished_ || topic;
  return topic_.empty() ? OptionalText() : OptionalText(topic_);
}

Hub::OptionalText FakeHub::config(const Text& conf, const Text& var, const OptionalText& fallback) {
  const Turn turn(*this);
  if (var == "throw" && fallback == "bad_alloc") throw std::bad_alloc();
  if (var == "throw" && fallback == "an int") throw 42;
  if (var == "throw") throw std::runtime_error(fallback.value_or("thrown"));
  const auto found = settings_.find(conf + "." + var);
  return found == settings_.end() ? fallback : OptionalText(found->second);
}

Outcome FakeHub::set_config(const Text& conf, const Text& var, const Text& value) {
  const Turn turn(*this);
  settings_[conf + "." + var] = value;
  unpublished_ = true;
  return Done{};
}

Result<Restrictions> FakeHub::user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                                const OptionalText& search, const OptionalText& ctm) {
  const Turn turn(*this);
  if (online(nick) == nullptr) return refuse(Refusal::kNoSuchUser, nick + " is not online");
  for (const OptionalText* field : {&chat, &pm, &search, &ctm}) {
    if (*field && (*field)->starts_with("bad")) return refuse(Refusal::kBadArgument, "no length");
  }
  const auto set = [](const OptionalText& field) { return field && !field->empty() && *field != "0"; };
  return Restrictions{set(chat), set(pm), set(search), set(ctm)};
}

Outcome FakeHub::delete_nick_temp_ban(const Text& nick) {
  const Turn turn(*this);
  return send_if_online(nick, "unban|" + nick);
}

Outcome FakeHub::delete_ip_temp_ban(const Text& ip) {
  const Turn turn(*this);
  sent_.push_back("unbanip|" + ip);
  return Done{};
}

Outcome FakeHub::parse_command(const Text& nick, const Text& command, Integer in_pm) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("command|{}|{}|{}", nick, command, in_pm));
}

Outcome FakeHub::script_command(const Caller& caller, const Text& command, const Text& data, Integer inst) {
  const Turn turn(*this);
  sent_.push_back(fmt::format("script|{}|{}|{}|{}", caller.script, command, data, inst));
  return Done{};
}

Result<SqlRows> FakeHub::sql(const Text& query, Integer limit) {
  const Turn turn(*this);
  if (query == "bad") return refuse(Refusal::kBadArgument, "no statement");
  return SqlRows{{{query, std::to_string(limit), "NULL"}}};
}

// Without the lock: a function may call the hub.
DynamicAnswer FakeHub::call_dynamic_function(const Text& name, const DynamicValues& arguments) {
  { const Turn turn(*this); }
  return dynamic_functions_.call(name, arguments);
}

Outcome FakeHub::add_robot(const Caller& caller, const Text& nick, Integer user_class, const Text&,
                           const Text&, const Text&, const Text&) {
  const Turn turn(*this);
  if (!users_.emplace(nick, FakeUser{user_class, "127.0.0.1", true, caller.script}).second) {
    return refuse(Refusal::kExists, nick + " is taken");
  }
  unpublished_ = true;
  sent_.push_back(fmt::format("robot|{}|{}", nick, caller.script));
  return Done{};
}

Outcome FakeHub::delete_robot(const Caller&, const Text& nick) {
  const Turn turn(*this);
  const auto found = users_.find(nick);
  if (found == users_.end() || !found->second.bot) return refuse(Refusal::kNotFound, nick + " is not a bot");
  users_.erase(found);
  unpublished_ = true;
  return Done{};
}

}  // namespace vhpy::tests
