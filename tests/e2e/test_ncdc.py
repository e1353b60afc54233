"""ncdc, a client that people use, in a terminal: logs in, lists users, chats and sends private messages."""

import os
import shutil
import subprocess

import pytest
from hub_process import ADMIN
from patience import until

pytestmark = pytest.mark.skipif(
    shutil.which("ncdc") is None or shutil.which("tmux") is None, reason="ncdc or tmux is not installed")


class Terminal:
    """ncdc in a terminal of its own: what is typed and what is shown. The server of tmux is private to the test."""

    def __init__(self, folder, nick):
        self._socket = str(folder / "tmux")
        home = folder / nick
        home.mkdir()
        environment = {**os.environ, "HOME": str(home), "NCDC_DIR": str(home / "ncdc"), "TERM": "screen",
                       "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        environment.pop("TMUX", None)
        subprocess.run(["tmux", "-f", os.devnull, "-S", self._socket, "new-session", "-d", "-x", "180", "-y", "50",
                        f"exec ncdc -n -c {home / 'ncdc'}"], env=environment, check=True, timeout=30)
        self.wait_for("ncdc", "ncdc has started")

    def _tmux(self, *words):
        return subprocess.run(["tmux", "-S", self._socket, *words], capture_output=True, text=True, encoding="utf-8",
                              check=True, timeout=30).stdout

    def type(self, line):
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    def press(self, key):
        self._tmux("send-keys", key)

    def shown(self):
        return self._tmux("capture-pane", "-p")

    def wait_for(self, text, what):
        try:
            until(lambda: text in self.shown(), what)
        except AssertionError:
            raise AssertionError(f"{what}: {text!r} is not shown:\n{self.shown()}") from None

    def close(self):
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, timeout=30)


@pytest.fixture
def terminal(tmp_path):
    terminals = []

    def make(nick):
        terminals.append(Terminal(tmp_path, nick))
        return terminals[-1]

    yield make
    for made in terminals:
        made.close()


def open_hub(terminal, hub, nick, password=None):
    for line in (f"/set nick {nick}", "/set autorefresh 0", f"/open test dchub://127.0.0.1:{hub.port}/"):
        terminal.type(line)
    if password is not None:
        terminal.wait_for("password", "ncdc asks for the password")
        terminal.type(f"/password {password}")


def test_ncdc_logs_in_lists_users_chats_and_sends_private_messages(api_hub, connect, terminal):
    alice = connect(api_hub, "alice", description="a tester")
    screen = terminal("nina")
    open_hub(screen, api_hub, "nina")
    alice.wait_for(lambda frame: frame.startswith("$MyINFO $ALL nina "), "ncdc's $MyINFO")
    with api_hub.api() as api:
        user = api.get("/user/nina").json()
        assert user["class"] == 0 and "ncdc" in user["tag"]
        api.put("/topic", json={"topic": "seen by ncdc"})
        api.post("/chat", json={"message": "from http | to ncdc"})
    screen.wait_for("from http | to ncdc", "a line sent by HTTP")
    screen.type("hello $5 | 50% from ncdc")
    alice.wait_chat("hello $5 | 50% from ncdc", by="nina")
    alice.chat("welcome nina & all")
    screen.wait_for("welcome nina & all", "a line by another client")
    screen.type("/userlist")
    for shown in ("alice", "nina", "a tester"):
        screen.wait_for(shown, "the user list")
    screen.press("M-c")  # closes the list, which has no line to type on
    screen.type("/msg alice private | words")
    alice.wait_pm("private | words", by="nina")
    alice.pm("nina", "private answer")
    screen.wait_for("private answer", "the answer in its own tab")
    screen.type("/quit")
    alice.wait_for(lambda frame: frame == "$Quit nina", "$Quit")


def test_ncdc_with_a_password_becomes_operator(api_hub, terminal):
    screen = terminal("boss")
    open_hub(screen, api_hub, *ADMIN)
    with api_hub.api() as api:
        until(lambda: ADMIN[0] in {user["nick"] for user in api.get("/ops").json()["operators"]}, "ncdc has logged in as operator")
