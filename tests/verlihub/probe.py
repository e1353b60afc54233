"""Loaded into the hub by tests: evaluates what a test sends, in a hook or on a thread of its own, and sends the result back.

`!eval EXPRESSION` evaluates on the hub thread, `!thread EXPRESSION` on another one, which is how web handlers come; the
expression is written in hexadecimal digits. Hooks
that a test asks for (`!watch NAME`) are kept with their arguments; `!answer NAME EXPRESSION` says what the hook returns.
"""

import json
import threading

import vh

seen = []
answers = {}
HOOKS = """OnNewConn OnCloseConn OnCloseConnEx OnParsedMsgSupports OnParsedMsgValidateNick OnParsedMsgVersion
OnParsedMsgMyPass OnParsedMsgMyHubURL OnParsedMsgBotINFO OnParsedMsgExtJSON OnCtmToHub OnValidateTag OnFirstMyINFO
OnParsedMsgMyINFO OnUserInList OnUserLogin OnUserLogout OnParsedMsgAny OnParsedMsgAnyEx OnParsedMsgChat OnParsedMsgPM
OnParsedMsgMCTo OnParsedMsgSearch OnParsedMsgSR OnParsedMsgConnectToMe OnParsedMsgRevConnectToMe OnUnknownMsg
OnOpChatMessage OnPublicBotMessage OnOperatorCommand OnUserCommand OnOperatorKicks OnOperatorDrops
OnOperatorDropsWithReason OnNewReg OnNewBan OnSetConfig OnScriptCommand OnTimer""".split()


def send(nick, value):
    vh.pm("result " + json.dumps(value).replace("&", "\\u0026"), nick, "Probe")  # nothing to unescape


def evaluate(text):
    try:
        return eval(text, globals())  # what a test of ours has written
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def define(name):
    def hook(*args):
        if len(seen) < 5000:
            seen.append([name, list(args)])
        return answers.get(name, {}).get("value")

    hook.__name__ = name
    globals()[name] = hook


for _name in HOOKS:
    define(_name)


def watched(name, *start):
    """Arguments of the events of that name that begin with `start`."""
    return [args for event, args in seen if event == name and args[: len(start)] == list(start)]


def answer(name, value):
    answers[name] = {"value": value}
    return True


def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    word, _, rest = cmd.partition(" ")
    if word == "eval":
        send(nick, evaluate(bytes.fromhex(rest).decode()))
        return 0
    if word == "thread":
        threading.Thread(target=lambda: send(nick, evaluate(bytes.fromhex(rest).decode()))).start()
        return 0
    seen.append(["OnHubCommand", [nick, cmd, user_class, in_pm, prefix]])
    return answers.get("OnHubCommand", {}).get("value")
