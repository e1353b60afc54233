// Numbers that Verlihub's core and its scripts agree on. Source: Verlihub's sources, as listed in its Python API.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vhpy {

// User classes; ranges in the API are inclusive.
enum UserClass : int {
  kPinger = -1, kGuest = 0, kRegistered = 1, kVip = 2, kOperator = 3, kCheef = 4, kAdmin = 5, kMaster = 10,
  kUnknownUser = -2,
};

// Why a connection is closed.
enum CloseReason : int {
  kCloseDefault = 0, kCloseInvalidUser = 1, kCloseKicked = 2, kCloseForceMove = 3, kCloseQuit = 4, kCloseHubLoad = 5,
  kCloseTimeout = 6, kCloseToAnyAction = 7, kCloseUserLimit = 8, kCloseShareLimit = 9, kCloseTagNone = 10,
  kCloseTagInvalid = 11, kClosePassword = 12, kCloseLoginError = 13, kCloseSyntax = 14, kCloseInvalidKey = 15,
  kCloseReconnect = 16, kCloseClone = 17, kCloseSelf = 18, kCloseBadNick = 19, kCloseNoRedirect = 20,
  kClosePlugin = 21,
};

// What a ban applies to: one bit each.
enum BanType : int {
  kBanNickIp = 1, kBanIp = 2, kBanNick = 4, kBanRange = 8, kBanHost1 = 16, kBanHost2 = 32, kBanHost3 = 64,
  kBanShare = 128, kBanPrefix = 256, kBanHostReverse1 = 512,
};

// Whether a bot may have a nick.
enum RobotNick : int {
  kRobotNickOk = 0, kRobotNickExists = 1, kRobotNickEmpty = 2, kRobotNickBadChars = 3, kRobotNickReserved = 4,
  kRobotNickApiError = 5,
};

struct Constant {
  std::string_view name;
  std::int64_t value;
};

// As scripts see them, in the module vh.
inline constexpr Constant kConstants[] = {
    {"eCR_DEFAULT", 0}, {"eCR_INVALID_USER", 1}, {"eCR_KICKED", 2}, {"eCR_FORCEMOVE", 3}, {"eCR_QUIT", 4},
    {"eCR_HUB_LOAD", 5}, {"eCR_TIMEOUT", 6}, {"eCR_TO_ANYACTION", 7}, {"eCR_USERLIMIT", 8},
    {"eCR_SHARE_LIMIT", 9}, {"eCR_TAG_NONE", 10}, {"eCR_TAG_INVALID", 11}, {"eCR_PASSWORD", 12},
    {"eCR_LOGIN_ERR", 13}, {"eCR_SYNTAX", 14}, {"eCR_INVALID_KEY", 15}, {"eCR_RECONNECT", 16},
    {"eCR_CLONE", 17}, {"eCR_SELF", 18}, {"eCR_BADNICK", 19}, {"eCR_NOREDIR", 20}, {"eCR_PLUGIN", 21},
    {"eBOT_OK", 0}, {"eBOT_EXISTS", 1}, {"eBOT_WITHOUT_NICK", 2}, {"eBOT_BAD_CHARS", 3},
    {"eBOT_RESERVED_NICK", 4}, {"eBOT_API_ERROR", 5},
    {"eBF_NICKIP", 1}, {"eBF_IP", 2}, {"eBF_NICK", 4}, {"eBF_RANGE", 8}, {"eBF_HOST1", 16}, {"eBF_HOST2", 32},
    {"eBF_HOST3", 64}, {"eBF_SHARE", 128}, {"eBF_PREFIX", 256}, {"eBF_HOSTR1", 512},
    {"eUC_PINGER", -1}, {"eUC_NORMUSER", 0}, {"eUC_REGUSER", 1}, {"eUC_VIPUSER", 2}, {"eUC_OPERATOR", 3},
    {"eUC_CHEEF", 4}, {"eUC_ADMIN", 5}, {"eUC_MASTER", 10},
    // Types of settings, the last argument of OnSetConfig; -1 for one that the hub does not know.
    {"eIT_VOID", 0}, {"eIT_BOOL", 1}, {"eIT_CHAR", 2}, {"eIT_INT", 3}, {"eIT_UINT", 4}, {"eIT_LONG", 5},
    {"eIT_ULONG", 6}, {"eIT_PCHAR", 7}, {"eIT_TIMET", 8}, {"eIT_LLONG", 9}, {"eIT_ULLONG", 10},
    {"eIT_AR_BYTE", 11}, {"eIT_STRING", 12}, {"eIT_DOUBLE", 13},
    // Bits of the status flag, the last byte of MyINFO's speed field.
    {"eMF_NORM", 1}, {"eMF_AWAY", 2}, {"eMF_SERV", 4}, {"eMF_FIRE", 8}, {"eMF_TLS", 16}, {"eMF_NAT", 32},
    // What a kick does.
    {"eKI_CLOSE", 1}, {"eKI_WHY", 2}, {"eKI_PM", 4}, {"eKI_BAN", 8}, {"eKI_DROP", 16},
};

}  // namespace vhpy
