"""The hub's tables of bans and registrations in SQL, as Verlihub has them and the embedded hub too.

vh.SQL takes whole statements, so values are quoted here. A quotation doubles both the quotation mark and the backslash, which leaves
no way out of it in any mode of MySQL, nor in SQLite's dialect of it.
"""

import time
from collections.abc import Container

from hub_api_parts.models.records import Ban, Registration
from hub_api_parts.people.describe import class_name
from hub_api_parts.text import from_wire, shown

BAN_TYPES = ("nick_ip", "ip", "nick", "range", "host1", "host2", "host3", "share", "prefix", "host_reverse1")
IP_BAN, NICK_BAN, NICK_IP_BAN = 1, 2, 0  # the numbers of these in the table
NO_NICK, NO_IP = "_ipban_", "_nickban_"  # what stands in a key that a ban of one kind has no use for
_BAN_COLUMNS = ("ip", "nick", "host", "ban_type", "reason", "nick_op", "date_start", "date_limit", "note_op")
_REGISTRATION_COLUMNS = ("nick", "class", "enabled", "reg_date", "reg_op", "login_last", "logout_last", "login_cnt", "login_ip",
                         "note_op")


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def bans_query(search: str, offset: int, limit: int) -> tuple[str, str]:
    """What counts and what reads the bans that hold now, the latest first."""
    where = f"(date_limit IS NULL OR date_limit = 0 OR date_limit >= {int(time.time())})"
    if search:
        where += f" AND ({_holds('nick', search)} OR {_holds('ip', search)} OR {_holds('reason', search)})"
    return _queries("banlist", _BAN_COLUMNS, where, "date_start DESC, ip, nick", offset, limit)


def registrations_query(search: str, offset: int, limit: int) -> tuple[str, str]:
    where = _holds("nick", search) if search else "1 = 1"
    return _queries("reglist", _REGISTRATION_COLUMNS, where, "class DESC, nick", offset, limit)


def put_ban(ip: str | None, nick: str | None, reason: str, operator: str, end: int | None) -> str:
    """A ban of an address, of a nick, or of both."""
    kind = NICK_IP_BAN if ip and nick else IP_BAN if ip else NICK_BAN
    values = (quoted(ip or NO_IP), quoted(nick or NO_NICK), str(kind), quoted(reason), quoted(operator), str(int(time.time())),
              str(end or 0))
    return ("REPLACE INTO banlist (ip, nick, ban_type, reason, nick_op, date_start, date_limit) "
            f"VALUES ({', '.join(values)})")


def which_bans(ip: str | None, nick: str | None) -> str:
    """The condition for bans of this address, of this nick, or of both."""
    parts = [f"{column} = {quoted(value)}" for column, value in (("ip", ip), ("nick", nick)) if value]
    return " AND ".join(parts)


def ban_of(row: list[str]) -> Ban:
    ip, nick, host, kind, reason, operator, start, end, note = row
    number = _number(kind)
    return Ban(ip="" if ip.startswith("_") else shown(ip), nick="" if _is_marker(nick) else shown(nick), host=shown(host),
               type=BAN_TYPES[number] if 0 <= number < len(BAN_TYPES) else str(number), reason=from_wire(reason),
               operator=shown(operator), start=_number(start), end=_number(end) or None, note_op=from_wire(note))


def registration_of(row: list[str], online: Container[str]) -> Registration:
    """online: something that knows by nick, any case, who is here."""
    nick, user_class, enabled, registered, operator, login, logout, logins, ip, note = row
    number = _number(user_class)
    return Registration(
        nick=shown(nick), user_class=number, class_name=class_name(number), enabled=enabled not in ("0", ""),
        registered=_number(registered), operator=shown(operator), last_login=_number(login), last_logout=_number(logout),
        logins=_number(logins), last_ip=shown(ip), note_op=from_wire(note), online=nick in online)


def _queries(table: str, columns: tuple[str, ...], where: str, order: str, offset: int, limit: int) -> tuple[str, str]:
    what = ", ".join(f"COALESCE({column}, '')" for column in columns)
    return (f"SELECT COUNT(*) FROM {table} WHERE {where}",
            f"SELECT {what} FROM {table} WHERE {where} ORDER BY {order} LIMIT {limit} OFFSET {offset}")


def _holds(column: str, text: str) -> str:
    return f"INSTR(LOWER({column}), LOWER({quoted(text)})) > 0"


def _is_marker(text: str) -> bool:
    return text.startswith("_") and text.endswith("ban_")


def _number(text: str) -> int:
    try:
        return int(float(text))
    except ValueError:
        return 0
