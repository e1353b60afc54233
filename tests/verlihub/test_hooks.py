"""Every hook against a real Verlihub: that it fires, with what, and what a script's answer does."""

import pytest
from nmdc_client import Client
from verlihub_process import ADMIN


MY_INFO = ["alice", "tester", "<test V:1,M:A,H:1/0/0,S:3>", "100\x01", "", "0"]


def test_connection_and_login(hub, probe):
    alice = Client(hub.port, "alice", supports=("NoHello", "NoGetINFO", "BotINFO", "ExtJSON2", "HubURL"))
    alice.send("$MyHubURL dchub://here|$BotINFO a pinger|$ExtJSON alice {\"a\":1}|")
    for name, start in (("OnNewConn", ["127.0.0.1"]), ("OnParsedMsgVersion", ["127.0.0.1", "$Version 1,0091"]),
                        ("OnParsedMsgValidateNick", ["$ValidateNick alice"]), ("OnValidateTag", ["alice", MY_INFO[2]]),
                        ("OnFirstMyINFO", MY_INFO), ("OnParsedMsgMyINFO", MY_INFO), ("OnUserInList", ["alice"]),
                        ("OnUserLogin", ["alice"]), ("OnParsedMsgMyHubURL", ["alice", "$MyHubURL dchub://here"]),
                        ("OnParsedMsgBotINFO", ["alice", "$BotINFO a pinger"]),
                        ("OnParsedMsgExtJSON", ["alice", "$ExtJSON alice {\"a\":1}"]),
                        ("OnParsedMsgAny", ["alice", "$BotINFO a pinger"]),
                        ("OnParsedMsgMyPass", ["boss", f"$MyPass {ADMIN[1]}"])):
        probe.wait_event(name, *start)
    assert probe.wait_event("OnParsedMsgSupports", "127.0.0.1")[1].startswith("$Supports NoHello")
    assert probe.wait_event("OnParsedMsgAnyEx", "127.0.0.1")[1].startswith(("$Supports", "$Key", "$ValidateNick"))
    alice.close()
    probe.client.chat("something moves")
    probe.wait_event("OnUserLogout", "alice")
    probe.wait_event("OnCloseConn", "127.0.0.1")
    assert probe.wait_event("OnCloseConnEx", "127.0.0.1")[2] == "alice"
    probe.wait_event("OnTimer")


def test_messages(hub, probe, connect):
    alice, bob = connect(hub, "alice"), connect(hub, "bob", supports=("NoHello", "NoGetINFO", "MCTo"))
    tth = "TTH:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFG"
    alice.chat("hello")
    alice.pm("bob", "psst")
    alice.send("$MCTo: bob $alice for you|")
    alice.send(f"$Search 127.0.0.1:412 F?T?0?9?{tth}|")
    alice.send("$ConnectToMe bob 127.0.0.1:412|$RevConnectToMe alice bob|")
    alice.send("$SR alice a.txt\x055 1/1\x05Test (127.0.0.1)\x05bob|")
    alice.send("$Unheard of|")
    for name, start in (("OnParsedMsgChat", ["alice", "hello"]), ("OnParsedMsgPM", ["alice", "psst", "bob"]),
                        ("OnParsedMsgMCTo", ["alice", "for you", "bob"]),
                        ("OnParsedMsgSearch", ["alice", f"$Search 127.0.0.1:412 F?T?0?9?{tth}"]),
                        ("OnParsedMsgConnectToMe", ["alice", "bob", "127.0.0.1", "412"]),
                        ("OnParsedMsgRevConnectToMe", ["alice", "bob"]), ("OnUnknownMsg", ["alice", "$Unheard of"])):
        probe.wait_event(name, *start)
    assert probe.wait_event("OnParsedMsgSR", "alice")[1].startswith("$SR alice a.txt")
    probe.client.pm("OpChat", "among us")
    probe.wait_event("OnOpChatMessage", "boss", "among us")
    probe("vh.mc('spoken')")
    probe.wait_event("OnPublicBotMessage", "Verlihub", "spoken", 0, 10)
    bob.wait_chat("hello", by="alice")


def test_operators(hub, probe, connect):
    connect(hub, "alice"), connect(hub, "bob")
    boss = probe.client
    boss.send("<boss> !getip alice|<boss> +myinfo|<boss> !regnew carl 1|<boss> !set max_chat_lines 7|")
    boss.send("<boss> !bannick dave because|<boss> !drop bob go away|<boss> !kick alice go away|")
    for name, start in (("OnHubCommand", ["boss", "getip alice", 10, 0, "!"]), ("OnOperatorCommand", ["boss", "!getip alice"]),
                        ("OnOperatorCommand", ["boss", "+myinfo"]), ("OnNewReg", ["boss", "carl", 1]),
                        ("OnSetConfig", ["boss", "config", "max_chat_lines", "7"]),
                        ("OnOperatorDrops", ["boss", "bob"]), ("OnOperatorDropsWithReason", ["boss", "bob", "go away"]),
                        ("OnOperatorKicks", ["boss", "alice", "go away"])):
        probe.wait_event(name, *start)
    assert probe.wait_event("OnNewBan", "boss")[2:] == ["dave", "because"]
    hub.sql("DELETE FROM banlist")  # the kick has banned the address as well, which all have
    erin = connect(hub, "erin")
    erin.send("<erin> +myinfo|")
    probe.wait_event("OnUserCommand", "erin", "+myinfo")


