"""What scripts ask of a whole hub, from threads of their own: SQL, restrictions, commands, commands between scripts."""

from hub_process import ADMIN

FROM_A_THREAD = """
import threading, vh
def work():
    vh.SQL("CREATE TABLE IF NOT EXISTS py_seen (nick TEXT PRIMARY KEY, class INTEGER)")
    vh.SQL("INSERT INTO py_seen SELECT nick, class FROM reglist")
    answers = [vh.SQL("SELECT * FROM py_seen", 10), vh.SQL("DROP TABLE reglist"), vh.SQL("SELECT NULL")]
    answers.append(vh.UserRestrictions("alice", nochat="1h"))
    answers.append(vh.UserRestrictions("alice", pm="1h", search="nonsense"))
    answers.append(vh.UserRestrictions("alice"))
    answers.append(vh.ParseCommand("alice", "+myip", 0))
    answers.append(vh.GetUserCC("alice"))
    answers.append(vh.GetIPCN("8.8.8.8"))
    answers.append(vh.GetGeoIP("127.0.0.1")["country_code"])
    try:
        vh.CallDynamicFunction("nothing.here", 1)
    except RuntimeError as error:
        answers.append(str(error))
    for answer in answers:
        vh.mc(f"answer {answer!r}")
def OnParsedMsgChat(nick, msg):
    if msg == "begin":
        threading.Thread(target=work).start()
"""

SPEAKER = """
import vh
def OnParsedMsgChat(nick, msg):
    if msg.startswith("tell"):
        vh.ScriptCommand("say", msg, msg.endswith("now"))
        vh.mc("told")
"""

LISTENER = """
import os, vh
def OnScriptCommand(cmd, data, plug, script):
    vh.mc(f"{vh.name} heard {cmd} {data} {plug} {os.path.basename(script)}")
"""


def test_answers_are_true_from_a_thread(start_hub, connect, script):
    hub = start_hub(scripts=[script("asks.py", FROM_A_THREAD)])
    boss, alice = connect(hub, *ADMIN), connect(hub, "alice")
    boss.chat("begin")
    nick = ADMIN[0]
    for expected in (
        f"(1, [['{nick}', '10']])",
        "(0, [])",
        "(1, [['NULL']])",
        "{'chat': True, 'pm': False, 'search': False, 'ctm': False}",
        "{}",
        "{'chat': True, 'pm': False, 'search': False, 'ctm': False}",
        "True",
        "'L1'",
        "None",
        "'L1'",
        "'no dynamic function is registered'",
    ):
        boss.wait_chat(f"answer {expected}")
    alice.wait_chat("Your address: 127.0.0.1")
    alice.chat("may I speak")
    alice.wait_chat("You may not write here for")
    assert not any("may I speak" in frame for frame in boss.frames)


def test_scripts_tell_each_other(start_hub, connect, script):
    hub = start_hub(scripts=[script("speaker.py", SPEAKER), script("one.py", LISTENER), script("two.py", LISTENER)])
    alice, bob = connect(hub, "alice"), connect(hub, "bob")
    alice.chat("tell later")
    bob.wait_chat("two.py heard say tell later python speaker.py")
    since = bob.mark()
    alice.chat("tell now")
    bob.wait_chat("told", since=since)
    lines = [frame for frame in bob.frames[since:] if "heard" in frame or "told" in frame]
    assert ["one.py heard say tell now python speaker.py" in lines[0],
            "two.py heard say tell now python speaker.py" in lines[1], "told" in lines[2]] == [True] * 3


EARLY = """
import vh
vh.ScriptCommand("say", "loading")
def UnLoad():
    vh.ScriptCommand("say", "leaving", 1)
"""


def test_a_script_is_named_while_it_comes_and_goes(start_hub, connect, script):
    hub = start_hub(scripts=[script("listener.py", LISTENER), script("early.py", EARLY)])
    boss = connect(hub, *ADMIN)
    since = boss.mark()
    boss.chat("!pyreload early.py")
    for word in ("leaving", "loading"):
        boss.wait_chat(f"listener.py heard say {word} python early.py", since=since)
