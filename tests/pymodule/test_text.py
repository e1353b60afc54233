"""Text between the hub's bytes and str: what came from the hub goes back as the same bytes, whatever they were."""

from collections.abc import Callable
from typing import Any

import pytest

ENCODINGS = ("utf-8", "cp1250", "cp1251", "cp1252", "latin-1", "gbk")
# ASCII, valid UTF-8, bytes that no encoding here has, lone lead and trail bytes, surrogates in UTF-8's clothing.
NICKS = (
    b"plain",
    "Юзер".encode(),
    "Юзер".encode("cp1251"),
    b"\x81\x8d\x8f\x90\x9d\x98",
    b"\xff\xfe\x80",
    b"\xed\xb2\x80\xed\xa0\x80",
    b"\xe2\x82",
    bytes(range(0x80, 0x100)),
)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nicks_round_trip(make_hub: Callable[..., Any], encoding: str) -> None:
    hub = make_hub(encoding=encoding)
    vh = hub.vh(1)
    for nick in NICKS:
        hub.add_user(nick, 2)
    nicks = [nick for nick in vh.GetNickList() if nick != "Security"]
    assert len(nicks) == len(NICKS)
    for nick in nicks:
        assert vh.GetUserClass(nick) == 2, f"{nick!r} is not found again"
        assert vh.GetMyINFO(nick)[0] == nick
    for nick in nicks:
        assert vh.mc("hi", nick)
    assert sorted(line.split(b"|")[1] for line in hub.sent()) == sorted(NICKS)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_is_in_the_hubs_encoding(make_hub: Callable[..., Any], encoding: str) -> None:
    text = {"utf-8": "Юзер 日本 é", "cp1250": "Žlutý", "cp1251": "Юзер", "cp1252": "é€", "latin-1": "é", "gbk": "日本"}[encoding]
    hub = make_hub(encoding=encoding)
    vh = hub.vh(1)
    assert vh.Topic(text) == text
    vh.mc(text)
    assert hub.sent() == [b"mc|Security|" + text.encode(encoding)]


def test_what_cannot_be_expressed_becomes_a_question_mark(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(encoding="cp1251")
    vh = hub.vh(1)
    assert vh.Topic("Привет 日本\udc98!") == "Привет ??\udc98!"
    hub = make_hub()
    vh = hub.vh(1)
    assert vh.Topic("a\ud800b\udcffc") == "a?b\udcffc"


@pytest.mark.parametrize("given,used", [("Windows-1251", "cp1251"), ("UTF8", "utf-8"), ("", "utf-8")])
def test_spellings(make_hub: Callable[..., Any], given: str, used: str) -> None:
    assert make_hub(encoding=given).vh(1).encoding == used


@pytest.mark.parametrize("encoding", ["nonsense", "utf-16", "utf-7", "utf-8-sig", "rot13", "hex", "idna", "a\udcff"])
def test_useless_encodings_become_utf8(make_hub: Callable[..., Any], encoding: str) -> None:
    if "\udcff" in encoding:
        with pytest.raises(UnicodeEncodeError):
            make_hub(encoding=encoding)
        return
    vh = make_hub(encoding=encoding).vh(1)
    assert vh.encoding == "utf-8" and vh.Topic("é") == "é"


def test_empty_text(vh: Any) -> None:
    assert vh.Topic("") is None
    assert vh.SetConfig("config", "empty", "") is True
    assert vh.GetConfig("config", "empty") == ""
