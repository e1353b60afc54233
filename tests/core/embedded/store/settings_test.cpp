// Shows that settings are typed and bounded, hold at once, survive a restart, and that a wrong value says
// what fits.
#include "core/embedded/store/settings.h"

#include <set>

#include "tests/core/embedded/store/temporary_directory.h"

namespace vhpy::embedded::store {
namespace {

class SettingsTest : public StoreTest {
 protected:
  Settings load() {
    auto loaded = Settings::load(database());
    EXPECT_TRUE(loaded.ok());
    return std::move(loaded).value();
  }
  Settings after_restart() {
    reopen();
    return load();
  }
};

TEST(SettingRows, AreCompleteAndFitTheirOwnBounds) {
  std::set<std::string_view> names;
  for (const SettingRow& row : setting_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " twice";
    EXPECT_EQ(find_setting(row.name), &row);
    EXPECT_LE(row.min, row.max) << row.name;
    EXPECT_LE(row.name.size(), kMaxVarBytes) << row.name;
    const auto normal = normal_form(row, row.fallback);
    ASSERT_TRUE(normal.ok()) << row.name << ": " << normal.error().detail;
    EXPECT_EQ(normal.value(), row.fallback);
  }
  EXPECT_EQ(find_setting("nonsense"), nullptr);
}

TEST_F(SettingsTest, DefaultsWithoutAFile) {
  const Settings settings = load();
  EXPECT_EQ(settings.integer(Var::kMaxNick), 64);
  EXPECT_EQ(settings.text(Var::kHubEncoding), "utf-8");
  EXPECT_TRUE(settings.flag(Var::kSendUserIp));
  EXPECT_EQ(settings.get("config", "max_users"), "6000");
  EXPECT_EQ(settings.get("config", "nonsense"), std::nullopt);
  EXPECT_EQ(settings.get("pi_python", "log_level"), std::nullopt);
}

TEST_F(SettingsTest, HoldAtOnceAndSurviveARestart) {
  Settings settings = load();
  ASSERT_TRUE(settings.set("config", "max_users", "12").ok());
  ASSERT_TRUE(settings.set(Var::kHubTopic, "weekly $ topic & more").ok());
  ASSERT_TRUE(settings.set("config", "send_user_ip", "off").ok());
  ASSERT_TRUE(settings.set("pi_python", "log_level", "3").ok());
  ASSERT_TRUE(settings.set("pi_python", "empty", "").ok());
  const auto check = [](const Settings& s) {
    EXPECT_EQ(s.integer(Var::kMaxUsers), 12);
    EXPECT_EQ(s.get("config", "max_users"), "12");
    EXPECT_EQ(s.text(Var::kHubTopic), "weekly $ topic & more");
    EXPECT_FALSE(s.flag(Var::kSendUserIp));
    EXPECT_EQ(s.get("config", "send_user_ip"), "0");
    EXPECT_EQ(s.get("pi_python", "log_level"), "3");
    EXPECT_EQ(s.get("pi_python", "empty"), "");
  };
  check(settings);
  check(after_restart());
}

TEST_F(SettingsTest, ValuesThatDoNotFit) {
  Settings settings = load();
  struct Case {
    const char* var;
    std::string value;
  };
  const Case cases[] = {
      {"max_users", "-1"},
      {"max_users", "100001"},
      {"max_users", "12x"},
      {"max_users", ""},
      {"max_users", " 12"},
      {"max_users", "99999999999999999999"},
      {"max_users", "+5"},
      {"send_user_ip", "maybe"},
      {"send_user_ip", "2"},
      {"hub_name", ""},
      {"hub_name", std::string(101, 'x')},
      {"hub_security", ""},
      {"hub_security", "a b"},
      {"hub_security", "a|b"},
      {"opchat_name", "a$"},
      {"hub_topic", std::string("a\0b", 3)},
      {"hub_topic", std::string(1024, 'x')},
  };
  for (const auto& [var, value] : cases) {
    const std::string before = *settings.get("config", var);
    const auto refused = settings.set("config", var, value);
    ASSERT_FALSE(refused.ok()) << var << " = " << value;
    EXPECT_EQ(refused.error().code, Refusal::kBadArgument);
    EXPECT_NE(refused.error().detail.find("expected"), std::string::npos);
    EXPECT_EQ(settings.get("config", var), before);
  }
  EXPECT_TRUE(settings.set("config", "opchat_name", "").ok()) << "empty: no operator chat";
  EXPECT_EQ(settings.set("config", "nonsense", "1").error().code, Refusal::kNotFound);
}

TEST_F(SettingsTest, FlagsAreReadInAnyForm) {
  Settings settings = load();
  for (const char* yes : {"1", "on", "TRUE", "Yes"}) {
    ASSERT_TRUE(settings.set(Var::kSendUserIp, "0").ok());
    ASSERT_TRUE(settings.set(Var::kSendUserIp, yes).ok());
    EXPECT_EQ(settings.get("config", "send_user_ip"), "1") << yes;
  }
}

TEST_F(SettingsTest, FreeSettingsAreBounded) {
  Settings settings = load();
  EXPECT_FALSE(settings.set("", "v", "x").ok());
  EXPECT_FALSE(settings.set("f", "", "x").ok());
  EXPECT_FALSE(settings.set(std::string(31, 'f'), "v", "x").ok());
  EXPECT_FALSE(settings.set("f", std::string(51, 'v'), "x").ok());
  EXPECT_FALSE(settings.set("f", "v", std::string(kMaxValueBytes + 1, 'x')).ok());
  EXPECT_TRUE(settings.set("f", "v", std::string(kMaxValueBytes, 'x')).ok());
  const std::string odd = "\xff\xfe text";
  EXPECT_TRUE(settings.set("f", "odd", odd).ok());
  EXPECT_EQ(after_restart().get("f", "odd"), odd);
}

TEST_F(SettingsTest, TooManyFreeSettings) {
  Settings settings = load();
  Transaction transaction(database());  // one commit for all of them
  for (std::size_t i = 0; i < kMaxFreeSettings; ++i)
    ASSERT_TRUE(settings.set("f", std::to_string(i), "x").ok());
  EXPECT_FALSE(settings.set("f", "one more", "x").ok());
  EXPECT_TRUE(settings.set("f", "7", "changed").ok()) << "those that exist can still be changed";
  ASSERT_TRUE(transaction.commit().ok());
}

TEST_F(SettingsTest, NonsenseInTheFileCountsAsTheDefault) {
  ASSERT_TRUE(database()
                  .execute("INSERT INTO SetupList VALUES ('config','max_users','many'),"
                           "('config','of_the_future','1'),('config','max_nick','65')")
                  .ok());
  Settings settings = load();
  EXPECT_EQ(settings.integer(Var::kMaxUsers), 6000);
  EXPECT_EQ(settings.integer(Var::kMaxNick), 64);
  EXPECT_EQ(settings.get("config", "of_the_future"), std::nullopt);
}

TEST_F(SettingsTest, AFailedWriteChangesNothing) {
  Settings settings = load();
  forbid_writing();
  EXPECT_EQ(settings.set(Var::kMaxUsers, "5").error().code, Refusal::kUnavailable);
  EXPECT_FALSE(settings.set("f", "v", "x").ok());
  EXPECT_EQ(settings.integer(Var::kMaxUsers), 6000);
  EXPECT_EQ(settings.get("f", "v"), std::nullopt);
  allow_writing();
  EXPECT_TRUE(settings.set(Var::kMaxUsers, "5").ok());
}

}  // namespace
}  // namespace vhpy::embedded::store
