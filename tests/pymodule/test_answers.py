"""Answers that are more than text and numbers: their Python types, and what a refusal becomes."""

from types import ModuleType
from typing import Any

import pytest

PLACES = {"latitude": float, "longitude": float, "metro_code": int, "area_code": int} | dict.fromkeys(
    ("host range_low range_high country_code country_code_xxx country region_code region time_zone continent_code continent"
     " city postal_code").split(), str)


def test_user_restrictions_by_both_spellings(hub: Any, vh: ModuleType) -> None:
    hub.add_user(b"alice")
    expected = {"chat": True, "pm": False, "search": True, "ctm": False}
    assert vh.UserRestrictions("alice", "1h", None, "1", "0") == expected
    assert vh.UserRestrictions(nick="alice", chat="1h", search="1") == expected
    assert vh.UserRestrictions("alice", nochat="1h", nopm="", nosearch="1", noctm="0") == expected
    assert vh.aio.UserRestrictions("alice", nochat="1h", search="1").result() == expected
    with pytest.raises(TypeError, match="multiple values for argument 'nochat'$"):
        vh.UserRestrictions("alice", "1h", nochat="1h")
    with pytest.raises(TypeError, match="multiple values for argument 'nochat'$"):
        vh.UserRestrictions("alice", chat="1h", nochat="1h")


def test_defect_19_user_restrictions_refused_is_an_empty_dict(hub: Any, vh: ModuleType) -> None:
    assert vh.UserRestrictions("nobody", "1h") == {}
    hub.add_user(b"alice")
    assert vh.UserRestrictions("alice", "bad") == {}


def test_defect_3_sql_answers(hub: Any, vh: ModuleType) -> None:
    assert vh.SQL("SELECT 'ü'") == (1, [["SELECT 'ü'", "100", "NULL"]])
    assert vh.SQL("query", 5) == (1, [["query", "5", "NULL"]])
    assert vh.aio.SQL("query", limit=7).result() == (1, [["query", "7", "NULL"]])
    assert vh.SQL("bad") == (0, [])


def test_defect_3_script_command_is_truthful(hub: Any, vh: ModuleType) -> None:
    assert vh.ScriptCommand("cmd", "data") is True
    assert vh.ScriptCommand("cmd", "data", 1) is True
    assert hub.sent()[-2:] == [b"script|1|cmd|data|0", b"script|1|cmd|data|1"]
    assert vh.ParseCommand("nobody", "+help", 0) is False


def test_defect_3_geoip_without_a_database_argument(vh: ModuleType) -> None:
    place = vh.GetGeoIP("192.0.2.1")
    assert {key: type(value) for key, value in place.items()} == PLACES
    assert place["city"] == "Malmö" and place["latitude"] == 55.5 and place["metro_code"] == 7
    assert vh.GetGeoIP("nowhere") is None
    assert vh.GetIPCC("127.0.0.1") == "L1"
    assert vh.GetIPCC("192.0.2.1") is None
    assert vh.GetUserCC("nobody") is None
    assert vh.GetIPCity("192.0.2.1") == "Malmö of 192.0.2.1 in "


def test_names_of_places_are_utf8_in_any_hub(make_hub: Any) -> None:
    vh = make_hub(encoding="cp1251").vh(1)
    assert vh.GetIPCity("192.0.2.1", "x") == "Malmö of 192.0.2.1 in x"
    assert vh.GetGeoIP("192.0.2.1")["city"] == "Malmö"