def test_ctm_to_hub(hub, probe):
    with Client(hub.port, "x", login=False) as pretender:
        pretender.wait_for(lambda frame: frame.startswith("$Lock"), "the lock")
        pretender.send("$MyNick fooled|$Lock EXTENDEDPROTOCOL Pk=test Ref=dchub://elsewhere|")
        assert probe.wait_event("OnCtmToHub", "fooled")[4] == "elsewhere"  # as the hub keeps it


def test_chat_is_blocked_replaced_and_answered(hub, probe, connect):
    alice, bob = connect(hub, "alice"), connect(hub, "bob")
    probe.answer("OnParsedMsgChat", 0)
    alice.chat("blocked")
    probe.wait_event("OnParsedMsgChat", "alice", "blocked")
    probe.answer("OnParsedMsgChat", ("Other", "a much longer text than there was, with | and $"))
    alice.chat("short")
    bob.wait_chat("a much longer text than there was, with | and $", by="Other")
    probe.answer("OnParsedMsgChat", "x")
    alice.chat("a long text that becomes short")
    bob.wait_for(lambda frame: frame == "<alice> x", "the short text")
    probe.answer("OnParsedMsgChat", None)
    alice.chat("as it was")
    bob.wait_chat("as it was", by="alice")
    probe.answer("OnParsedMsgPM", ("$Reply to you", 0))
    since = alice.mark()
    alice.pm("bob", "never arrives")
    alice.wait_for(lambda frame: frame == "$Reply to you", "the reply", since=since)
    assert not any("blocked" in frame or "never arrives" in frame for frame in bob.frames)


def test_my_info_is_replaced_for_everybody(hub, probe, connect):
    bob = connect(hub, "bob")
    probe.answer("OnFirstMyINFO", ("from the script", None, None, None, "77"))
    alice = Client(hub.port, "alice", share=5)
    bob.wait_for(lambda frame: frame == "$MyINFO $ALL alice from the script<test V:1,M:A,H:1/0/0,S:3>$ $100\x01$$77$",
                 "the replaced MyINFO")
    assert not any(frame.startswith("$MyINFO $ALL alice tester") for frame in bob.frames)
    carl = connect(hub, "carl")  # comes later, and is shown the same
    carl.wait_for(lambda frame: frame.startswith("$MyINFO $ALL alice "), "alice")
    assert not any(frame.startswith("$MyINFO $ALL alice tester") for frame in carl.frames)
    probe.answer("OnParsedMsgMyINFO", (None, "<new V:2>", None, "m@x", None))
    alice.send("$MyINFO $ALL alice second<test V:1,M:A,H:1/0/0,S:3>$ $100\x01$$6$|")
    bob.wait_for(lambda frame: frame == "$MyINFO $ALL alice second<new V:2>$ $100\x01$m@x$6$", "the second one")
    probe.answer("OnParsedMsgMyINFO", 0)
    alice.send("$MyINFO $ALL alice third<test V:1,M:A,H:1/0/0,S:3>$ $100\x01$$6$|")
    probe.wait_event("OnParsedMsgMyINFO", "alice", "third")
    assert not any("third" in frame for frame in bob.frames)
    alice.close()


def test_blocks(hub, probe, connect):
    for name, value in (("OnUserLogin", 0), ("OnSetConfig", 0), ("OnOperatorKicks", 0)):
        probe.answer(name, value)
    with pytest.raises(AssertionError):
        with Client(hub.port, "alice", deadline=5) as alice:
            alice.wait_closed()
            raise AssertionError("closed")
    assert probe.thread("vh.SetConfig('config', 'max_chat_lines', '33')") is False
    assert probe.thread("vh.GetConfig('config', 'max_chat_lines')") != "33"
    probe.answer("OnUserLogin", None)
    connect(hub, "bob")
    assert probe.thread("vh.KickUser('boss', 'bob', 'x')") is False
    probe.answer("OnOperatorKicks", 1)
    assert probe.thread("vh.KickUser('boss', 'bob', 'x')") is True


NESTING = """
import vh
seen = []
def OnSetConfig(nick, conf, var, new, old, kind):
    seen.append((var, new))
    if var == "outer":
        vh.SetConfig("pi_nest", "inner", "2")
def OnPublicBotMessage(nick, msg, low, high):
    if msg == "one":
        vh.mc("two")
def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if cmd == "nest":
        return int(vh.SetConfig("pi_nest", "outer", "1") and vh.mc("one") and False)
    if cmd == "told":
        vh.usermc("told " + repr(seen), nick)
        return 0
"""


def test_events_inside_the_same_event(start_verlihub, script, connect):
    """The plugins behind this one must get the outer event's arguments: plugman and Lua are loaded too."""
    hub = start_verlihub(scripts=[script("nesting.py", NESTING)], plugins=("libplug_pi.so", "liblua_pi.so"))
    boss = connect(hub, *ADMIN)
    since = boss.mark()
    boss.send("<boss> !nest|")
    boss.wait_chat("two", since=since)
    boss.wait_chat("one", since=since)
    assert "('outer', '1'), ('inner', '2')" in boss.command("!told", "told ")
    rows = hub.sql("SELECT var, val FROM SetupList WHERE file = 'pi_nest' ORDER BY var")
    assert rows == [["inner", "2"], ["outer", "1"]]
