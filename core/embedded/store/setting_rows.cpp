// The hub's own settings, one row each: name, type, default, bounds, what it means.
//
// Names and defaults are Verlihub's, except where its default does harm: text is UTF-8, there is no wait
// between two logins (int_login), and clients are told their address (send_user_ip). Settings that Verlihub
// lacks: nick_reserved_prefixes, timeout_password, hub_motd (a file there).
#include <algorithm>

#include "core/api_version.h"
#include "core/embedded/store/settings.h"

namespace vhpy::embedded::store {
namespace {

constexpr auto kText = SettingType::kText;
constexpr auto kNick = SettingType::kNick;
constexpr auto kInteger = SettingType::kInteger;
constexpr auto kFlag = SettingType::kFlag;

constexpr std::array<SettingRow, kVarCount> kRows{{
    {Var::kHubName, "hub_name", kText, "vhpy hub", 1, 100, "Name of the hub."},
    {Var::kHubTopic, "hub_topic", kText, "", 0, 1023, "Topic, shown behind the name; empty for none."},
    {Var::kHubDesc, "hub_desc", kText, "", 0, 255, "Description, for hub lists."},
    {Var::kHubCategory, "hub_category", kText, "", 0, 64, "Category, for hub lists."},
    {Var::kHubOwner, "hub_owner", kText, "", 0, 64, "Who runs the hub, for hub lists."},
    {Var::kHubHost, "hub_host", kText, "", 0, 255,
     "Address under which users reach the hub; empty: not told to anybody."},
    {Var::kHubIconUrl, "hub_icon_url", kText, "", 0, 255, "Where the hub's icon is, for scripts that show the hub."},
    {Var::kHubLogoUrl, "hub_logo_url", kText, "", 0, 255, "Where the hub's logo is, for scripts that show the hub."},
    {Var::kHubVersion, "hub_version", kText, kApiVersionText, 1, 32,
     "Version of Verlihub that scripts which ask for one are to reckon with; not that of the hub."},
    {Var::kHubEncoding, "hub_encoding", kText, "utf-8", 1, 32,
     "Encoding of text on the wire, as Python names it. A change counts from the next start on."},
    {Var::kHubMotd, "hub_motd", kText, "Welcome!", 0, 8192,
     "Message of the day, sent after login; empty for none."},
    {Var::kHubSecurity, "hub_security", kNick, "HubSecurity", 1, 64,
     "Nick of the bot that speaks for the hub."},
    {Var::kHubSecurityDesc, "hub_security_desc", kText, "Hub security", 0, 100, "Description of that bot."},
    {Var::kOpchatName, "opchat_name", kNick, "OpChat", 0, 64, "Nick of the operator chat; empty for none."},
    {Var::kOpchatDesc, "opchat_desc", kText, "Operator chat", 0, 100, "Description of the operator chat."},
    {Var::kOpchatClass, "opchat_class", kInteger, "3", 0, 10,
     "Class from which users belong to the operator chat."},

    {Var::kMaxUsers, "max_users", kInteger, "6000", 0, 100000,
     "Users at once; class 3 and above may exceed it."},
    {Var::kMaxExtraPings, "max_extra_pings", kInteger, "10", 0, 10000, "Pingers beyond max_users."},
    {Var::kMaxExtraRegs, "max_extra_regs", kInteger, "25", 0, 10000, "Registered users beyond max_users."},
    {Var::kMaxExtraVips, "max_extra_vips", kInteger, "50", 0, 10000, "Vips beyond max_users."},
    {Var::kMaxExtraOps, "max_extra_ops", kInteger, "100", 0, 10000, "Operators beyond max_users."},
    {Var::kMaxUsersFromIp, "max_users_from_ip", kInteger, "0", 0, 100000,
     "Users from one address; 0 for no limit."},
    {Var::kHubfullMessage, "hubfull_message", kText, "", 0, 1024,
     "What a user hears when the hub is full, before the standard sentence."},
    {Var::kMinNick, "min_nick", kInteger, "1", 1, 64, "Shortest nick of a guest, in bytes."},
    {Var::kMaxNick, "max_nick", kInteger, "64", 1, 64, "Longest nick of a guest, in bytes."},
    {Var::kNickReservedPrefixes, "nick_reserved_prefixes", kText, "[OP]", 0, 255,
     "Prefixes for registered users only, separated by spaces."},
    {Var::kIntLogin, "int_login", kInteger, "0", 0, 86400,
     "Seconds between two logins under one nick; 0 for none."},
    {Var::kMaxClassIntLogin, "max_class_int_login", kInteger, "3", -1, 10,
     "Highest class for which int_login holds."},
    {Var::kPwdTmpban, "pwd_tmpban", kInteger, "60", 0, 86400,
     "Seconds for which an address is refused after a wrong password."},
    {Var::kPasswordMinLen, "password_min_len", kInteger, "6", 1, 128, "Shortest new password, in bytes."},
    {Var::kBanBypassClass, "ban_bypass_class", kInteger, "10", 1, 11, "Class from which bans do not hold."},

    {Var::kMaxChatMsg, "max_chat_msg", kInteger, "256", 0, 10000,
     "Longest chat line of classes below 2, in bytes; 0 for no limit."},
    {Var::kMaxChatLines, "max_chat_lines", kInteger, "5", 0, 1000,
     "Most lines in one chat message of classes below 2; 0 for no limit."},
    {Var::kMaxPmMsg, "max_pm_msg", kInteger, "1024", 0, 10000,
     "Longest private message of classes below 2, in bytes; 0 for no limit."},
    {Var::kMaxMctoMsg, "max_mcto_msg", kInteger, "1024", 0, 10000,
     "Longest private chat line of classes below 2, in bytes; 0 for no limit."},
    {Var::kIntChatMs, "int_chat_ms", kInteger, "1000", 0, 3600000,
     "Milliseconds between two chat lines of a user of a class below 2."},
    {Var::kMainchatClass, "mainchat_class", kInteger, "0", 0, 10, "Class from which users may chat."},
    {Var::kPrivateClass, "private_class", kInteger, "0", 0, 10,
     "Class from which users may send private messages."},
    {Var::kMinSearchChars, "min_search_chars", kInteger, "4", 0, 100,
     "Shortest search text; hashes are exempt."},
    {Var::kMaxPassiveSr, "max_passive_sr", kInteger, "25", 0, 10000,
     "Results sent to a passive searcher, per search."},
    {Var::kIntSearch, "int_search", kInteger, "32", 0, 3600,
     "Seconds between two searches of an active guest."},
    {Var::kIntSearchPas, "int_search_pas", kInteger, "48", 0, 3600,
     "Seconds between two searches of a passive guest."},
    {Var::kIntMyinfo, "int_myinfo", kInteger, "60", 0, 3600,
     "Seconds between two changes of a MyINFO; a change that comes sooner is kept back."},
    {Var::kSendUserIp, "send_user_ip", kFlag, "1", 0, 1,
     "Tell clients that ask for it their own address, and operators everybody's."},
    {Var::kDnsLookup, "dns_lookup", kFlag, "1", 0, 1,
     "Look up the host names of users, in the background; bans by host need them."},
    {Var::kDisableExtjson, "disable_extjson", kFlag, "0", 0, 1,
     "Take no ExtJSON from clients; holds for those who connect from then on."},

    {Var::kClassdifKick, "classdif_kick", kInteger, "0", 0, 10,
     "How far a kicker's class must be above the victim's."},
    {Var::kClassdifReg, "classdif_reg", kInteger, "2", 0, 10,
     "How far a registrar's class must be above the one registered."},
    {Var::kMinClassRegister, "min_class_register", kInteger, "4", 3, 10,
     "Class from which users may register others."},
    {Var::kMinClassRedir, "min_class_redir", kInteger, "4", 3, 10,
     "Class from which users may redirect others."},
    {Var::kMinClassBc, "min_class_bc", kInteger, "4", 3, 10, "Class from which users may send to everybody."},
    {Var::kTopicModClass, "topic_mod_class", kInteger, "4", 0, 10,
     "Class from which users may set the topic."},
    {Var::kPluginModClass, "plugin_mod_class", kInteger, "5", 3, 10,
     "Class from which operators may load and unload scripts."},
    {Var::kTbanKick, "tban_kick", kInteger, "300", 0, 2592000, "Seconds for which a kicked user is banned."},
    {Var::kTbanMax, "tban_max", kInteger, "2592000", 1, 315360000, "Longest temporary ban in seconds."},
    {Var::kCmdStartOp, "cmd_start_op", kText, "!+/", 1, 16, "First characters of commands of operators."},
    {Var::kCmdStartUser, "cmd_start_user", kText, "+!/", 1, 16, "First characters of commands of users."},

    {Var::kMaxClassProtoFlood, "max_class_proto_flood", kInteger, "2", -1, 10,
     "Highest class for which flood is checked; -1 switches it off for all but pingers."},
    {Var::kProtoFloodTbanTime, "proto_flood_tban_time", kInteger, "1800", 0, 2592000,
     "Seconds for which an address is banned for flood."},
    {Var::kIntFloodChatPeriod, "int_flood_chat_period", kInteger, "10", 0, 86400,
     "Seconds in which chat lines, commands included are counted; 0 switches the check off."},
    {Var::kIntFloodChatLimit, "int_flood_chat_limit", kInteger, "5", 0, 1000000,
     "Most chat lines, commands included in that time; 0 switches the check off."},
    {Var::kIntFloodToPeriod, "int_flood_to_period", kInteger, "10", 0, 86400,
     "Seconds in which private messages are counted; 0 switches the check off."},
    {Var::kIntFloodToLimit, "int_flood_to_limit", kInteger, "5", 0, 1000000,
     "Most private messages in that time; 0 switches the check off."},
    {Var::kIntFloodMctoPeriod, "int_flood_mcto_period", kInteger, "10", 0, 86400,
     "Seconds in which private chat lines are counted; 0 switches the check off."},
    {Var::kIntFloodMctoLimit, "int_flood_mcto_limit", kInteger, "5", 0, 1000000,
     "Most private chat lines in that time; 0 switches the check off."},
    {Var::kIntFloodMyinfoPeriod, "int_flood_myinfo_period", kInteger, "60", 0, 86400,
     "Seconds in which MyINFO commands are counted; 0 switches the check off."},
    {Var::kIntFloodMyinfoLimit, "int_flood_myinfo_limit", kInteger, "20", 0, 1000000,
     "Most MyINFO commands in that time; 0 switches the check off."},
    {Var::kIntFloodSearchPeriod, "int_flood_search_period", kInteger, "60", 0, 86400,
     "Seconds in which searches are counted; 0 switches the check off."},
    {Var::kIntFloodSearchLimit, "int_flood_search_limit", kInteger, "30", 0, 1000000,
     "Most searches in that time; 0 switches the check off."},
    {Var::kIntFloodSrPeriod, "int_flood_sr_period", kInteger, "30", 0, 86400,
     "Seconds in which search results are counted; 0 switches the check off."},
    {Var::kIntFloodSrLimit, "int_flood_sr_limit", kInteger, "500", 0, 1000000,
     "Most search results in that time; 0 switches the check off."},
    {Var::kIntFloodCtmPeriod, "int_flood_ctm_period", kInteger, "10", 0, 86400,
     "Seconds in which connection requests are counted; 0 switches the check off."},
    {Var::kIntFloodCtmLimit, "int_flood_ctm_limit", kInteger, "300", 0, 1000000,
     "Most connection requests in that time; 0 switches the check off."},
    {Var::kIntFloodRctmPeriod, "int_flood_rctm_period", kInteger, "10", 0, 86400,
     "Seconds in which reverse connection requests are counted; 0 switches the check off."},
    {Var::kIntFloodRctmLimit, "int_flood_rctm_limit", kInteger, "300", 0, 1000000,
     "Most reverse connection requests in that time; 0 switches the check off."},
    {Var::kIntFloodNicklistPeriod, "int_flood_nicklist_period", kInteger, "60", 0, 86400,
     "Seconds in which requests for the user list are counted; 0 switches the check off."},
    {Var::kIntFloodNicklistLimit, "int_flood_nicklist_limit", kInteger, "3", 0, 1000000,
     "Most requests for the user list in that time; 0 switches the check off."},
    {Var::kIntFloodGetinfoPeriod, "int_flood_getinfo_period", kInteger, "10", 0, 86400,
     "Seconds in which requests for a MyINFO are counted; 0 switches the check off."},
    {Var::kIntFloodGetinfoLimit, "int_flood_getinfo_limit", kInteger, "200", 0, 1000000,
     "Most requests for a MyINFO in that time; 0 switches the check off."},
    {Var::kIntFloodPingPeriod, "int_flood_ping_period", kInteger, "60", 0, 86400,
     "Seconds in which empty commands are counted; 0 switches the check off."},
    {Var::kIntFloodPingLimit, "int_flood_ping_limit", kInteger, "5", 0, 1000000,
     "Most empty commands in that time; 0 switches the check off."},
    {Var::kIntFloodUnknownPeriod, "int_flood_unknown_period", kInteger, "30", 0, 86400,
     "Seconds in which unknown or broken commands are counted; 0 switches the check off."},
    {Var::kIntFloodUnknownLimit, "int_flood_unknown_limit", kInteger, "10", 0, 1000000,
     "Most unknown or broken commands in that time; 0 switches the check off."},
    {Var::kIntFloodExtjsonPeriod, "int_flood_extjson_period", kInteger, "60", 0, 86400,
     "Seconds in which ExtJSON commands are counted; 0 switches the check off."},
    {Var::kIntFloodExtjsonLimit, "int_flood_extjson_limit", kInteger, "20", 0, 1000000,
     "Most ExtJSON commands in that time; 0 switches the check off."},

    {Var::kGeoipCityDb, "geoip_city_db", kText, "", 0, 1024,
     "Database of cities in MaxMind's format; empty: GeoLite2-City.mmdb in the data directory."},
    {Var::kGeoipCountryDb, "geoip_country_db", kText, "", 0, 1024,
     "Database of countries; empty: GeoLite2-Country.mmdb in the data directory."},
    {Var::kGeoipAsnDb, "geoip_asn_db", kText, "", 0, 1024,
     "Database of networks; empty: GeoLite2-ASN.mmdb in the data directory."},

    {Var::kTimeoutKey, "timeout_key", kInteger, "60", 1, 3600,
     "Seconds from connecting to the first command."},
    {Var::kTimeoutNick, "timeout_nick", kInteger, "30", 1, 3600, "Seconds from the key to the nick."},
    {Var::kTimeoutPassword, "timeout_password", kInteger, "60", 1, 3600, "Seconds to type a password."},
    {Var::kTimeoutMyinfo, "timeout_myinfo", kInteger, "40", 1, 3600,
     "Seconds from the accepted nick to the MyINFO."},
    {Var::kTimeoutLogin, "timeout_login", kInteger, "600", 1, 3600, "Seconds for the whole login."},
    {Var::kTimeoutFlush, "timeout_flush", kInteger, "30", 1, 3600,
     "Seconds for which a client that reads nothing is waited for."},
    {Var::kTimeoutSetpass, "timeout_setpass", kInteger, "300", 1, 3600,
     "Seconds to set a password that must be set."},
    {Var::kDelayedPing, "delayed_ping", kInteger, "60", 0, 3600,
     "Seconds without traffic after which the hub sends an empty command; 0 for never."},
    {Var::kAdvMaxOutbufSize, "adv_max_outbuf_size", kInteger, "1048576", 65536, 67108864,
     "Bytes waiting for one client at most; one that reads too slowly is cut."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].var) != i || kRows[i].name.empty() || kRows[i].doc.empty())
      return false;
  }
  return true;
}
static_assert(in_order(), "one complete row per Var, in the order of Var");

}  // namespace

const std::array<SettingRow, kVarCount>& setting_rows() noexcept {
  return kRows;
}

const SettingRow* find_setting(std::string_view name) noexcept {
  const auto* row =
      std::find_if(kRows.begin(), kRows.end(), [&](const SettingRow& r) { return r.name == name; });
  return row == kRows.end() ? nullptr : row;
}

}  // namespace vhpy::embedded::store
