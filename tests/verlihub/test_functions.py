"""Every function of vh against a real Verlihub: what it answers, and what the hub's clients and tables then show. Calls come
from a thread, as web handlers' do, except where the hub thread matters."""

import pytest
from nmdc_client import Client
from patience import until
from probing import PROBE, Probe


@pytest.fixture
def alice(hub, connect):
    return connect(hub, "alice", description="a tester", share=1234, supports=("NoHello", "NoGetINFO", "HubURL"))


def test_users_and_lists(hub, probe, alice):
    vh = probe.thread
    assert {"alice", "boss", "Verlihub", "OpChat"} <= set(vh("vh.GetNickList()"))
    assert vh("vh.GetOpList()") == sorted(vh("vh.GetOpList()")) and "boss" in vh("vh.GetOpList()")
    assert "alice" not in vh("vh.GetOpList()")
    assert {"Verlihub", "OpChat"} <= set(vh("vh.GetBotList()"))
    assert vh("[vh.GetUserClass(n) for n in ('ALICE', 'boss', 'Verlihub', 'nobody', None)]") == [0, 10, 10, -2, None]
    assert vh("[vh.GetUserIP(n) for n in ('alice', 'Verlihub', 'nobody')]") == ["127.0.0.1", "127.0.0.1", None]
    assert vh("vh.GetUserHost('alice')") is None  # dns_lookup is off
    assert vh("vh.GetMyINFO('alice')") == ["alice", "a tester", "<test V:1,M:A,H:1/0/0,S:3>", "100\x01", "", "1234"]
    assert vh("vh.GetMyINFO('Verlihub')")[:2] == ["Verlihub", "Hub security"]
    assert vh("vh.GetMyINFO('nobody')") is None
    assert vh("vh.GetUsersCount()") == 2
    assert vh("vh.GetTotalShareSize()") == "1234"
    assert vh("vh.GetRawNickList()").startswith("$NickList ") and "alice$$" in vh("vh.GetRawNickList()")
    assert vh("vh.GetRawOpList()").startswith("$OpList ")
    assert vh("vh.GetRawBotList()").startswith("$BotList ")
    assert vh("vh.GetUserVersion('alice')") == "test 1" and vh("vh.GetUserShare('alice')") == 1234
    alice.send("$MyHubURL dchub://here|")
    assert until(lambda: vh("vh.GetUserHubURL('alice')"), "the address") == "here"  # as the hub keeps it
    assert vh("vh.GetUserExtJSON('alice')") is None
    assert vh("(vh.botname, vh.opchatname, vh.config_name)") == ["Verlihub", "OpChat", "config"]
    assert vh("vh.basedir") == str(hub.folder)


def test_sending(hub, probe, alice):
    vh = probe.thread
    assert vh("vh.mc('to all | and $ more')")
    alice.wait_chat("to all | and $ more", by="Verlihub")
    assert vh("vh.mc('by hand', 'Someone')")
    alice.wait_chat("by hand", by="Someone")
    assert vh("vh.classmc('for operators', 3, 10)") and vh("vh.classmc('never', 5, 3)") is False
    probe.client.wait_chat("for operators")
    assert vh("vh.usermc('for you', 'alice', 'Bot')")
    alice.wait_chat("for you", by="Bot")
    assert vh("vh.pm('in private', 'alice', 'Sender', 'Signer')")
    alice.wait_for(lambda frame: frame == "$To: alice From: Sender $<Signer> in private", "the private message")
    assert vh("[vh.usermc('x', 'nobody'), vh.pm('x', 'Verlihub'), vh.SendDataToUser('x', 'nobody')]") == [False] * 3
    assert vh("vh.SendToOpChat('hello ops')")
    probe.client.wait_pm("hello ops", by="OpChat")
    assert vh("vh.SendDataToUser('$Raw one', 'alice')") and vh("vh.SendDataToAll('$Raw two|', 0, 10)")
    assert vh("vh.SendToAll('$Raw three')") and vh("vh.SendToActive('$Raw four')") and vh("vh.SendToPassive('$Raw no')")
    assert vh("vh.SendToActiveClass('$Raw five', 0, 2)") and vh("vh.SendToPassiveClass('$Raw no', 0, 10)")
    for word in ("one", "two", "three", "four", "five"):
        alice.wait_for(lambda frame, word=word: frame == f"$Raw {word}", word)
    assert vh("vh.SendPMToAll('to everybody', 'Sender', 0, 2)") and vh("vh.SendPMToAll('x', 'Sender', 3, 2)") is False
    alice.wait_pm("to everybody", by="Sender")
    assert not any("$Raw no" in frame or frame.endswith("never") or "for operators" in frame for frame in alice.frames)


