"""What vhpy-hub prints, refuses and returns: banner, one-line errors, clean ends, and what outlives a restart."""

import re
import signal
import socket

import pytest
from hub_process import ADMIN, HUB_API, NO_LIMITS
from nmdc_client import HubSaidNo


def failed_start(hub):
    """The one line with which the hub must refuse to start."""
    assert hub.wait_exit() == 1
    assert "dchub://" not in hub.out.text()
    lines = [line for line in hub.err.text().splitlines() if line.startswith("vhpy-hub: ")]
    assert len(lines) == 1, hub.err.text()
    hub.check_log()
    return lines[0]


def test_banner_of_the_first_run_and_of_later_ones(start_hub, tmp_path):
    first = start_hub(api=True)
    lines = first.out.text().splitlines()
    assert lines.count(f"hub dchub://127.0.0.1:{first.port}") == 1
    assert lines.count(f"admin {ADMIN[0]} {ADMIN[1]}") == 1
    assert lines.count(f"api {first.api_url}") == 1
    assert lines.count(f"token {first.token}") == 1
    assert len(lines) == 4, lines
    assert (tmp_path / "data" / "api_tokens.json").stat().st_mode & 0o777 == 0o600
    first.stop()
    second = start_hub(api=True)
    assert sorted(second.out.text().splitlines()) == [
        f"api {second.api_url}", f"hub dchub://127.0.0.1:{second.port}"]
    assert second.token == first.token


def test_random_admin_can_log_in(start_hub, connect):
    hub = start_hub(admin=None)
    match = hub.out.wait_for(r"^admin (\S+) (\S+)$")
    client = connect(hub, match[1], match[2])
    client.wait_for(lambda frame: frame == f"$LogedIn {match[1]}", "$LogedIn")
    assert len(match[2]) >= 8


def test_token_of_the_environment_is_used_and_printed_on_the_first_run_only(start_hub):
    first = start_hub(api=True, env={"HUB_API_TOKEN": "x" * 24})
    assert first.out.text().splitlines().count("token " + "x" * 24) == 1
    first.stop()
    second = start_hub(api=True, env={"HUB_API_TOKEN": "y" * 24})
    assert "token" not in second.out.text()
    second.token = "y" * 24
    with second.api() as api:
        assert api.post("/chat", json={"message": "hello"}).status_code == 200


def test_version(start_hub):
    hub = start_hub(options=["--version"], ready=False)
    assert hub.wait_exit() == 0
    assert re.search(r"\d+\.\d+\.\d+", hub.out.text())


def test_port_in_use(start_hub, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        hub = start_hub(data=tmp_path / "other", port=port, ready=False)
        assert str(port) in failed_start(hub)


def test_unwritable_directory(start_hub, tmp_path):
    (tmp_path / "file").write_text("")
    hub = start_hub(data=tmp_path / "file" / "data", ready=False)
    assert "file/data" in failed_start(hub)


def test_missing_script(start_hub, tmp_path):
    hub = start_hub(scripts=[tmp_path / "nowhere.py"], ready=False)
    assert "nowhere.py" in failed_start(hub)


def test_setting_that_is_none(start_hub):
    hub = start_hub(settings=["no_such_setting=1"], ready=False)
    assert "no_such_setting" in failed_start(hub)


@pytest.mark.parametrize("text,told", [
    ("def broken(:\n", "SyntaxError"), ("1 / 0\n", "ZeroDivisionError"), ("import no_such_module\n", "no_such_module"),
    ("import sys\nsys.exit(3)\n", "SystemExit"), ("raise KeyboardInterrupt\n", "KeyboardInterrupt")])
def test_a_broken_script_is_told_and_the_hub_stays_up(start_hub, connect, script, text, told):
    hub = start_hub(scripts=[script("broken.py", text)])
    hub.provoked = ("Traceback",)
    hub.wait_log(told)
    assert "broken.py" in hub.err.text()
    connect(hub, "alice").chat("still here")
    assert hub.process.poll() is None


@pytest.mark.brief
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_an_idle_hub(start_hub, connect, number):
    hub = start_hub(api=True)
    client = connect(hub, "alice")
    hub.terminate(number)
    assert hub.wait_exit() == 0
    hub.check_log()
    client.wait_closed()


def test_signal_before_the_scripts_are_loaded(start_hub):
    hub = start_hub(scripts=[HUB_API], ready=False)
    hub.out.wait_for("^hub ")
    hub.stop()


def test_restart_keeps_registrations_bans_settings_and_topic(start_hub, connect, script):
    keeper = script("keeper.py", """
import vh
def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if cmd == "keep":
        done = [vh.AddRegUser("carol", 3, "carol-password", nick), vh.Ban(nick, "victim", "for tests", 3600, vh.eBF_NICK),
                vh.SetConfig(vh.config_name, "hub_name", "Renamed"), vh.SetConfig("shop", "price", "12")]
        vh.usermc("kept " + repr(done), nick)
        return 0
    if cmd == "ask":
        vh.usermc("kept " + repr((vh.GetConfig(vh.config_name, "hub_name"), vh.GetConfig("shop", "price"))), nick)
        return 0
""")
    first = start_hub(api=True, scripts=[keeper])
    boss, victim = connect(first, *ADMIN), connect(first, "victim")
    with first.api() as api:
        assert api.put("/topic", json={"topic": "kept | topic"}).status_code == 200
    assert "[True, True, True, True]" in boss.command("!keep", "kept ")
    victim.wait_closed()
    first.stop()
    second = start_hub(api=True, scripts=[keeper], settings=NO_LIMITS)
    carol = connect(second, "carol", "carol-password")
    carol.wait_for(lambda frame: frame == "$LogedIn carol", "$LogedIn")
    assert carol.topic() == "kept | topic"
    assert "('Renamed', '12')" in carol.command("!ask", "kept ")
    with pytest.raises(HubSaidNo):
        connect(second, "victim")
    with second.api() as api:
        body = api.get("/hub").json()
        assert (body["name"], body["topic"]) == ("Renamed", "kept | topic")


def test_two_hubs_cannot_share_a_data_directory(start_hub, connect, tmp_path):
    first = start_hub(data=tmp_path / "shared")
    second = start_hub(data=tmp_path / "shared", ready=False)
    assert "in use by another hub" in failed_start(second)
    connect(first, "alice")
