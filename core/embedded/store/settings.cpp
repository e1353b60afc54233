// The settings, in memory and written through: see settings.h.
#include "core/embedded/store/settings.h"

#include <algorithm>
#include <charconv>

#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

std::string quoted(std::string_view text) {
  return '\'' + std::string(text) + '\'';
}

Error does_not_fit(const SettingRow& row, std::string_view text, const std::string& expected) {
  return refuse(Refusal::kBadArgument,
                std::string(row.name) + " = " + quoted(text.substr(0, 64)) + ": expected " + expected);
}

std::string bounds(const SettingRow& row) {
  return std::to_string(row.min) + " to " + std::to_string(row.max);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<bool> parse_flag(std::string_view text) {
  const std::string word = nmdc::fold_nick(text);
  if (word == "1" || word == "on" || word == "true" || word == "yes") return true;
  if (word == "0" || word == "off" || word == "false" || word == "no") return false;
  return std::nullopt;
}

bool nick_bytes_allowed(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return nmdc::nick_byte_allowed(static_cast<unsigned char>(c)); });
}

bool holds_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

}  // namespace

Result<std::string> normal_form(const SettingRow& row, std::string_view text) {
  const auto length = static_cast<std::int64_t>(text.size());
  switch (row.type) {
    case SettingType::kFlag: {
      const auto flag = parse_flag(text);
      if (!flag) return does_not_fit(row, text, "0 or 1");
      return std::string(*flag ? "1" : "0");
    }
    case SettingType::kInteger: {
      const auto number = parse_integer(text);
      if (!number || *number < row.min || *number > row.max) {
        return does_not_fit(row, text, "a whole number from " + bounds(row));
      }
      return std::to_string(*number);
    }
    case SettingType::kNick:
      if (!nick_bytes_allowed(text)) return does_not_fit(row, text, "a nick: no spaces and none of $ | < >");
      [[fallthrough]];
    case SettingType::kText:
      if (length < row.min || length > row.max || holds_nul(text)) {
        return does_not_fit(row, text, bounds(row) + " bytes of text");
      }
      return std::string(text);
  }
  return does_not_fit(row, text, "a known type");
}

Result<Settings> Settings::load(Database& database) {
  Settings settings(database);
  for (const SettingRow& row : setting_rows()) settings.keep(row.var, std::string(row.fallback));
  Query rows = database.query("SELECT file, var, val FROM SetupList");
  while (rows.step()) {
    std::string file = rows.text(0), var = rows.text(1), value = rows.text(2);
    if (file != kConfigFile) {
      settings.free_.insert_or_assign({std::move(file), std::move(var)}, std::move(value));
      continue;
    }
    const SettingRow* row = find_setting(var);
    if (row == nullptr) continue;
    if (auto normal = normal_form(*row, value); normal.ok())
      settings.keep(row->var, std::move(normal).value());
  }
  if (auto done = rows.outcome(); !done.ok()) return done.error();
  return settings;
}

Outcome Settings::check(Database& database) {
  Query rows = database.query("SELECT var, val FROM SetupList WHERE file = ?");
  rows.bind(kConfigFile);
  while (rows.step()) {
    const SettingRow* row = find_setting(rows.text(0));
    if (row == nullptr) continue;
    if (auto normal = normal_form(*row, rows.text(1)); !normal.ok()) return normal.error();
  }
  return rows.outcome();
}

void Settings::keep(Var var, std::string normal) {
  Value& value = own_[static_cast<std::size_t>(var)];
  value.number = parse_integer(normal).value_or(0);
  value.text = std::move(normal);
  changed_own_.set(static_cast<std::size_t>(var));
}

void Settings::take_free_of(Settings other) {
  free_ = std::move(other.free_);
  all_free_changed_ = true;
}

void Settings::free_changed(const FreeKey& key) {
  if (all_free_changed_) return;
  changed_free_.push_back(key);
  if (changed_free_.size() <= kMaxChangesKept) return;
  changed_free_.clear();
  all_free_changed_ = true;
}

Outcome Settings::set(Var var, std::string_view text) {
  const SettingRow& row = setting_rows()[static_cast<std::size_t>(var)];
  auto normal = normal_form(row, text);
  if (!normal.ok()) return normal.error();
  if (auto done = write(kConfigFile, row.name, normal.value()); !done.ok()) return done;
  keep(var, std::move(normal).value());
  return Done{};
}

std::optional<std::string> Settings::get(std::string_view file, std::string_view var) const {
  if (file == kConfigFile) {
    const SettingRow* row = find_setting(var);
    if (row == nullptr) return std::nullopt;
    return text(row->var);
  }
  const auto found = free_.find({std::string(file), std::string(var)});
  if (found == free_.end()) return std::nullopt;
  return found->second;
}

Outcome Settings::set(std::string_view file, std::string_view var, std::string_view text) {
  if (file == kConfigFile) {
    const SettingRow* row = find_setting(var);
    if (row == nullptr)
      return refuse(Refusal::kNotFound, "the hub has no setting " + quoted(var.substr(0, 64)));
    return set(row->var, text);
  }
  if (file.empty() || file.size() > kMaxFileBytes || var.empty() || var.size() > kMaxVarBytes ||
      holds_nul(file) || holds_nul(var)) {
    return refuse(Refusal::kBadArgument, "expected a file of 1 to " + std::to_string(kMaxFileBytes) +
                                             " bytes and a var of 1 to " + std::to_string(kMaxVarBytes));
  }
  if (text.size() > kMaxValueBytes || holds_nul(text)) {
    return refuse(Refusal::kBadArgument,
                  "value too long: at most " + std::to_string(kMaxValueBytes) + " bytes");
  }
  FreeKey key{file, var};
  if (free_.size() >= kMaxFreeSettings && !free_.contains(key)) {
    return refuse(Refusal::kBadArgument,
                  "there are " + std::to_string(kMaxFreeSettings) + " settings already");
  }
  if (auto done = write(file, var, text); !done.ok()) return done;
  free_changed(key);
  free_.insert_or_assign(std::move(key), std::string(text));
  return Done{};
}

Outcome Settings::write(std::string_view file, std::string_view var, std::string_view value) {
  Query query = database_->query("INSERT OR REPLACE INTO SetupList (file, var, val) VALUES (?,?,?)");
  return query.bind(file).bind(var).bind(value).run();
}

}  // namespace vhpy::embedded::store