def test_changing_users(hub, probe, alice, connect):
    vh = probe.thread
    bob = connect(hub, "bob")
    assert vh("vh.SetMyINFO('alice', desc='new $ one', mail='a@b')")
    bob.wait_for(lambda frame: frame.startswith("$MyINFO $ALL alice new &#36; one<test"), "the new MyINFO")
    assert vh("vh.GetMyINFO('alice')")[1] == "new &#36; one"
    assert vh("vh.SetMyINFO('alice', tag='no tag')") is False and vh("vh.SetMyINFO('nobody')") is False
    assert vh("vh.SetMyINFOFlag('alice', 2)") and vh("vh.SetMyINFOFlag('alice', 3)") is False
    assert vh("vh.UnsetMyINFOFlag('alice', 2)")
    assert vh("vh.SetUserIP('alice', '10.1.2.3')") and vh("vh.SetUserIP('alice', 'x')") is False
    assert vh("vh.GetUserIP('alice')") == "10.1.2.3"
    assert vh("vh.UserRestrictions('alice', chat='3h', pm='1')") == {
        "chat": True, "pm": True, "search": False, "ctm": False}
    assert vh("vh.UserRestrictions('alice', chat='0', search='nonsense')") == {}
    assert vh("vh.UserRestrictions('alice')")["chat"] is True  # nothing was changed by the call before
    assert vh("vh.UserRestrictions('alice', nochat='0', nopm='0')") == {
        "chat": False, "pm": False, "search": False, "ctm": False}
    assert vh("vh.CloseConnection('alice')") and vh("vh.CloseConnection('nobody')") is False
    bob.wait_for(lambda frame: frame == "$Quit alice", "alice's end")


def test_registrations_kicks_and_bans(hub, probe, alice, connect):
    vh = probe.thread
    assert vh("vh.AddRegUser('alice', 3, 'secret1', 'boss')")
    assert hub.sql("SELECT class, reg_op FROM reglist WHERE nick = 'alice'") == [["3", "boss"]]
    assert vh("vh.GetUserClass('alice')") == 3
    assert vh("[vh.AddRegUser('alice', 1), vh.AddRegUser('x', 10), vh.AddRegUser('OpChat', 1)]") == [False] * 3
    assert vh("vh.AddRegUser('x', 1, 'short')") is False
    assert vh("vh.SetRegClass('alice', 2)") and vh("vh.SetRegClass('alice', 2)") is False
    assert vh("vh.GetUserClass('alice')") == 2
    assert vh("vh.DelRegUser('alice')") and vh("vh.DelRegUser('alice')") is False and vh("vh.DelRegUser('boss')") is False
    assert vh("vh.KickUser('alice', 'boss', 'no right')") is False
    assert vh("vh.KickUser('boss', 'nobody', 'x')") is False
    assert vh("vh.KickUser('boss', 'alice', 'why not', note_op='note')")
    assert hub.sql("SELECT note_op FROM banlist WHERE nick = 'alice'") == [["note"]]
    hub.sql("DELETE FROM banlist")  # it is of the address as well, which all have
    bob = connect(hub, "bob")
    assert vh("vh.Ban('boss', 'bob', 'reason', 60, 3)") is False and vh("vh.Ban('boss', 'bob', 'reason', 0, 4)") is False
    assert vh("vh.Ban('boss', 'bob', 'reason', 3600, vh.eBF_NICK)")
    assert hub.sql("SELECT reason, date_limit - date_start FROM banlist WHERE nick = 'bob'") == [["reason", "3600"]]
    assert vh("vh.DelNickTempBan('bob')") is False and vh("vh.DelIPTempBan('127.0.0.1')") is False
    bob.close()


def test_settings_topic_and_bots(hub, probe, alice):
    vh = probe.thread
    assert vh("vh.Topic()") is None and vh("vh.Topic('a topic')") == "a topic"
    alice.wait_for(lambda frame: frame == "$HubName Test - a topic", "the topic")
    assert hub.sql("SELECT val FROM SetupList WHERE file = 'config' AND var = 'hub_topic'") == [["a topic"]]
    assert vh("vh.Topic('x' * 2000)") == "a topic" and vh("vh.Topic('')") is None
    assert vh("vh.GetConfig('config', 'hub_name')") == "Test"
    assert vh("[vh.GetConfig('config', 'nothing', 'd'), vh.GetConfig('pi_x', 'y'), vh.GetConfig('pi_x', 'y', 'z')]") == [
        "d", None, "z"]
    assert vh("[vh.SetConfig('config', 'max_chat_lines', '9'), vh.SetConfig('config', 'max_chat_lines', 'many'),"
              " vh.SetConfig('config', 'nothing', '1'), vh.SetConfig('pi_x', 'y', 'ok')]") == [True, False, False, True]
    assert vh("[vh.GetConfig('config', 'max_chat_lines'), vh.GetConfig('pi_x', 'y')]") == ["9", "ok"]
    assert vh("vh.SetConfig('config', 'cmd_start_op', '')") is False  # the hub itself does not take it
    assert vh("vh.AddRobot('Robby', 3, 'a bot', 'fast', 'r@b', '100')") and vh("vh.AddRobot('Robby', 3, '', '', '', '0')") is False
    alice.wait_for(lambda frame: frame.startswith("$MyINFO $ALL Robby a bot$ $fast"), "the bot")
    assert "Robby" in vh("vh.GetBotList()") and vh("vh.GetUserShare('Robby')") == 100
    assert vh("[vh.IsRobotNickBad(n) for n in ('Fine', 'Robby', '', 'a b', 'OpChat', 'x' * 100)]") == [0, 1, 2, 3, 4, 5]
    assert vh("[vh.DelRobot('OpChat'), vh.DelRobot('alice'), vh.DelRobot('nobody')]") == [False] * 3
    assert vh("vh.DelRobot('Robby')") and vh("vh.DelRobot('Robby')") is False
    alice.wait_for(lambda frame: frame == "$Quit Robby", "the bot's end")


