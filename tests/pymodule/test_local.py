"""Functions that need no hub: they run on the calling thread, also while the hub thread stands still or is gone."""

import asyncio
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

FIVE = "\x05$`|~"
ESCAPED = "&#5;&#36;&#96;&#124;&#126;"


def on_another_thread(call: Callable[[], Any]) -> Any:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(call()))
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    return answers[0]


@pytest.mark.parametrize("encode,decode", [("encode", "decode"), ("Encode", "Decode")])
def test_both_spellings_both_ways(vh: ModuleType, encode: str, decode: str) -> None:
    assert getattr(vh, encode)(FIVE) == ESCAPED
    assert getattr(vh, decode)(ESCAPED) == FIVE
    assert getattr(vh, decode)("a&#65;&#065;&#0;&#256;&#;&#x41;&#65") == "aAA&#0;&#256;&#;&#x41;&#65"


@pytest.mark.parametrize(
    "encoding,text,decoded",
    [("utf-8", "&#195;&#169;", "é"), ("utf-8", "&#233;", "\udce9"), ("cp1252", "&#233;", "é"), ("cp1251", "&#233;", "й")],
)
def test_decode_gives_bytes_of_the_hubs_encoding(
    make_hub: Callable[..., Any], encoding: str, text: str, decoded: str
) -> None:
    assert make_hub(encoding=encoding).vh(1).decode(text) == decoded


def test_text_around_the_escapes_stays(vh: ModuleType) -> None:
    text = "Юзер\udcff $5 | 50% & ~"
    assert vh.encode(text) == "Юзер\udcff &#36;5 &#124; 50% & &#126;"
    assert vh.decode(vh.encode(text)) == text


def test_they_work_while_the_hub_thread_stands_still(hub: Any, vh: ModuleType) -> None:
    hub.hold("loop")
    hub.wait_held("loop")
    try:
        assert vh.encode("$") == "&#36;"
        assert on_another_thread(lambda: vh.name_and_version("shop", "1")) == ("shop", "1")
        assert vh.aio.decode("&#36;").result() == "$"
    finally:
        hub.release("loop")
    assert hub.stats()["pushed"] == 0


def test_they_work_in_a_script_that_is_unloaded_and_when_the_hub_is_gone(hub: Any) -> None:
    vh = hub.vh(4, "gone.py")
    hub.unload(4)
    with pytest.raises(vh.Abandoned):
        vh.GetNickList()
    assert vh.encode("|") == "&#124;"
    hub.abort()
    assert vh.name_and_version() == ("gone.py", "0.0.0")


def test_awaited(vh: ModuleType) -> None:
    async def main() -> list[Any]:
        return [await vh.aio.encode("$"), await vh.aio.name_and_version(version="2"), vh.encode("|")]

    assert asyncio.run(main()) == ["&#36;", ("test.py", "2"), "&#124;"]


def test_on_the_hub_thread(hub: Any, vh: ModuleType) -> None:
    assert hub.run(lambda: (vh.encode("$"), vh.name_and_version())) == ("&#36;", ("test.py", "0.0.0"))


def test_name_and_version(hub: Any) -> None:
    vh = hub.vh(1, "one.py")
    assert vh.name_and_version() == ("one.py", "0.0.0")
    assert vh.name_and_version("Shop") == ("Shop", "0.0.0")
    assert vh.name_and_version(version="1.2") == ("Shop", "1.2")
    assert vh.name_and_version(None, None) == ("Shop", "1.2")
    assert vh.name_and_version("", "") == ("", "")


def test_the_name_of_a_file_is_that_of_vh_name(make_hub: Callable[..., Any]) -> None:
    vh = make_hub(encoding="cp1251").vh(1, "日本.py")
    assert vh.name_and_version()[0] == vh.name == "日本.py"
    assert vh.name_and_version("Юзер 日本") == ("Юзер ??", "0.0.0")


def test_defect_06_each_script_has_its_own_name_on_any_thread(hub: Any) -> None:
    """Not the one that was loaded last."""
    scripts = {number: hub.vh(number, f"{number}.py") for number in (1, 2, 3)}
    for number, vh in scripts.items():
        assert on_another_thread(lambda vh=vh, number=number: vh.name_and_version(f"name {number}")[0]) == f"name {number}"
    for number, vh in scripts.items():
        assert vh.name_and_version() == (f"name {number}", "0.0.0")
        assert on_another_thread(lambda vh=vh, number=number: vh.AddRobot(f"bot{number}", 0, "", "", "", "0")) is True
    assert hub.sent() == [b"robot|bot1|1", b"robot|bot2|2", b"robot|bot3|3"]


def test_defect_03_functions_that_never_worked_answer(hub: Any, vh: ModuleType) -> None:
    """Their arguments and results went through formats that did not match."""
    hub.add_user(b"alice", 3)
    assert vh.mc("text") is True and vh.mc("text", "alice") is True
    assert vh.classmc("text", 0, 10) is True and vh.classmc("text", 0, 10, "alice") is True
    assert vh.StopHub(3) is True and vh.StopHub(3, 60) is True
    assert hub.sent()[-2:] == [b"stop|3|0", b"stop|3|60"]
    assert vh.GetRawNickList() == "$NickList Security$$alice$$"
    assert vh.GetRawOpList() == "$OpList Security$$alice$$"
    assert vh.GetRawBotList() == "$BotList Security$$"
    assert vh.name_and_version("a", "b") == ("a", "b")


def test_defect_19_numbers_come_as_what_they_are(hub: Any, vh: ModuleType) -> None:
    rate = vh.GetServFreq()
    assert type(rate) is float and rate == 12.5
    assert vh.IsRobotNickBad("free") == vh.eBOT_OK
    assert vh.IsRobotNickBad("") == vh.eBOT_WITHOUT_NICK
    assert vh.IsRobotNickBad("Security") == vh.eBOT_EXISTS
    assert hub.run(vh.GetServFreq) == 12.5


def test_results_of_the_getters(hub: Any, vh: ModuleType) -> None:
    hub.add_user(b"alice", 0)
    assert vh.GetUserHubURL("alice") == "dchub://fake.example" and vh.GetUserHubURL("nobody") is None
    assert vh.GetUserExtJSON("alice") == "$ExtJSON alice {}" and vh.GetUserExtJSON("nobody") is None
    assert vh.GetUserVersion("alice") == "Fake 1" and vh.GetUserVersion("nobody") is None
    assert vh.GetUserShare("alice") == 123456 and vh.GetUserShare("nobody") is None
    assert vh.SetUserIP("alice", "192.0.2.9") is True and vh.GetUserIP("alice") == "192.0.2.9"
    assert vh.SetUserIP("nobody", "192.0.2.9") is False


def test_omitted_fields_of_setmyinfo_are_kept_apart_from_empty_ones(hub: Any, vh: ModuleType) -> None:
    hub.add_user(b"alice", 0)
    assert vh.SetMyINFO("alice", mail="", desc="new") is True
    assert hub.sent() == [b"myinfo|alice|new|-|-||-"]
    assert vh.SetMyINFO("nobody") is False
