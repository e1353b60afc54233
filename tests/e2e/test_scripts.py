"""Scripts in a running hub: the operators' console, several at once, and the ways in which they go wrong."""

import pathlib
import re
import socket
import threading

import httpx
import pytest
from hub_process import ADMIN, HUB_API, NO_LIMITS
from patience import until

HELPERS = pathlib.Path(__file__).resolve().parent / "helper_scripts"
ECHO = """
import vh
WORD = {word!r}
vh.note = WORD                       # an attribute of this script's own vh
def OnParsedMsgChat(nick, msg):
    if msg == "who is there":
        vh.usermc(f"here is {{WORD}} {{vh.note}} {{vh.name}} {{vh.myid}}", nick)
def UnLoad():
    vh.mc(f"{{WORD}} leaves")
"""


@pytest.fixture
def boss(hub, connect):
    return connect(hub, *ADMIN)


def test_console(hub, boss, script):
    path = script("one.py", ECHO.format(word="one"))
    assert "one.py" not in boss.command("!pylist", "")
    boss.command(f"!pyload {path}", "one.py")
    assert "one.py" in boss.command("!pylist", "one.py")
    since = boss.mark()
    boss.chat("who is there")
    boss.wait_chat("here is one one one.py", since=since)
    path.write_text(ECHO.format(word="two"))
    since = boss.mark()
    boss.command(f"!pyreload {path}", "one.py")
    boss.chat("who is there")
    boss.wait_chat("here is two two one.py", since=since)
    boss.command(f"!pyunload {path}", "one.py")
    since = boss.mark()
    boss.chat("who is there")
    boss.wait_chat("who is there", by=ADMIN[0], since=since)
    boss.command("!pylist", "")
    assert not any("here is" in frame for frame in boss.frames[since:])


def test_console_takes_names_from_the_scripts_directory(hub, boss):
    folder = hub.data / "scripts"
    folder.mkdir(exist_ok=True)
    (folder / "local.py").write_text(ECHO.format(word="local"))
    boss.command("!pyload local.py", "local.py")
    boss.chat("who is there")
    boss.wait_chat("here is local")


def test_console_refuses(hub, boss, connect, script):
    boss.command("!pyload nowhere.py", "nowhere.py")
    boss.command("!pyunload nowhere.py", "nowhere.py")
    path = script("one.py", ECHO.format(word="one"))
    boss.command(f"!pyload {path}", "one.py")
    boss.command(f"!pyload {path}", "already")
    broken = script("broken.py", "def (:\n")
    hub.provoked = ("Traceback",)
    boss.command(f"!pyload {broken}", "broken.py")
    hub.wait_log("SyntaxError")
    assert "broken" not in boss.command("!pylist", "one.py")
    guest = connect(hub, "alice")
    since = boss.mark()
    guest.command(f"!pyunload {path}", "")
    boss.chat("who is there")
    boss.wait_chat("here is one", since=since)


def test_scripts_of_the_directory_are_loaded_at_start_after_those_of_the_command_line(start_hub, connect, script, tmp_path):
    folder = tmp_path / "loaded" / "scripts"
    folder.mkdir(parents=True)
    for word in ("b", "B", "a"):
        (folder / f"{word}.py").write_text(ECHO.format(word=word))
    (folder / "broken.py").write_text("def (:\n")
    (folder / "missing.py").write_text("import no_such_package\n")
    (folder / "notes.txt").write_text("not a script")
    first = script("z.py", ECHO.format(word="z"))
    hub = start_hub(data=folder.parent, scripts=[first, folder / "b.py"])
    hub.provoked = ("Traceback",)
    alice, boss = connect(hub, "alice"), connect(hub, *ADMIN)
    listed = boss.command("!pylist", "z.py")
    names = [line.rsplit("/", 1)[1].removesuffix(" [shared]") for line in listed.rstrip("|").splitlines()[1:]]
    assert names == ["z.py", "b.py", "B.py", "a.py"]
    hub.wait_log(r"broken\.py: line 1: SyntaxError")
    hub.wait_log(r"missing\.py: ModuleNotFoundError")
    alice.chat("who is there")
    alice.wait_chat("here is a a a.py")
    listed = boss.command("!pyfiles", "missing.py")
    assert "notes" not in listed
    number = next(line.split()[0] for line in listed.splitlines() if line.rstrip("|").endswith("missing.py"))
    boss.command(f"!pyload {number}", "No module named 'no_such_package'")