def test_bots_leave_with_their_script(hub, probe, alice, script, connect):
    probe.client.command(f"!pyload {script('owner.py', 'import vh' + chr(10) + 'vh.AddRobot(chr(66)+chr(111)+chr(116), 0, str(), str(), str(), str(0))')}", "owner.py")
    alice.wait_for(lambda frame: frame.startswith("$MyINFO $ALL Bot "), "the bot")
    assert probe.thread("vh.DelRobot('Bot')") is False  # another script's
    probe.client.command("!pyunload owner.py", "owner.py")
    alice.wait_for(lambda frame: frame == "$Quit Bot", "the bot's end")
    assert "Bot" not in probe.thread("vh.GetBotList()")


def test_commands_database_and_places(hub, probe, alice):
    vh = probe.thread
    since = probe.client.mark()
    assert vh("vh.ParseCommand('boss', '!pylist', 0)")
    probe.client.wait_chat("probe.py", since=since)
    since = probe.client.mark()
    assert vh("vh.ParseCommand('boss', '+myinfo', 0)")  # not the first one again
    probe.client.wait_chat("boss", since=since)
    assert vh("[vh.ParseCommand('nobody', '+help', 0), vh.ParseCommand('alice', 'hello', 0)]") == [False, False]
    assert vh("vh.ScriptCommand('word', 'data', 1)")
    assert probe.wait_event("OnScriptCommand", "word")[:3] == ["word", "data", "python"]
    assert vh("vh.ScriptCommand('later', 'data')")
    probe.wait_event("OnScriptCommand", "later")
    assert vh("vh.SQL('SELECT nick, class, note_op FROM reglist', 10)") == [1, [["boss", "10", "NULL"]]]
    assert vh("vh.SQL('nonsense')") == [0, []]
    assert vh("vh.SQL('CREATE TABLE t (x text)')") == [1, []] and vh("vh.SQL(\"INSERT INTO t VALUES ('a')\")") == [1, []]
    assert vh("[vh.GetIPCC('127.0.0.1'), vh.GetIPCN('10.0.0.1'), vh.GetIPCity('192.168.1.1'), vh.GetIPASN('127.0.0.1')]") == [
        "L1", "Private Network", "Private Network", "Local Network"]
    assert vh("[vh.GetIPCC('8.8.8.8'), vh.GetIPCN('x'), vh.GetGeoIP('x')]") == [None] * 3
    assert vh("vh.GetGeoIP('127.0.0.1')")["country_code"] == "L1"
    assert vh("vh.GetUserCC('alice')") == "L1" and vh("vh.GetUserCC('Verlihub')") is None
    until(lambda: vh("vh.GetServFreq()") > 0, "a rate, which the hub knows after some seconds")
    assert "RuntimeError" in vh("vh.CallDynamicFunction('none')")
    assert vh("[vh.Encode('a|b'), vh.decode('a&#124;b')]") == ["a&#124;b", "a|b"]
    assert vh("vh.name_and_version('Probe', '2')") == ["Probe", "2"]


def test_text_of_the_hubs_encoding_makes_the_round_trip(start_verlihub, connect):
    hub = start_verlihub(scripts=[PROBE], settings={"hub_encoding": "CP1251"})
    probe = Probe(hub)
    bob = connect(hub, "bob")
    assert probe.thread("vh.mc('\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442')")
    bob.wait_for(lambda frame: frame.encode("utf-8", "surrogateescape") == b"<Verlihub> " + "Привет".encode("cp1251"), "it")
    odd = b"n\xe8\x98ck".decode("utf-8", "surrogateescape")
    with Client(hub.port, odd):
        probe.wait_event("OnUserLogin")
        assert probe.thread("[vh.GetUserClass(n) for n in vh.GetNickList() if n.startswith('n')]") == [0]
    probe.close()


def test_stop_hub(hub, probe):
    assert probe.thread("[vh.StopHub(300), vh.StopHub(0, -1), vh.StopHub(3, 3600), vh.StopHub(0, -1)]") == [
        False, False, True, True]
    probe.say("eval", "vh.StopHub(7)")
    assert hub.wait_exit() == 7
