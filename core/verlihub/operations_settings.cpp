// Operations: topic, settings, robots.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <charconv>
#include <cstdlib>
#include <memory>

#include "core/constants.h"
#include "core/nmdc/my_info_fields.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

namespace enums = nVerliHub::nEnums;

namespace {

constexpr std::size_t kMaxTopicBytes = 1'024;
constexpr char kNoFlag = '\x01';  // the status flag of a bot

template <class Number>
bool is_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

// The hub takes any text for a number, and 0 for what is none.
bool fits_type(int type, const std::string& value) {
  switch (type) {
    case enums::eIT_BOOL: return value == "0" || value == "1";
    case enums::eIT_CHAR: return value.size() == 1;
    case enums::eIT_INT: return is_number<int>(value);
    case enums::eIT_UINT: return is_number<unsigned>(value);
    case enums::eIT_LONG:
    case enums::eIT_TIMET: return is_number<long>(value);
    case enums::eIT_ULONG: return is_number<unsigned long>(value);
    case enums::eIT_LLONG: return is_number<long long>(value);
    case enums::eIT_ULLONG: return is_number<unsigned long long>(value);
    case enums::eIT_DOUBLE: return is_number<double>(value);
    default: return true;
  }
}

}  // namespace

// Kept, and announced to OnSetConfig, as an operator's !topic is.
Hub::OptionalText Operations::topic(const OptionalText& topic) {
  if (topic && topic->size() >= kMaxTopicBytes) {
    spdlog::warn("topic not set: {} bytes, expected fewer than {}", topic->size(), kMaxTopicBytes);
  } else if (topic) {
    if (auto set = set_config(server_.mDBConf.config_name, "hub_topic", *topic); !set) {
      spdlog::warn("topic not set: {}", set.error().detail);
    } else {
      std::string frame, now = server_.mC.hub_topic;
      server_.mP.Create_HubName(frame, server_.mC.hub_name, now);
      server_.mUserList.SendToAll(frame, false, true);
    }
  }
  return server_.mC.hub_topic.empty() ? std::nullopt : OptionalText(server_.mC.hub_topic);
}

Hub::OptionalText Operations::config(const Text& conf, const Text& var, const OptionalText& fallback) {
  if (has_nul(conf) || has_nul(var)) return fallback;
  if (conf == server_.mDBConf.config_name && server_.mC[var] == nullptr) return fallback;
  const std::unique_ptr<char, decltype(&std::free)> value(server_.GetConfig(conf.c_str(), var.c_str(), nullptr), &std::free);
  return value ? OptionalText(value.get()) : fallback;
}

Outcome Operations::fits(const Text& var, const Text& value) {
  nVerliHub::nConfig::cConfigItemBase* const item = server_.mC[var];
  if (item == nullptr) return refuse(Refusal::kNotFound, fmt::format("the hub has no setting {}", var));
  if (fits_type(item->GetTypeID(), value)) return Done{};
  return refuse(Refusal::kBadArgument, fmt::format("{} does not take the value '{}'", var, value.substr(0, 64)));
}

Outcome Operations::set_config(const Text& conf, const Text& var, const Text& value) {
  if (conf.empty() || var.empty() || has_nul(conf) || has_nul(var) || has_nul(value)) {
    return refuse(Refusal::kBadArgument, "a setting has a file and a name, and no text of it has a NUL");
  }
  if (conf == server_.mDBConf.config_name) {
    if (auto possible = fits(var, value); !possible) return possible;
  }
  std::string now, before;
  feed_.touch_setting(conf, var);
  if (server_.SetConfig(conf.c_str(), var.c_str(), value.c_str(), now, before) == 1) return Done{};
  return refuse(Refusal::kNotPermitted, fmt::format("the hub, a plugin or a script does not allow {} to be '{}'", var,
                                                    value.substr(0, 64)));
}

Outcome Operations::add_robot(const Caller& caller, const Text& nick, Integer user_class, const Text& description,
                              const Text& speed, const Text& mail, const Text& share) {
  const bool known = (user_class >= kGuest && user_class <= kAdmin) || user_class == kMaster;
  OwnedMyInfo blank;
  blank.nick = nick;
  blank.speed.assign(1, kNoFlag);
  const Hub::OptionalText no_tag, description_given(description), speed_given(speed), mail_given(mail), share_given(share);
  auto info = nmdc::with_new_fields(blank, {description_given, no_tag, speed_given, mail_given, share_given});
  if (!info) info = nmdc::with_new_fields(blank, {description_given, no_tag, speed_given, mail_given, no_tag});
  if (!info) return info.error();
  std::string frame = nmdc::format_my_info(info.value().view());
  frame.pop_back();  // the hub keeps it without the '|'
  feed_.touch(nick);
  return bots_.add(caller.script, nick, known ? static_cast<int>(user_class) : int{kGuest}, frame);
}

Outcome Operations::delete_robot(const Caller& caller, const Text& nick) {
  feed_.touch(nick);
  return bots_.remove(caller.script, nick);
}

void Operations::forget_script(ScriptId script) {
  if (bots_.size() != 0) feed_.look_again();
  bots_.forget_script(script);
}

}  // namespace vhpy::verlihub