def test_console_rights_and_log_level(start_hub, connect, script, tmp_path):
    hub = start_hub(data=tmp_path / "kept", settings=[*NO_LIMITS, "plugin_mod_class=10"])
    boss = connect(hub, *ADMIN)
    boss.command("!pylog 7", "a number from 0")
    boss.command("!pylog 3", "The log level is 3.")
    boss.command("!set plugin_mod_class 4", "is set")
    boss.command("!regnew chief 4 secret-of-chief", "registered")
    chief = connect(hub, "chief", "secret-of-chief")
    chief.command("!pylist", "No scripts")
    boss.command("!set plugin_mod_class 5", "is set")
    chief.command("!pylist", "no rights")
    boss.command("!getconfig plugin_mod", "plugin_mod_class = 5")
    hub.stop()
    again = start_hub(data=hub.data)
    connect(again, "alice")
    again.wait_log("debug.*alice")


def test_on_unload_comes_before_every_unload(start_hub, script):
    source = "import sys\ndef OnUnLoad(code): print('stops', {0!r}, code, file=sys.stderr, flush=True)\n" \
             "def UnLoad(): print('unloads', {0!r}, file=sys.stderr, flush=True)\n"
    hub = start_hub(scripts=[script(f"{word}.py", source.format(word)) for word in "ab"])
    hub.wait_log(r"script .*b\.py loaded")
    hub.stop()
    said = [line for line in hub.err.text().splitlines() if line.startswith(("stops", "unloads"))]
    assert said == ["stops a 0", "stops b 0", "unloads a", "unloads b"]


def test_hooks_of_real_scripts_reach_what_other_users_see(start_hub, connect, script):
    first = script("first.py", """
def OnFirstMyINFO(nick, desc, tag, speed, mail, size):
    return ("checked", None, None, "", "4096")
def OnUnknownMsg(nick, data):
    return ("$Heard " + data[1:], 1)
""")
    second = script("second.py", """
import vh
from dispatcher import register_script
def my_info(nick, desc, tag, speed, mail, size):
    return (desc + " twice", None, None, None, None)
register_script("second", {"OnParsedMsgMyINFO": my_info})
def OnOperatorCommand(nick, cmd):
    if cmd == "!who alice":
        vh.usermc(str(vh.GetMyINFO("alice")), nick)
        return 0
""")
    hub = start_hub(scripts=[first, second])
    boss = connect(hub, *ADMIN)
    since = boss.mark()
    alice = connect(hub, "alice")
    shown = boss.wait_for(lambda frame: frame.startswith("$MyINFO $ALL alice "), "alice's MyINFO", since=since)
    assert re.fullmatch(r"\$MyINFO \$ALL alice checked twice<.*>\$ \$[^$]*\$\$4096\$", shown)
    boss.command("!who alice", "'checked twice'")
    alice.send("$Strange thing|")
    assert alice.wait_for(lambda frame: frame.startswith("$Heard"), "a reply") == "$Heard Strange thing"


def test_several_scripts_have_their_own_vh_and_all_are_called(start_hub, connect, script):
    scripts = [script(f"{word}.py", ECHO.format(word=word)) for word in ("a", "b", "c")]
    hub = start_hub(scripts=scripts)
    alice = connect(hub, "alice")
    alice.chat("who is there")
    lines = [alice.wait_chat(f"here is {word} {word} {word}.py") for word in "abc"]
    assert len({line.rsplit(" ", 1)[1] for line in lines}) == 3
    positions = [alice.frames.index(line) for line in lines]
    assert positions == sorted(positions)


