"""The plugin as an operator meets it: it loads, its console works, it refuses what cannot work."""

import re

import pytest
from hub_process import SCRIPTS
from nmdc_client import Client
from patience import until
from probing import PROBE, Probe
from verlihub_process import ADMIN

GREETER = """
import vh
def OnUserLogin(nick):
    vh.usermc("Welcome, " + nick + ".", nick)
def UnLoad():
    print("greeter leaves", flush=True)
"""


def test_loads_scripts_of_the_scripts_folder_in_order(start_verlihub, script, connect):
    hub = start_verlihub(scripts=[script("b.py", "print('second', flush=True)"), script("a.py", GREETER + "print('first', flush=True)")])
    hub.wait_log(r"script .*/a\.py loaded, id 1")
    hub.wait_log(r"script .*/b\.py loaded, id 2")
    hub.wait_log("wake-up: signal")
    client = connect(hub, "alice")
    client.wait_chat("Welcome, alice.")


def test_console(start_verlihub, script, connect, tmp_path):
    hub = start_verlihub(scripts=[script("greeter.py", GREETER)])
    boss = connect(hub, *ADMIN)
    assert "greeter.py" in boss.command("!pyfiles", "greeter.py")
    assert "1" in boss.command("!pylist", "greeter.py")
    (hub.folder / "scripts" / "late.py").write_text("import vh\n")
    boss.command("!pyload late.py", "late.py")
    boss.command("!pyreload greeter.py", "greeter.py")
    assert hub.out.wait_for("^greeter leaves$")
    boss.command("!pyunload late.py", "late.py")
    assert "late.py" not in boss.command("!pylist", "greeter.py")
    boss.command("!pylog 3", "3")
    assert hub.sql("SELECT val FROM SetupList WHERE file = 'pi_python' AND var = 'log_level'") == [["3"]]
    assert "wake-up: signal" in boss.command("!pystats", "wake-up")
    (hub.folder / "scripts" / "broken.py").write_text("1 / 0\n")
    hub.provoked = ("Traceback", "broken")
    assert "ZeroDivisionError" in boss.command("!pyload broken.py", "ZeroDivisionError")
    connect(hub, "guest").send("<guest> !pylist|")
    boss.command("!pylist", "greeter.py")  # still there, and the guest has had no list


@pytest.mark.parametrize("mode", ["poll", "timer"])
def test_slower_ways_of_waking_work_too(start_verlihub, script, connect, mode):
    hub = start_verlihub(scripts=[PROBE], plugin_settings={"wake": mode})
    hub.wait_log(f"wake-up: {mode}")
    probe = Probe(hub)
    assert probe.thread("vh.GetUserClass('boss')") == 10
    probe.close()


def test_an_unknown_way_of_waking_is_said_and_the_hub_stays_up(start_verlihub):
    hub = start_verlihub(plugin_settings={"wake": "telepathy"})
    hub.wait_log(r"pi_python\.wake is 'telepathy', expected signal, poll or timer; using signal")


def test_a_wrong_python_is_said_and_the_hub_stays_up(start_verlihub, connect):
    hub = start_verlihub(plugin_settings={"python": "/nowhere/python"})
    hub.wait_log("the plugin does nothing: .*/nowhere/python")
    connect(hub, "alice")


def test_a_second_python_plugin_is_refused(start_verlihub, connect, tmp_path):
    hub = start_verlihub(scripts=[PROBE])
    copy = hub.folder / "second.so"
    copy.write_bytes((hub.folder / "plugins" / "libvhpy_pi.so").read_bytes())
    boss = connect(hub, *ADMIN)
    boss.send(f"<boss> !addplug second -p \"{copy}\" -a 0|")
    boss.send("<boss> !onplug second|")
    hub.wait_log("another Python plugin is loaded already")
    boss.command("!pylist", "probe.py")


def test_the_examples_load(start_verlihub):
    """Each script of scripts/examples as it is."""
    examples = sorted(path for path in (SCRIPTS / "examples").glob("*.py"))
    hub = start_verlihub(scripts=examples)
    for path in examples:
        hub.wait_log(rf"script .*/{re.escape(path.name)} loaded")


def wait_listed(api, nick):
    """A client has logged in before the hub tells plugins so."""
    until(lambda: nick in {user["nick"] for user in api.get("/users").json()["users"]}, f"{nick} in the list")


def test_rest_script(start_verlihub, connect):
    hub = start_verlihub(api=True)
    alice = connect(hub, "alice")
    with hub.api() as api:
        assert api.get("/health").json()["status"] == "healthy"
        wait_listed(api, "alice")
        assert api.get("/user/alice").status_code == 200
        assert api.get("/user/nobody").status_code == 404
        since = alice.mark()
        assert api.post("/chat", json={"message": "said by REST"}).status_code < 300
        alice.wait_chat("said by REST", since=since)
        alice.close()
    with Client(hub.port, "carol"):
        with hub.api() as api:
            wait_listed(api, "carol")
            assert api.get("/user/carol").status_code == 200


def test_rest_script_with_the_tables(start_verlihub, connect):
    """Bans, registrations and settings by REST, in Verlihub's own tables."""
    hub = start_verlihub(api=True)
    connect(hub, "troll")
    with hub.api() as api:
        wait_listed(api, "troll")
        done = api.post("/bans", json={"nick": "troll", "reason": "it's | enough \\", "seconds": 3600})
        assert done.status_code == 200 and done.json()["disconnected"] == ["troll"], done.text
        (ban,) = api.get("/bans", params={"search": "troll"}).json()["bans"]
        assert (ban["nick"], ban["type"], ban["reason"], ban["operator"]) == ("troll", "nick", "it's | enough \\", "first")
        assert api.delete("/bans", params={"nick": "troll"}).json() == {"removed": 1}
        assert api.post("/registrations", json={"nick": "newbie", "class": 2, "password": "a-password"}).status_code == 201
        (row,) = api.get("/registrations", params={"search": "NEWB"}).json()["registrations"]
        assert (row["nick"], row["class"]) == ("newbie", 2)
        assert api.put("/registrations/newbie", json={"class": 3}).json()["class_name"] == "Operator"
        assert api.delete("/registrations/newbie").status_code == 200
        assert api.put("/config/hub_name", json={"value": "Another name"}).status_code == 200
        assert api.get("/hub").json()["name"] == "Another name"
