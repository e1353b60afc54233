"""Text on hubs of several encodings, with bytes that are text in none: what a hook was given goes back to any function as
the same bytes, and what the encoding cannot express is replaced, never an exception."""

import pytest
from hub_process import NO_LIMITS

SCRIPT = """
import vh

def OnUserLogin(nick):
    print("login", vh.GetUserClass(nick), vh.GetUserIP(nick), nick in vh.GetNickList(),
          vh.GetMyINFO(nick)[0] == nick, flush=True)
    vh.usermc("for " + nick, nick)
    vh.pm("snow \\u2603 in pm", nick)

def OnParsedMsgChat(nick, msg):
    if msg == "replace":
        return "snow \\u2603"
    return nick, msg + "!"
"""
NICKS = {
    "utf-8": ["Žlutý", "Юзер", "日本"],
    "cp1250": ["Žlutý", "Łódź"],
    "cp1251": ["Юзер"],
    "cp1252": ["Café€"],
}
CASES = [(encoding, nick.encode(encoding)) for encoding, nicks in NICKS.items() for nick in nicks]
CASES += [(encoding, b"bad\x81\x98\xff\x90") for encoding in NICKS]


def wire(data):
    """Bytes as the test's client keeps them."""
    return data.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("encoding,nick", CASES, ids=lambda value: value if isinstance(value, str) else value.hex())
def test_nicks_and_lines(start_hub, connect, script, encoding, nick):
    hub = start_hub(scripts=[script("text.py", SCRIPT)], settings=[*NO_LIMITS, "hub_encoding=" + encoding])
    hub.wait_log("text.py loaded")
    client = connect(hub, wire(nick))
    assert hub.out.wait_for("^login ")[0] and "login 0 127.0.0.1 True True" in hub.out.text()
    client.wait_chat("for " + wire(nick))
    snow = wire("snow \u2603".encode(encoding, "replace"))
    client.wait_pm(snow + " in pm")
    client.send(wire(b"<" + nick + b"> \xe1\xff\x98|"))
    client.wait_chat(wire(b"\xe1\xff\x98!"), by=wire(nick))
    client.send(wire(b"<" + nick + b"> replace|"))
    client.wait_chat(snow, by=wire(nick))
