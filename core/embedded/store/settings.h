// The settings: the hub's own, typed and checked (table `SetupList`, file `config`), and free ones of plugins
// (any other file).
//
// Owner: the hub. Thread: hub. All of it in memory; a change is written through and holds at once. Names are
// Verlihub's where it has the setting. To add one: a value in Var and a row in setting_rows.cpp.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/embedded/store/database.h"
#include "core/result.h"

namespace vhpy::embedded::store {

// The hub's own settings. Order as in setting_rows().
// clang-format off
enum class Var : std::uint8_t {
  // who we are
  kHubName, kHubTopic, kHubDesc, kHubCategory, kHubOwner, kHubHost, kHubIconUrl, kHubLogoUrl, kHubVersion,
  kHubEncoding, kHubMotd, kHubSecurity, kHubSecurityDesc, kOpchatName, kOpchatDesc, kOpchatClass,
  // who may come in
  kMaxUsers, kMaxExtraPings, kMaxExtraRegs, kMaxExtraVips, kMaxExtraOps, kMaxUsersFromIp, kHubfullMessage,
  kMinNick, kMaxNick, kNickReservedPrefixes, kIntLogin, kMaxClassIntLogin, kPwdTmpban, kPasswordMinLen,
  kBanBypassClass,
  // messages
  kMaxChatMsg, kMaxChatLines, kMaxPmMsg, kMaxMctoMsg, kIntChatMs, kMainchatClass, kPrivateClass,
  kMinSearchChars, kMaxPassiveSr, kIntSearch, kIntSearchPas, kIntMyinfo, kSendUserIp, kDnsLookup,
  kDisableExtjson,
  // rights
  kClassdifKick, kClassdifReg, kMinClassRegister, kMinClassRedir, kMinClassBc, kTopicModClass, kPluginModClass,
  kTbanKick, kTbanMax, kCmdStartOp, kCmdStartUser,
  // flood: at most `limit` messages in `period` seconds; 0 switches the check off
  kMaxClassProtoFlood, kProtoFloodTbanTime, kIntFloodChatPeriod, kIntFloodChatLimit, kIntFloodToPeriod,
  kIntFloodToLimit, kIntFloodMctoPeriod, kIntFloodMctoLimit, kIntFloodMyinfoPeriod, kIntFloodMyinfoLimit,
  kIntFloodSearchPeriod, kIntFloodSearchLimit, kIntFloodSrPeriod, kIntFloodSrLimit, kIntFloodCtmPeriod,
  kIntFloodCtmLimit, kIntFloodRctmPeriod, kIntFloodRctmLimit, kIntFloodNicklistPeriod, kIntFloodNicklistLimit,
  kIntFloodGetinfoPeriod, kIntFloodGetinfoLimit, kIntFloodPingPeriod, kIntFloodPingLimit,
  kIntFloodUnknownPeriod, kIntFloodUnknownLimit, kIntFloodExtjsonPeriod, kIntFloodExtjsonLimit,
  // where addresses are
  kGeoipCityDb, kGeoipCountryDb, kGeoipAsnDb,
  // timers and buffers
  kTimeoutKey, kTimeoutNick, kTimeoutPassword, kTimeoutMyinfo, kTimeoutLogin, kTimeoutFlush, kTimeoutSetpass,
  kDelayedPing, kAdvMaxOutbufSize,
  kCount,
};
// clang-format on
inline constexpr std::size_t kVarCount = static_cast<std::size_t>(Var::kCount);

enum class SettingType : std::uint8_t { kText, kNick, kInteger, kFlag };

struct SettingRow {
  Var var;
  std::string_view name;
  SettingType type;
  std::string_view fallback;
  std::int64_t min, max;  // of an integer; of text and nick: the length in bytes; of a flag: 0 and 1
  std::string_view doc;   // one line, with the unit
};

// Every row, in the order of Var. Thread: any.
const std::array<SettingRow, kVarCount>& setting_rows() noexcept;
const SettingRow* find_setting(std::string_view name) noexcept;

// The name under which the hub's own settings are read and set (vh.config_name).
inline constexpr std::string_view kConfigFile = "config";

// Of a free setting.
inline constexpr std::size_t kMaxFileBytes = 30;
inline constexpr std::size_t kMaxVarBytes = 50;
inline constexpr std::size_t kMaxValueBytes = 64 * 1024;
inline constexpr std::size_t kMaxFreeSettings = 10'000;

class Settings {
 public:
  // A stored value that no longer fits its row counts as the default. Rows of unknown hub settings are kept
  // unread.
  static Result<Settings> load(Database& database);

