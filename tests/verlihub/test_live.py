"""The live copy on Verlihub: what vh.cached and vh.snapshot() show follows logins, changes and logouts, also those that
Verlihub tells no plugin of."""

from crowd import Crowd
from nmdc_client import Client
from patience import until
from probing import PROBE, Probe

# Each cached form beside the function that it stands for, for every user.
COMPARE = """[[name, args] for name in ('GetUserClass', 'GetUserIP', 'GetMyINFO', 'GetUserVersion', 'GetUserShare',
 'GetUserHubURL', 'GetUserExtJSON', 'GetUserCC', 'GetUserHost') for args in [(n,) for n in vh.GetNickList()]
 if getattr(vh.cached, name)(*args) != getattr(vh, name)(*args)]
 + [name for name in ('GetNickList', 'GetOpList', 'GetBotList', 'GetUsersCount', 'GetTotalShareSize', 'GetRawNickList',
 'GetRawOpList', 'GetRawBotList', 'Topic') if getattr(vh.cached, name)() != getattr(vh, name)()]""".replace("\n", "")


def test_the_copy_follows_the_hub(start_verlihub, connect):
    hub = start_verlihub(scripts=[PROBE])
    probe = Probe(hub)
    alice = connect(hub, "alice", share=77)

    def same():
        return probe.thread(COMPARE) == []

    until(same, "the copy shows alice")
    assert probe.thread("vh.SetMyINFO('alice', desc='changed') and vh.cached.GetMyINFO('alice')[1]") in ("changed", "tester")
    until(same, "what a script has changed")
    alice.send("$MyINFO $ALL alice again<test V:1,M:P,H:1/0/0,S:3>$ $100\x01$$78$|")
    until(lambda: probe.thread("vh.cached.GetMyINFO('alice')[1]") == "again", "a new MyINFO")
    until(same, "all of it")
    boss = probe.client
    boss.send("<boss> !regnew bob 3|")
    with Client(hub.port, "bob", "secret-of-bob", login=False):
        pass
    assert probe.thread("vh.SetConfig('pi_x', 'y', '1')") is True
    until(lambda: probe.thread("vh.cached.GetConfig('pi_x', 'y')") == "1", "a setting of a plugin")
    assert probe.thread("vh.cached.GetConfig('config', 'hub_name')") == "Test"
    boss.send("<boss> !topic from an operator|")
    until(lambda: probe.thread("vh.cached.Topic()") == "from an operator", "a topic set by an operator")
    alice.close()
    until(lambda: boss.send("<boss> moves|") or "alice" not in probe.thread("vh.cached.GetNickList()"), "alice is gone")
    until(same, "the same again")
    assert probe.thread("vh.snapshot().age") < 3600
    probe.close()


def test_hundreds_of_users_come_and_go(start_verlihub):
    hub = start_verlihub(scripts=[PROBE])
    probe = Probe(hub)
    crowd = Crowd(hub.port, 300)
    same = "sorted(vh.cached.GetNickList()) == sorted(vh.GetNickList()) and len(vh.cached.GetNickList())"
    until(lambda: probe.thread(same) == 303, "all in the copy")  # and the operator, and the hub's two bots
    crowd.close()
    until(lambda: probe.client.chat("moves") or probe.thread(same) == 3, "all out of it")
    probe.close()


def test_two_thousand_in_the_list(hub, probe):
    """More users than the hub polls at once, and bots; figures.py takes 5,000 users."""
    count = "sorted(vh.cached.GetNickList()) == sorted(vh.GetNickList()) and len(vh.cached.GetNickList())"
    made = "[vh.AddRobot(f'bot{n}', 0, f'number {n}', '', '', str(n)) for n in range(900)].count(True)"
    assert probe.thread(made) == 900
    crowd = Crowd(hub.port, 1100)
    until(lambda: probe.thread(count) == 2003, "all in the copy")  # with the operator, and the hub's two bots
    assert probe.thread("[n for n in range(900) if vh.cached.GetMyINFO(f'bot{n}')[1] != f'number {n}']") == []
    assert probe.thread("[n for n in range(1100) if vh.cached.GetUserIP(f'crowd{n}') != '127.0.0.1']") == []
    # A change is seen in the first view that contains it, whatever else there is in the list.
    assert probe.thread("[vh.SetMyINFO('crowd7', desc='changed'), vh.wait_version(vh.last_version()),"
                        " vh.cached.GetMyINFO('crowd7')[1]]")[2] == "changed"
    assert probe.thread("[vh.DelRobot(f'bot{n}') for n in range(0, 900, 2)].count(True)") == 450
    until(lambda: probe.thread(count) == 1553, "half of the bots gone")
    crowd.close()
    until(lambda: probe.client.chat("moves") or probe.thread(count) == 453, "the users, too")


def test_a_finished_write_can_be_waited_for(start_verlihub):
    hub = start_verlihub(scripts=[PROBE])
    probe = Probe(hub)
    assert probe.thread("[vh.AddRobot('Robby', 0, '', '', '', '0'), vh.wait_version(vh.snapshot().version),"
                        " 'Robby' in vh.GetNickList()]")[2] is True
    until(lambda: "Robby" in probe.thread("vh.cached.GetBotList()"), "the bot in the copy")
    probe.close()
