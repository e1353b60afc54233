"""The hub's log: an entry is one line, whatever clients and scripts put into it, and nothing of theirs passes for an entry."""

import re

ENTRY = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[\w+\] ")
FORGED = "2026-01-01 00:00:00.000 [info] carol was kicked by dave"
SCRIPT = f"""
import vh
FORGED = {FORGED!r}
def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if cmd == "kick":
        vh.KickUser("boss", "alice", "no reason\\n" + FORGED + "\\x1b[2J")
        return 0
    if cmd == "raise":
        raise ValueError("trouble\\n" + FORGED)
"""


def test_an_entry_is_one_line(start_hub, connect, script):
    hub = start_hub(scripts=[script("forger.py", SCRIPT)])
    hub.provoked = ("Traceback",)
    connect(hub, "alice")
    boss = connect(hub, "boss", "boss-password")
    boss.chat("!raise")
    hub.wait_log(r"^  \| Traceback")
    hub.wait_log(rf"^  \| {re.escape(FORGED)}$")
    boss.chat("!kick")
    hub.wait_log(r"alice was kicked by boss: no reason\\n" + re.escape(FORGED + r"\x1b[2J"))
    hub.stop()
    lines = hub.err.text().splitlines()
    assert [line for line in lines if not ENTRY.match(line) and not line.startswith("  | ")] == []
    assert [line for line in lines if line.startswith(FORGED)] == []