def test_exceptions_in_hooks_are_logged_with_script_hook_and_traceback(start_hub, connect, script):
    bad = script("bad.py", """
import sys, vh
def OnParsedMsgChat(nick, msg):
    if msg == "divide":
        return 1 / 0
    if msg == "exit":
        sys.exit("leaving")
def OnUserLogin(nick):
    raise RuntimeError("login trouble")
""")
    hub = start_hub(scripts=[bad])
    hub.provoked = ("Traceback",)
    alice = connect(hub, "alice")
    hub.wait_log("login trouble")
    for word, trouble in (("divide", "ZeroDivisionError"), ("exit", "SystemExit")):
        alice.chat(word)
        hub.wait_log(trouble)
        alice.wait_chat(word, by="alice")  # an exception allows
    log = hub.err.text()
    for wanted in ("bad.py", "OnParsedMsgChat", "OnUserLogin", "Traceback", "line 5"):
        assert wanted in log, log
    assert hub.process.poll() is None


@pytest.mark.brief
def test_exceptions_in_threads_of_scripts_do_not_end_the_hub(start_hub, connect, script):
    threads = script("threads.py", """
import sys, threading, vh
def fail():
    vh.mc("about to fail")
    raise LookupError("in a thread")
def leave():
    sys.exit(5)
for job in (fail, leave):
    threading.Thread(target=job).start()
""")
    hub = start_hub(scripts=[threads])
    hub.provoked = ("Traceback",)
    hub.wait_log("in a thread")
    connect(hub, "alice")


def test_blocking_and_replacing_hooks_work_together(start_hub, connect, script):
    first = script("first.py", """
def OnParsedMsgChat(nick, msg):
    if "secret" in msg:
        return 0
    return msg.replace("cat", "dog")
""")
    second = script("second.py", """
def OnParsedMsgChat(nick, msg):
    if "dog" in msg:
        return ("Fred", msg + "!")
""")
    hub = start_hub(scripts=[first, second])
    alice, bob = connect(hub, "alice"), connect(hub, "bob")
    for text in ("plain", "a secret", "a cat"):
        alice.chat(text)
    bob.wait_chat("a dog!", by="Fred")
    bob.wait_chat("plain", by="alice")
    assert not any("secret" in frame for frame in bob.frames)


def test_api_commands(start_hub, connect):
    hub = start_hub(api=True)
    boss, alice = connect(hub, *ADMIN), connect(hub, "alice")
    alice.command("!api stop", "for operators")
    assert hub.api_url in boss.command("!api status", "The API is running at")
    boss.command("!api start", "already running")
    boss.command("!api", "Usage")
    boss.command("!api dance", "Usage")
    boss.command("!api stop", "The API is stopped.")
    with pytest.raises(httpx.TransportError):
        httpx.get(hub.api_url + "/health")
    boss.command("!api status", "The API is stopped.")
    boss.command("!api stop", "not running")
    lines = len(hub.out.lines)
    boss.command("!api start", "The API is starting")
    address = hub.out.wait_for("^api (.*)$", since=lines)[1]
    assert httpx.get(address + "/health").status_code == 200
    since = boss.mark()
    bot = httpx.get(address + "/hub").json()["bot"]
    boss.pm(bot, "!api status")
    boss.wait_pm("The API is running at", since=since)


@pytest.mark.brief
def test_api_stop_and_start_leave_no_threads_or_files(start_hub, connect):
    hub = start_hub(api=True)
    boss = connect(hub, *ADMIN)
    with hub.api() as api:
        assert api.get("/ops").status_code == 200

    def resources():
        process = pathlib.Path(f"/proc/{hub.process.pid}")
        return len(list((process / "task").iterdir())), len(list((process / "fd").iterdir()))

    boss.command("!api stop", "The API is stopped.")
    before = resources()
    for _ in range(3):
        lines = len(hub.out.lines)
        boss.command("!api start", "The API is starting")
        address = hub.out.wait_for("^api (.*)$", since=lines)[1]
        assert httpx.get(address + "/ops").status_code == 200
        boss.command("!api stop", "The API is stopped.")
    until(lambda: resources() <= before, "threads and files are back to what they were")


