"""A script in the manner of those written for Verlihub's older Python plugins, with what they rely on: MySQL's dialect, raw
answers of hooks, bots, settings of their own, versions to compare with. It does its job on this hub, also after a restart."""

import socket

from hub_process import ADMIN
from patience import DEADLINE

BLOCKER = r"""
import re
import vh

vh.name_and_version("Blocker", "1.2.0")
BOT = "Blocker"

def quoted(text):
    return str(text).replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')

def version():
    found = re.match(r"^(\d+)\.(\d+)\.(\d+)\.(\d+)$", vh.GetConfig(vh.config_name, "hub_version") or "0.0.0.0")
    return tuple(map(int, found.groups()))

vh.SQL("create table if not exists `py_blocked` (`id` int(10) unsigned not null auto_increment, `addr` varchar(15) not null,"
       " `title` varchar(255) collate utf8_unicode_ci not null, `off` tinyint(1) unsigned not null default 0,"
       " `hits` int(10) unsigned not null, primary key (`id`), unique `addr_index` (`addr`)) engine = myisam default character set utf8")
blocked = {}

def read_list():
    done, rows = vh.SQL("select `addr`, `title`, `off` from `py_blocked` order by `addr` asc", 1000)
    blocked.clear()
    if done and rows:
        blocked.update((row[0], row[1]) for row in rows if not int(row[2]))

read_list()
vh.AddRobot(BOT, 5, "<Blocker V:1.2,M:A,H:0/0/1,S:0>", chr(1), "", "0")
vh.classmc("Blocker is ready", 3, 10)

def OnNewConn(addr):
    if addr not in blocked:
        return 1
    vh.SQL("update `py_blocked` set `hits` = `hits` + 1 where `addr` = '%s' limit 1" % quoted(addr))
    if vh.__version__ >= (1, 2, 0, 1) and version() >= (1, 2, 0, 1):
        return "$ForceMove elsewhere.example:411|", 0
    return 0

def OnOperatorCommand(nick, data):
    if not data[1:].startswith("block "):
        return 1
    addr, title = data.split(" ", 2)[1:]
    done, _ = vh.SQL("insert ignore into `py_blocked` (`addr`, `title`) values ('%s', '%s')" % (quoted(addr), quoted(title)))
    vh.SetConfig("pi_blocker", "last", addr)
    read_list()
    vh.SendDataToUser("$To: %s From: %s $<%s> Blocked: %s, %s|" % (nick, BOT, BOT, addr, blocked[addr] if done else "no"), nick)
    vh.ScriptCommand("blocked", addr)
    return 0

def OnUserCommand(nick, data):
    if data == "+blocked":
        done, rows = vh.SQL('select concat(`addr`, "=", `hits`) from `py_blocked` where `title` like "%%one%%"')
        vh.usermc(vh.encode("%s; %s | last %s" % (rows[0][0], len(rows), vh.GetConfig("pi_blocker", "last", "none"))), nick)
        return 0

def OnScriptCommand(cmd, data, plug, script):
    if cmd == "blocked" and plug == "python" and script == vh.path:
        vh.mc("%s has been blocked" % data, BOT)

def OnTimer():
    pass

def UnLoad():
    vh.DelRobot(BOT)
    vh.classmc("Blocker leaves", 3, 10)
"""


def what_a_stranger_hears(port, address):
    with socket.socket() as stranger:
        stranger.settimeout(DEADLINE)
        stranger.bind((address, 0))
        stranger.connect(("127.0.0.1", port))
        heard = b""
        while data := stranger.recv(4096):
            heard += data
            if b"$Lock " in heard:
                break
        return heard


def test_a_blocker_of_the_older_kind(start_hub, connect, script):
    path = script("blocker.py", BLOCKER)
    hub = start_hub(scripts=[path])
    boss, alice = connect(hub, *ADMIN), connect(hub, "alice")
    alice.wait_for(lambda frame: frame.startswith("$MyINFO $ALL Blocker <Blocker V:1.2,"), "the bot")
    assert b"$Lock " in what_a_stranger_hears(hub.port, "127.0.0.9")
    boss.send(rf"<{ADMIN[0]}> !block 127.0.0.9 the one's \ " + '"place"|')
    boss.wait_pm('Blocked: 127.0.0.9, the one\'s \\ "place"', by="Blocker")
    alice.wait_chat("127.0.0.9 has been blocked", by="Blocker")
    assert what_a_stranger_hears(hub.port, "127.0.0.9") == b"$ForceMove elsewhere.example:411|"
    alice.command("+blocked", "127.0.0.9=1; 1 | last 127.0.0.9")
    since = alice.mark()
    boss.command("!pyunload blocker.py", "unloaded")
    boss.wait_chat("Blocker leaves")
    alice.wait_for(lambda frame: frame == "$Quit Blocker", "the bot leaves", since=since)
    hub.stop()
    again = start_hub(scripts=[path])
    assert what_a_stranger_hears(again.port, "127.0.0.9") == b"$ForceMove elsewhere.example:411|"
    connect(again, "alice").command("+blocked", "127.0.0.9=2; 1 | last 127.0.0.9")