  // Whether every stored setting of the hub's own fits its row; kBadArgument names the first that does not.
  static Outcome check(Database& database);
  // Makes the free settings those of `other`, which was read from the same file.
  void take_free_of(Settings other);

  // --- the hub's own, typed ---
  const std::string& text(Var var) const noexcept { return value(var).text; }
  std::int64_t integer(Var var) const noexcept { return value(var).number; }
  bool flag(Var var) const noexcept { return value(var).number != 0; }
  Outcome set(Var var, std::string_view value);

  // --- by name, as scripts and operators do ---
  // The value as text; nothing if there is no such setting.
  std::optional<std::string> get(std::string_view file, std::string_view var) const;
  // Hub's own: kNotFound for an unknown name, kBadArgument for a value that does not fit (the detail says
  // what does). Others are created; kBadArgument if a name or the value is too long, or there are too many.
  Outcome set(std::string_view file, std::string_view var, std::string_view value);

  // --- what has changed, for the live copy ---
  bool has_changes() const noexcept { return changed_own_.any() || !changed_free_.empty() || all_free_changed_; }
  void all_changed() noexcept {
    changed_own_.set();
    all_free_changed_ = true;
  }
  // Calls own(Var) and free(file, var, value) for what was set since the last call, and before those forget() if all free
  // ones are to be read anew.
  template <class Own, class Forget, class Free>
  void take_changes(Own own, Forget forget, Free free);

 private:
  using FreeKey = std::pair<std::string, std::string>;
  static constexpr std::size_t kMaxChangesKept = 1'000;  // beyond that, as if all had changed

  void free_changed(const FreeKey& key);

  struct Value {
    std::string text;
    std::int64_t number = 0;  // of integers and flags
  };
  explicit Settings(Database& database) : database_(&database) {}
  const Value& value(Var var) const noexcept { return own_[static_cast<std::size_t>(var)]; }
  void keep(Var var, std::string normal);
  Outcome write(std::string_view file, std::string_view var, std::string_view value);

  Database* database_;
  std::array<Value, kVarCount> own_;
  std::map<FreeKey, std::string> free_;  // by file and var
  std::bitset<kVarCount> changed_own_ = std::bitset<kVarCount>{}.set();
  std::vector<FreeKey> changed_free_;
  bool all_free_changed_ = true;
};

template <class Own, class Forget, class Free>
void Settings::take_changes(Own own, Forget forget, Free free) {
  const auto changed_own = std::exchange(changed_own_, {});
  for (std::size_t i = 0; i < kVarCount; ++i) {
    if (changed_own[i]) own(static_cast<Var>(i));
  }
  const auto keys = std::exchange(changed_free_, {});
  if (std::exchange(all_free_changed_, false)) {
    forget();
    for (const auto& [key, value] : free_) free(key.first, key.second, value);
    return;
  }
  for (const FreeKey& key : keys) free(key.first, key.second, free_.at(key));
}

// What `text` means for a row, in its normal form ("on" becomes "1"); kBadArgument says what was expected.
// Thread: any.
Result<std::string> normal_form(const SettingRow& row, std::string_view text);

}  // namespace vhpy::embedded::store
