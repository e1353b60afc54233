// Operations of FakeHub that send: what was sent is kept.
#include <fmt/format.h>

#include "tests/pymodule/fake_hub_impl.h"

namespace vhpy::tests {

Outcome FakeHub::main_chat(const Text& msg, const OptionalText& nick) {
  const Turn turn(*this);
  sent_.push_back(fmt::format("mc|{}|{}", nick.value_or(kBotNick), msg));
  return Done{};
}

Outcome FakeHub::class_chat(const Text& msg, Integer min, Integer max, const OptionalText& nick) {
  const Turn turn(*this);
  if (min > max) return refuse(Refusal::kBadArgument, "min is above max");
  sent_.push_back(fmt::format("classmc|{}|{}|{}|{}", nick.value_or(kBotNick), min, max, msg));
  return Done{};
}

Outcome FakeHub::user_chat(const Text& msg, const Text& nick, const OptionalText& bot) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("usermc|{}|{}|{}", nick, bot.value_or(kBotNick), msg));
}

Outcome FakeHub::private_message(const Text& msg, const Text& nick, const OptionalText& from,
                                 const OptionalText& bot) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("pm|{}|{}|{}|{}", nick, shown(from), shown(bot), msg));
}

Outcome FakeHub::op_chat(const Text& msg, const OptionalText& nick) {
  const Turn turn(*this);
  sent_.push_back(fmt::format("opchat|{}|{}", shown(nick), msg));
  return Done{};
}

Outcome FakeHub::send_to_user(const Text& data, const Text& nick, Integer delay) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("data|{}|{}|{}", nick, delay, data));
}

Outcome FakeHub::send_to_all(const Text& data, Integer min, Integer max, Integer delay) {
  const Turn turn(*this);
  if (min > max) return refuse(Refusal::kBadArgument, "min is above max");
  sent_.push_back(fmt::format("dataall|{}|{}|{}|{}", min, max, delay, data));
  return Done{};
}

Outcome FakeHub::private_message_to_all(const Text& msg, const Text& from, Integer min, Integer max) {
  const Turn turn(*this);
  if (min > max) return refuse(Refusal::kBadArgument, "min is above max");
  sent_.push_back(fmt::format("pmall|{}|{}|{}|{}", from, min, max, msg));
  return Done{};
}

Outcome FakeHub::close_connection(const Text& nick, Integer nice, Integer reason) {
  const Turn turn(*this);
  const Outcome done = send_if_online(nick, fmt::format("close|{}|{}|{}", nick, nice, reason));
  if (done) users_.erase(nick);
  unpublished_ = true;
  return done;
}

Outcome FakeHub::send_raw(const char* what, const Text& data, Integer min, Integer max, Integer delay) {
  const Turn turn(*this);
  if (min > max) return refuse(Refusal::kBadArgument, "min is above max");
  sent_.push_back(fmt::format("{}|{}|{}|{}|{}", what, min, max, delay, data));
  return Done{};
}

Outcome FakeHub::send_to_everybody(const Text& data, Integer delay) {
  return send_raw("everybody", data, kPinger, kMaster, delay);
}

Outcome FakeHub::send_to_active(const Text& data, Integer delay) {
  return send_raw("active", data, kPinger, kMaster, delay);
}

Outcome FakeHub::send_to_passive(const Text& data, Integer delay) {
  return send_raw("passive", data, kPinger, kMaster, delay);
}

Outcome FakeHub::send_to_active_class(const Text& data, Integer min, Integer max, Integer delay) {
  return send_raw("active", data, min, max, delay);
}

Outcome FakeHub::send_to_passive_class(const Text& data, Integer min, Integer max, Integer delay) {
  return send_raw("passive", data, min, max, delay);
}

}  // namespace vhpy::tests
