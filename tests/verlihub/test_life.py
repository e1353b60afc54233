"""Loading, unloading, reloading and restarting, with scripts, threads and requests in flight: nothing crashes, nothing that
was said to be done is lost, nothing hangs."""

import re
import signal
import threading

import httpx
import pytest
from nmdc_client import Client
from patience import until
from probing import PROBE, Probe
from verlihub_process import ADMIN

BUSY = """
import threading, time
import vh
ending = threading.Event()
kept = []
def register(number):
    count = 0
    while not ending.is_set():
        nick = f"reg{number}x{count}"
        try:
            if vh.AddRegUser(nick, 1, "password"):
                print("registered", nick, flush=True)
            vh.GetNickList(); vh.post.mc("busy"); vh.cached.GetUsersCount()
        except vh.Error:
            return
        count += 1
        time.sleep(0.001)
threads = [threading.Thread(target=register, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
# Ends by itself never: what is left behind when the script goes.
threading.Thread(target=lambda: time.sleep(3600), daemon=True).start()
def OnTimer(now):
    vh.Topic()
def UnLoad():
    ending.set()
    for thread in threads:
        thread.join(2)
    print("busy leaves", flush=True)
"""


class Requests:
    """Asks the REST interface without pause; errors of a server that ends are what is expected."""

    def __init__(self, hub):
        self._api, self._ending = hub.api(), threading.Event()
        self.answered = 0
        self._threads = [threading.Thread(target=self._ask) for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def _ask(self):
        while not self._ending.is_set():
            try:
                self._api.get("/users")
                self.answered += 1
            except httpx.HTTPError:
                self._ending.wait(0.05)

    def stop(self):
        self._ending.set()
        for thread in self._threads:
            thread.join()
        self._api.close()


def expect_registered(hub):
    """Every registration that vh has confirmed is in the table."""
    said = set(re.findall(r"^registered (\S+)$", hub.out.text(), re.M))
    kept = {row[0] for row in hub.sql("SELECT nick FROM reglist")}
    assert said and said <= kept, said - kept


@pytest.fixture
def busy(start_verlihub, script):
    hub = start_verlihub(api=True, scripts=[script("busy.py", BUSY)])
    requests = Requests(hub)
    until(lambda: requests.answered > 20 and "registered" in hub.out.text(), "the load")
    yield hub
    requests.stop()


def add_to_plugman(hub, boss):
    """Plugman takes plugins by the file that the hub has loaded."""
    boss.send(f"<boss> !addplug vhpy -p \"{hub.folder / 'plugins' / 'libvhpy_pi.so'}\" -a 0|")


def test_unload_and_load_again_under_load(busy, connect):
    boss = connect(busy, *ADMIN)
    add_to_plugman(busy, boss)
    for round_number in range(3):
        boss.send("<boss> !offplug vhpy|")
        until(lambda: busy.out.text().count("busy leaves") > round_number, "the script leaves")
        connect(busy, f"visitor{round_number}")  # the hub goes on
        mark = busy.log_mark()
        boss.send("<boss> !onplug vhpy|")
        busy.wait_log("script .*/busy.py loaded", since=mark)
        boss.command("!pylist", "busy.py")
    expect_registered(busy)


def test_a_script_unloads_the_plugin_that_it_runs_in(start_verlihub):
    hub = start_verlihub(scripts=[PROBE])
    probe = Probe(hub)
    add_to_plugman(hub, probe.client)
    for command in ("!offplug", "!replug"):
        mark = hub.log_mark()
        probe.say("eval", f"vh.ParseCommand('boss', '{command} vhpy', 0)")
        hub.wait_log("the plugin is unloaded", since=mark)
        if command == "!offplug":
            probe.client.send("<boss> !onplug vhpy|")
        hub.wait_log("script .*/probe.py loaded", since=mark)
        assert probe.thread("vh.GetUserClass('boss')") == 10
    probe.close()


def test_stop_under_load(busy):
    busy.terminate(signal.SIGQUIT)
    assert busy.wait_exit() == 0
    expect_registered(busy)


def test_sigterm_is_honoured_under_load(busy):
    busy.terminate(signal.SIGTERM)
    assert busy.wait_exit() == -signal.SIGTERM  # Verlihub has no handler, and neither have we
    expect_registered(busy)


def test_a_script_stops_the_hub_and_it_starts_again(start_verlihub, script, tmp_path):
    stopper = "import vh\ndef OnUserLogin(nick):\n    vh.AddRegUser('kept', 2, 'password')\n    vh.StopHub(5)\n"
    hub = start_verlihub(scripts=[script("busy.py", BUSY), script("stopper.py", stopper)])
    with Client(hub.port, *ADMIN):
        assert hub.wait_exit() == 5
    assert hub.out.wait_for("^busy leaves$")
    expect_registered(hub)
    (hub.folder / "scripts" / "stopper.py").unlink()
    again = start_verlihub(folder=hub.folder, name=hub.name)
    with Client(again.port, "kept", "password"):
        pass
    again.wait_log("script .*/busy.py loaded")


def test_a_reload_of_the_settings_interrupts_nothing(start_verlihub, connect):
    hub = start_verlihub(scripts=[PROBE])
    probe = Probe(hub)
    hub.terminate(signal.SIGHUP)
    assert probe.thread("vh.GetUserClass('boss')") == 10
    probe.close()