@pytest.mark.brief
def test_reload_of_the_api_with_the_same_port_and_requests_under_way(start_hub, connect):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    hub = start_hub(api=True, env={"HUB_API_PORT": str(port)})
    boss = connect(hub, *ADMIN)
    ending, answered = threading.Event(), []

    def ask():
        while not ending.is_set():
            try:
                answered.append(httpx.get(f"{hub.api_url}/users").status_code)
            except httpx.TransportError:
                pass  # while it is down

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    try:
        for _ in range(3):
            lines = len(hub.out.lines)
            until(lambda: 200 in answered[-4:], "requests are answered")
            boss.command(f"!pyreload {HUB_API}", "hub_api.py")
            assert hub.out.wait_for("^api (.*)$", since=lines)[1] == hub.api_url
            answered.clear()
    finally:
        ending.set()
        for asker in askers:
            asker.join()
    assert set(answered) <= {200, 503}
    boss.command("!pyunload " + str(HUB_API), "hub_api.py")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{hub.api_url}/health")


def test_examples_load_and_answer(start_hub, connect):
    examples = HUB_API.parent / "examples"
    hub = start_hub(scripts=[examples / "welcome.py"])
    alice = connect(hub, "alice")
    alice.wait_chat("Welcome, alice!")
    alice.command("+hello", "Hello, alice. Your class is 0.")


def test_example_of_the_live_copy(start_hub, connect):
    hub = start_hub(scripts=[HUB_API.parent / "examples" / "live_view.py"])
    alice = connect(hub, "alice")
    alice.wait_chat("alice has come from L1, the hub has 1 users.")
    bob = connect(hub, "bob")
    alice.wait_chat("bob has come from L1, the hub has 2 users.")
    alice.command("+seen BOB", "bob is here, class 0.")
    bob.close()
    alice.wait_chat("bob has gone.")
    alice.command("+seen bob", "bob is not here.")


def test_example_of_the_forms_of_a_call(start_hub, connect):
    hub = start_hub(scripts=[HUB_API.parent / "examples" / "call_forms.py"])
    boss, alice = connect(hub, *ADMIN), connect(hub, "alice")
    boss.chat("+thank alice")
    alice.wait_chat("Thank you, alice!")
    boss.chat("+rename trains")
    boss.wait_pm("The topic is now: All about trains")
    alice.wait_chat(f"{ADMIN[0]} has given the hub a topic: trains.")
    boss.chat("+welcome alice")
    alice.wait_chat("The operators welcome you.")
    boss.wait_pm("alice was welcomed.")
    boss.chat("+welcome nobody")
    boss.wait_pm("nobody is not here.")
    boss.chat("+idle")
    boss.wait_pm("Guests without MyINFO: none")
    boss.chat("+lane")
    boss.wait_pm("calls so far, ")
    assert "Calls so far: " in boss.command("!pystats", "The hub thread is")
    hub.stop()


@pytest.mark.brief
def test_example_of_events(start_hub, connect):
    hub = start_hub(scripts=[HUB_API.parent / "examples" / "event_log.py"])
    alice, bob = connect(hub, "alice"), connect(hub, "bob")
    bob.chat("what a hub")
    alice.wait_chat("what a hub")
    boss = connect(hub, *ADMIN)
    answer = boss.command("+last", "<bob> what a hub")
    assert "alice has come" in answer and "bob has come" in answer
    boss.command("+rate", " commands in the last ")
    boss.command("!pyreload event_log.py", "event_log.py")
    boss.command("+last", "Nothing was said.")
    hub.stop()
