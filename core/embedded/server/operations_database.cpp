// Operation: SQL of scripts. What it changes in tables that the hub keeps in memory is read again before the commit, and
// holds from then on.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <optional>

#include "core/embedded/server/accounts.h"
#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/setting_effects.h"
#include "core/embedded/store/bans.h"
#include "core/embedded/store/registrations.h"
#include "core/embedded/store/script_sql.h"

namespace vhpy::embedded {

namespace {

// The tables as a statement has left them.
struct Reread {
  std::optional<store::Settings> settings;
  std::optional<store::Registrations> accounts;
  std::optional<store::Bans> bans;
  store::Bans::Changes ban_changes;
};

template <class Table>
Outcome reread(store::Database& database, std::optional<Table>& into) {
  auto loaded = Table::load(database);
  if (!loaded) return loaded.error();
  into.emplace(std::move(loaded).value());
  return Done{};
}

Outcome reread_touched(Context& context, const store::TouchedTables& touched, Reread& into) {
  if (touched.settings) {
    if (auto fits = store::Settings::check(context.database); !fits) return fits;
    if (auto read = reread(context.database, into.settings); !read) return read;
  }
  if (touched.accounts) {
    if (auto fits = store::Registrations::check(context.database); !fits) return fits;
    if (auto read = reread(context.database, into.accounts); !read) return read;
  }
  if (!touched.bans) return Done{};
  if (!touched.too_many_bans) {
    auto changes = context.bans.reread(touched.ban_rows);
    if (!changes) return changes.error();
    if (changes.value()) {
      into.ban_changes = *std::move(changes).value();
      return Done{};
    }
  }
  if (auto read = reread(context.database, into.bans); !read) return read;
  if (into.bans->unread() <= context.bans.unread()) return Done{};
  return refuse(Refusal::kBadArgument, "a row of banlist would be no ban: the type, or what it needs, is missing");
}

// A setting that cannot be applied gets its old value back.
Outcome apply_settings(Context& context, store::Settings changed) {
  Outcome outcome = Done{};
  for (const store::SettingRow& row : store::setting_rows()) {
    const std::string before = context.settings.text(row.var), after = changed.text(row.var);
    if (before == after) continue;
    auto set = context.effects->set(std::string(row.name), after);
    if (set) continue;
    if (auto back = context.settings.set(row.var, before); !back) spdlog::warn("{}: {}", row.name, back.error().detail);
    outcome = set;
  }
  context.settings.take_free_of(std::move(changed));
  return outcome;
}

}  // namespace

Result<SqlRows> HubOperations::sql(const Text& query, Integer limit) {
  Reread tables;
  auto rows = store::ScriptSql(context_.database, context_.sql_time).run(query, limit, [&](const store::TouchedTables& touched) {
    return reread_touched(context_, touched, tables);
  });
  if (!rows) return rows;
  if (tables.accounts) {
    context_.accounts = std::move(*tables.accounts);
    accounts::refresh_online(context_);
  }
  if (tables.bans) context_.bans = std::move(*tables.bans);
  context_.bans.apply(std::move(tables.ban_changes));
  if (tables.settings) {
    if (auto applied = apply_settings(context_, std::move(*tables.settings)); !applied) return applied.error();
  }
  return rows;
}

}  // namespace vhpy::embedded
