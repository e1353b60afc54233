#include "core/embedded/server/commands/command_table.h"

#include <array>

#include "core/embedded/server/commands/handlers.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {

using namespace commands;

constexpr auto kFixed = std::optional<Var>{};

constexpr std::array kRows{
    CommandRow{"help", kGuest, kFixed, false, "", "This list.", help},
    CommandRow{"myinfo", kGuest, kFixed, false, "", "What the hub knows of you.", my_info},
    CommandRow{"myip", kGuest, kFixed, false, "", "Your address.", my_ip},
    CommandRow{"me", kGuest, kFixed, false, "<text>", "Says what you are doing.", me},
    CommandRow{"regme", kGuest, kFixed, false, "[text]", "Asks the operators for an account.", ask_for_account},
    CommandRow{"passwd", kGuest, kFixed, false, "<password>", "Sets your password.", set_password},
    CommandRow{"kick", kOperator, kFixed, false, "<nick> [reason]", "Disconnects with a short ban.", kick},
    CommandRow{"drop", kOperator, kFixed, false, "<nick> [reason]", "Disconnects without a ban.", drop},
    CommandRow{"ban", kOperator, kFixed, true, "<ip|range|nick> [reason]",
               "Bans for ever; ban_1h for an hour; units s m h d w M y.", ban},
    CommandRow{"unban", kOperator, kFixed, false, "<ip|range|nick>", "Lifts a ban.", unban},
    CommandRow{"lstban banlist", kOperator, kFixed, false, "", "Bans, newest first.", list_bans},
    CommandRow{"gag", kOperator, kFixed, false, "<nick> [1h]", "Mutes a user, for a week unless told.", gag},
    CommandRow{"ungag", kOperator, kFixed, false, "<nick>", "Lifts a gag.", ungag},
    CommandRow{"getip gi", kOperator, kFixed, false, "<nick>", "A user's address.", get_ip},
    CommandRow{"regnew regnewuser", kCheef, Var::kMinClassRegister, false, "<nick> [class] [password]",
               "Registers a nick.", register_user},
    CommandRow{"regdel regdelete", kCheef, Var::kMinClassRegister, false, "<nick>", "Removes a registration.",
               delete_registration},
    CommandRow{"regpass regpasswd", kCheef, Var::kMinClassRegister, false, "<nick> [password]",
               "Sets a password; without one the user chooses it at the next login.", reset_password},
    CommandRow{"regclass", kCheef, Var::kMinClassRegister, false, "<nick> <class>", "Changes a class.",
               change_class},
    CommandRow{"reginfo", kCheef, Var::kMinClassRegister, false, "<nick>", "What is known of a registration.",
               show_registration},
    CommandRow{"topic hubtopic", kCheef, Var::kTopicModClass, false, "[text]", "Sets the topic, or clears it.", topic},
    CommandRow{"bc broadcast", kCheef, Var::kMinClassBc, false, "<text>", "Sends a private message to all.",
               broadcast},
    CommandRow{"getconfig get", kAdmin, kFixed, false, "[setting]", "Shows settings.", get_setting},
    CommandRow{"set", kAdmin, kFixed, false, "<setting> [value]", "Changes a setting.", set_setting},
};

// Whether `name` is one of `names`, which are separated by spaces.
bool is_one_of(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const auto end = names.find(' ');
    if (names.substr(0, end) == name) return true;
    if (end == std::string_view::npos) return false;
    names.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

std::span<const CommandRow> command_rows() { return kRows; }

FoundCommand find_command(std::string_view typed) {
  const std::string name = nmdc::fold_nick(typed);
  const auto cut = name.find('_');
  for (const CommandRow& row : kRows) {
    if (is_one_of(row.names, name)) return {&row, {}};
    if (row.takes_suffix && cut != std::string::npos && is_one_of(row.names, name.substr(0, cut))) {
      return {&row, std::string(typed.substr(cut + 1))};  // as typed: m is minutes, M is months
    }
  }
  return {};
}

std::int64_t min_class(const Context& context, const CommandRow& row) {
  return row.min_class_setting ? context.setting(*row.min_class_setting) : row.min_class;
}

}  // namespace vhpy::embedded
