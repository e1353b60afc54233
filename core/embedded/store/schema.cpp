// The tables of the hub's file: see schema.h.
#include "core/embedded/store/schema.h"

#include <array>

namespace vhpy::embedded::store {
namespace {

// Nicks compare without ASCII case, which is what NOCASE does. pwd_crypt is Verlihub's code of the hash: 0
// plain, 1 crypt, 2 MD5; ours is 3, argon2id in libsodium's text form.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE SetupList (
  file TEXT NOT NULL,
  var TEXT NOT NULL,
  val TEXT,
  PRIMARY KEY (file, var)
) WITHOUT ROWID;

CREATE TABLE reglist (
  nick TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
  class INTEGER NOT NULL DEFAULT 1,
  class_protect INTEGER NOT NULL DEFAULT 0,
  class_hidekick INTEGER NOT NULL DEFAULT 0,
  hide_kick INTEGER NOT NULL DEFAULT 0,
  reg_date INTEGER,
  reg_op TEXT,
  pwd_change INTEGER NOT NULL DEFAULT 1,
  pwd_crypt INTEGER NOT NULL DEFAULT 3,
  login_pwd TEXT,
  login_last INTEGER DEFAULT 0,
  logout_last INTEGER DEFAULT 0,
  login_cnt INTEGER DEFAULT 0,
  login_ip TEXT,
  error_last INTEGER,
  error_cnt INTEGER DEFAULT 0,
  error_ip TEXT,
  enabled INTEGER NOT NULL DEFAULT 1,
  email TEXT,
  note_op TEXT,
  note_usr TEXT
);

CREATE TABLE banlist (
  ip TEXT NOT NULL,
  nick TEXT NOT NULL COLLATE NOCASE,
  ban_type INTEGER NOT NULL DEFAULT 0,
  host TEXT,
  range_fr INTEGER,
  range_to INTEGER,
  date_start INTEGER DEFAULT 0,
  date_limit INTEGER,
  nick_op TEXT,
  reason TEXT,
  note_op TEXT,
  note_usr TEXT,
  share_size TEXT,
  PRIMARY KEY (ip, nick)
);
CREATE INDEX banlist_date ON banlist (date_limit);

CREATE TABLE kicklist (
  nick TEXT NOT NULL COLLATE NOCASE,
  time INTEGER NOT NULL,
  ip TEXT,
  host TEXT,
  share_size TEXT,
  reason TEXT,
  op TEXT NOT NULL,
  is_drop INTEGER,
  PRIMARY KEY (nick, time)
);
CREATE INDEX kicklist_time ON kicklist (time);
)sql";

// The columns of Verlihub that the hub itself has no use for: scripts may read and write them by SQL.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE reglist ADD COLUMN hide_keys INTEGER DEFAULT 0;
ALTER TABLE reglist ADD COLUMN show_keys INTEGER DEFAULT 0;
ALTER TABLE reglist ADD COLUMN hide_share INTEGER DEFAULT 0;
ALTER TABLE reglist ADD COLUMN hide_ctmmsg INTEGER DEFAULT 0;
ALTER TABLE reglist ADD COLUMN auth_ip TEXT;
ALTER TABLE reglist ADD COLUMN alternate_ip TEXT;
ALTER TABLE banlist ADD COLUMN last_hit INTEGER;
)sql";

// More of the same, which newer versions of Verlihub have.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE reglist ADD COLUMN hide_chat INTEGER DEFAULT 0;
ALTER TABLE reglist ADD COLUMN fake_ip TEXT;
)sql";

constexpr std::array kSteps{kVersion1, kVersion2, kVersion3};

}  // namespace

std::span<const char* const> schema_steps() noexcept {
  return kSteps;
}

}  // namespace vhpy::embedded::store
