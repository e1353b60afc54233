// Operations: kicks, bans, registrations.
#include <fmt/format.h>

#include "core/constants.h"
#include "core/nmdc/nick.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

namespace enums = nVerliHub::nEnums;

namespace {

constexpr Hub::Integer kMaxBanSeconds = 100LL * 365 * 86'400;
constexpr unsigned long kRangeMask = 0xFF;  // a range ban of a user: the 256 addresses around its own

bool is_ban_type(Hub::Integer type) {
  return type >= kBanNickIp && type <= kBanHostReverse1 && (type & (type - 1)) == 0;
}

bool is_of_host(Hub::Integer type) {
  return type == kBanHost1 || type == kBanHost2 || type == kBanHost3 || type == kBanHostReverse1;
}

Outcome check_class(Hub::Integer user_class, bool master_too) {
  if (user_class >= kRegistered && user_class <= kAdmin) return Done{};
  if (master_too && user_class == kMaster) return Done{};
  return refuse(Refusal::kBadArgument, fmt::format("{} is no class of a registration", user_class));
}

Outcome check_nick(const std::string& nick) {
  if (const auto problem = nmdc::check_nick(nick, {}, true)) return refuse(Refusal::kBadArgument, problem->message);
  return Done{};
}

// What the hub would refuse without saying so.
Outcome may_kick(Server& server, HubUser& op, HubUser& user) {
  if (nmdc::same_nick(op.mNick, user.mNick)) return refuse(Refusal::kNotPermitted, "nobody kicks himself");
  if (user.mClass + static_cast<int>(server.mC.classdif_kick) > op.mClass ||
      !op.Can(enums::eUR_KICK, server.mTime.Sec())) {
    return refuse(Refusal::kNotPermitted, fmt::format("{} may not kick {}", op.mNick, user.mNick));
  }
  if (user.mProtectFrom >= op.mClass) {
    return refuse(Refusal::kNotPermitted, fmt::format("{} is protected from {}", user.mNick, op.mNick));
  }
  return Done{};
}

}  // namespace

Outcome Operations::kick_user(const Text& op, const Text& nick, const Text& why, const OptionalText& address,
                              const OptionalText& note_op, const OptionalText& note_user) {
  HubUser* const kicker = find_user(server_, op);
  if (kicker == nullptr) return refuse(Refusal::kNoSuchUser, fmt::format("the operator {} is not here", op));
  const auto kicked = online(server_, nick);
  if (!kicked) return kicked.error();
  HubUser& user = *kicked.value();
  if (auto may = may_kick(server_, *kicker, user); !may) return may;
  Connection& connection = *user.mxConn;
  const int reason_before = connection.mCloseReason;
  connection.mCloseReason = enums::eCR_DEFAULT;
  server_.DCKickNick(nullptr, kicker, user.mNick, why, enums::eKI_CLOSE | enums::eKI_WHY | enums::eKI_PM | enums::eKI_BAN,
                     note_op.value_or(""), note_user.value_or(""));
  if (connection.mCloseReason != enums::eCR_KICKED) {
    connection.mCloseReason = reason_before;
    return refuse(Refusal::kNotPermitted, fmt::format("a plugin or a script has cancelled the kick of {}", nick));
  }
  if (address) connection.mCloseRedirect = *address;
  return Done{};
}

Outcome Operations::ban(const Text& op, const Text& nick, const Text& reason, Integer seconds, Integer type) {
  if (!is_ban_type(type)) return refuse(Refusal::kBadArgument, fmt::format("{} is no type of ban", type));
  if (seconds <= 0 || seconds > kMaxBanSeconds) {
    return refuse(Refusal::kBadArgument, fmt::format("a ban takes 1 to {} seconds", kMaxBanSeconds));
  }
  const auto found = online(server_, nick);
  if (!found) return found.error();
  Connection& connection = *found.value()->mxConn;
  if (is_of_host(type) && connection.AddrHost().empty()) {
    return refuse(Refusal::kUnavailable, fmt::format("no host name of {} known", nick));
  }
  nVerliHub::nTables::cBan ban(&server_);
  server_.mBanList->NewBan(ban, &connection, op, reason, static_cast<unsigned>(seconds), static_cast<unsigned>(type));
  ban.mDateEnd = ban.mDateStart + seconds;  // the hub's is an unsigned int
  if (type == kBanRange) {
    ban.mRangeMin = connection.AddrToNumber() & ~kRangeMask;
    ban.mRangeMax = connection.AddrToNumber() | kRangeMask;
    nVerliHub::nTables::cBanList::Num2Ip(ban.mRangeMin, ban.mIP);
  }
  server_.mBanList->AddBan(ban);
  connection.CloseNice(1'000, enums::eCR_KICKED);
  return Done{};
}

Outcome Operations::add_registration(const Text& nick, Integer user_class, const Text& password, const Text& op) {
  // Class 0 is stored as 1: then the user is to have it now, too.
  const Integer stored = user_class == kGuest ? Integer{kRegistered} : user_class;
  if (auto fits = check_class(stored, false); !fits) return fits;
  if (auto fits = check_nick(nick); !fits) return fits;
  const HubUser* const holder = find_user(server_, nick);
  if ((holder != nullptr && is_bot(*holder)) || bots_.nick_problem(nick) == kRobotNickReserved) {
    return refuse(Refusal::kExists, fmt::format("{} is a bot's nick", nick));
  }
  if (has_nul(password) || (!password.empty() && password.size() < server_.mC.password_min_len)) {
    return refuse(Refusal::kBadArgument,
                  fmt::format("a password needs at least {} characters, without NUL", server_.mC.password_min_len));
  }
  if (nVerliHub::AddRegUser(nick.c_str(), static_cast<int>(stored), password.c_str(), op.c_str())) {
    feed_.touch(nick);
    return Done{};
  }
  return refuse(Refusal::kExists, fmt::format("{} is registered already, or the database has refused it", nick));
}

Outcome Operations::delete_registration(const Text& nick) {
  if (auto fits = check_nick(nick); !fits) return fits;
  if (nVerliHub::DelRegUser(nick.c_str())) {
    feed_.touch(nick);
    return Done{};
  }
  return refuse(Refusal::kNotFound, fmt::format("{} is not registered, or is a master", nick));
}

Outcome Operations::set_registration_class(const Text& nick, Integer user_class) {
  if (auto fits = check_class(user_class, true); !fits) return fits;
  if (auto fits = check_nick(nick); !fits) return fits;
  if (nVerliHub::SetRegClass(nick.c_str(), static_cast<int>(user_class))) {
    feed_.touch(nick);
    return Done{};
  }
  return refuse(Refusal::kNotFound, fmt::format("{} is not registered, or has the class {} already", nick, user_class));
}

}  // namespace vhpy::verlihub
