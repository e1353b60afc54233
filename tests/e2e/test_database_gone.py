"""Calls of scripts that need the hub's database after it is gone: deleted, damaged or locked by somebody else while the hub runs, and
closed because the hub stops. Each answers as a refused call does or raises vh.Error; the hub goes on and ends as ever."""

import contextlib
import itertools
import json
import sqlite3

import pytest
from hub_process import ADMIN

ASKS = """
import json, threading, vh
def ask(number):
    answers = {
        "known": vh.GetConfig("config", "hub_name"),
        "set": vh.SetConfig("pi_asks", "number", str(number)),
        "read": vh.GetConfig("pi_asks", "number", "none"),
        "registered": vh.AddRegUser(f"nick{number}", 1, "password"),
        "select": vh.SQL("SELECT nick FROM reglist", 1000),
        "insert": vh.SQL(f"INSERT INTO asked VALUES ({number})"),
        "unbanned": vh.DelNickTempBan("nobody"),
    }
    print("answers", json.dumps(answers), flush=True)
def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if not cmd.startswith("ask "): return 1
    where, number = cmd.split()[1:]
    if where == "here": ask(number)
    else: threading.Thread(target=ask, args=(number,)).start()
    return 0
vh.SQL("CREATE TABLE asked (number INTEGER)")
"""
LATE = """
import threading, vh
def call(what, *arguments):
    try: return what(*arguments)
    except vh.Error as error: return type(error).__name__
def all_calls(where):
    print(where, call(vh.SetConfig, "pi_late", where, "1"), call(vh.GetConfig, "pi_late", where),
          call(vh.SQL, "SELECT COUNT(*) FROM reglist WHERE nick = 'boss'"), call(vh.AddRegUser, "late" + where, 1, "password"), flush=True)
def OnUnLoad(code): all_calls("OnUnLoad")
def UnLoad():
    all_calls("UnLoad")
    thread = threading.Thread(target=all_calls, args=("thread",))
    thread.start()
    thread.join()
"""
numbers = itertools.count(1)


@pytest.fixture(params=["shared", "isolated"])
def asked_hub(request, start_hub, connect, script):
    hub = start_hub(scripts=[f"{script('asks.py', ASKS)}:{request.param}"])
    boss = connect(hub, *ADMIN)

    def ask(where):
        number, since = next(numbers), len(hub.out.lines)
        boss.chat(f"!ask {where} {number}")
        match = hub.out.wait_for(r"^answers (.*)$", since=since)
        return str(number), json.loads(match[1])

    yield hub, boss, ask
    assert boss.command("!pylist", "asks.py")  # it still serves
    hub.stop()


def works(ask, where):
    number, answers = ask(where)
    assert (answers["set"], answers["read"], answers["registered"]) == (True, number, True), answers
    assert answers["insert"] == [1, []] and [f"nick{number}"] in answers["select"][1], answers


def is_an_answer(answers):
    """Of a hub that may or may not have had its database: what vh-calls answer, and nothing else."""
    assert answers["known"] and answers["read"] is not None, answers
    assert isinstance(answers["set"], bool) and isinstance(answers["registered"], bool), answers
    assert answers["select"][0] in (0, 1) and answers["insert"][0] in (0, 1), answers
    assert answers["unbanned"] is False, answers


@pytest.mark.parametrize("where", ["here", "thread"])
def test_locked_by_somebody_else(asked_hub, where):
    hub, _, ask = asked_hub
    works(ask, where)
    with contextlib.closing(sqlite3.connect(hub.data / "hub.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        number, answers = ask(where)
        is_an_answer(answers)
        assert (answers["set"], answers["registered"], answers["insert"][0]) == (False, False, 0), answers
        assert answers["read"] != number, "what could not be written is not remembered either"
        assert answers["select"][0] == 1, "who only reads is not kept out"
        other.execute("ROLLBACK")
    works(ask, where)


@pytest.mark.parametrize("where", ["here", "thread"])
@pytest.mark.parametrize("way", ["deleted", "damaged"])
def test_gone(asked_hub, way, where):
    hub, boss, ask = asked_hub
    works(ask, where)
    if way == "deleted":
        for file in hub.data.glob("hub.sqlite*"):
            file.unlink()
    else:
        (hub.data / "hub.sqlite").write_bytes(b"no database\n" * 10_000)
    for _ in range(3):
        is_an_answer(ask(where)[1])
    boss.chat("still here")
    boss.wait_chat("still here")


@pytest.mark.parametrize("mode", ["shared", "isolated"])
def test_while_the_hub_stops(start_hub, script, mode):
    hub = start_hub(scripts=[f"{script('late.py', LATE)}:{mode}"])
    hub.wait_log(r"late\.py loaded")  # a hub that is told to stop before does not load it any more
    hub.stop()
    last = hub.out.text().splitlines()[-3:]
    for line, where in zip(last, ("OnUnLoad", "UnLoad"), strict=False):
        assert line == f"{where} True 1 (1, [['1']]) True", last
    assert last[2].split()[0] == "thread" and set(last[2].split()[1:]) <= {"Closed", "Abandoned"}, last
    with contextlib.closing(sqlite3.connect(hub.data / "hub.sqlite")) as after:
        kept = {nick for (nick,) in after.execute("SELECT nick FROM reglist")}
    assert {"lateOnUnLoad", "lateUnLoad"} <= kept and "latethread" not in kept
