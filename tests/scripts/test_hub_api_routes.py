"""What the routes of hub_api answer, and every status code, against a stand-in hub and without sockets."""

import asyncio
import json

import pytest
from hub_api_client import AUTH, Api, check_problem
from hub_api_parts import guard
from route_table import ROWS

READS = ["/hub", "/stats", "/users", "/user/alice", "/ops", "/bots", "/geo", "/share", "/history", "/config", "/health", "/metrics"]


@pytest.fixture
def api(tmp_path):
    made = Api(tmp_path)
    made.vh.robots.append("robot")
    made.vh.users["robot"] = made.vh.users["OpChat"]
    yield made
    made.close()


@pytest.fixture
def vh(api):
    return api.vh


def test_root_says_where_everything_is(api):
    body = api("GET", "/").json()
    assert body["service"] and body["dashboard"] == "/dashboard" and body["endpoints"]["user_detail"] == "/user/{nick}"


def test_documentation_needs_no_other_machine(api):
    page = api("GET", "/docs")
    assert page.status_code == 200 and "http" not in page.text.replace("https://github.com", "")
    assert api("GET", "/docs/swagger-ui-bundle.js").status_code == 200


def test_schema_names_every_route_and_the_token(api):
    schema = api("GET", "/openapi.json").json()
    hidden = {"/docs", "/openapi.json"}
    assert set(schema["paths"]) == {row.route.replace(":path", "") for row in ROWS} - hidden
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert schema["paths"]["/chat"]["post"]["security"] == [{"token": []}]
    assert schema["paths"]["/chat"]["post"]["responses"]["422"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Problem"}
    assert schema["components"]["schemas"]["RegisterRequest"]["properties"]["class"]["default"] == 1


def test_health_does_not_ask_the_hub_thread(api, vh):
    body = api("GET", "/health").json()
    assert body["status"] == "healthy" and body["hub_thread"] == "idle" and body["timestamp"] and body["queue_depth"] == 0
    vh.hung.set()
    response = api("GET", "/health")
    body = check_problem(response, 503, "hub_stuck")
    assert body["message"] == "the hub thread is busy in shop.py OnTimer for 7.0 s" and response.headers["retry-after"]


def test_metrics(api):
    api("GET", "/ops")
    api("GET", "/nowhere/at/all")
    text = api("GET", "/metrics").text
    for line in ('hub_api_requests_total{method="GET",route="/ops",status="200"} 1.0', "vhpy_queue_depth 0.0", "hub_users 2.0",
                 'vhpy_call_wait_seconds{quantile="0.99"} 0.0', 'route="none",status="404"} 1.0', "hub_api_listeners 0.0",
                 'hub_api_request_seconds_bucket{le="+Inf",route="/ops"} 1.0', "vhpy_queue_pushed_total 0.0"):
        assert line in text, text


def test_hub(api, vh):
    vh.topic = "50 &#36; &#124; &amp;amp; &amp;"
    body = api("GET", "/hub").json()
    assert 59 < body.pop("uptime_seconds") < 120 and body.pop("uptime").startswith("1m")
    assert body == {
        "name": "Fake", "description": "A hub", "host": "", "topic": "50 $ | &amp; &", "motd": "", "bot": "HubBot",
        "op_chat": "OpChat", "max_users": 50, "version": "fake", "icon_url": "", "logo_url": ""}


def test_stats_share_geo_and_history(api):
    body = api("GET", "/stats").json()
    assert (body["users_online"], body["operators"], body["bots"], body["max_users"]) == (2, 4, 3, 50)
    assert (body["total_share_bytes"], body["total_share"], body["hub_name"], body["cache_age"]) == (3 << 29, "1.50 GiB", "Fake", 0.25)
    assert api("GET", "/share").json() == {"total": 3 << 29, "total_formatted": "1.50 GiB", "average": 3 << 28,
                                           "average_formatted": "768.00 MiB"}
    assert api("GET", "/geo").json() == {"total_countries": 1, "distribution": [{"country_code": "P1", "users": 2}]}
    api.context.history.take()
    (sample,) = api("GET", "/history").json()["samples"]
    assert (sample["users"], sample["share"]) == (2, 3 << 29)


def nicks(api, path, **options):
    body = api("GET", path, headers=AUTH, **options).json()
    return [user["nick"] for user in body["users"]]


def test_users_are_paged_filtered_and_sorted(api):
    everybody = ["alice", "HubBot", "OpChat", "Oper", "robot"]
    body = api("GET", "/users").json()
    assert [user["nick"] for user in body["users"]] == everybody and (body["total"], body["count"]) == (5, 5)
    body = api("GET", "/users", params={"limit": 2, "offset": 1}).json()
    assert [user["nick"] for user in body["users"]] == ["HubBot", "OpChat"]
    assert (body["total"], body["count"], body["limit"], body["offset"]) == (5, 2, 2, 1)
    assert api("GET", "/users", params={"offset": 99}).json()["users"] == []
    assert nicks(api, "/users?order=desc") == everybody[::-1]
    assert nicks(api, "/users?sort=share&order=desc")[0] == "alice" and nicks(api, "/users?sort=class")[0] == "alice"
    for query, expected in (("search=LIKES", ["alice"]), ("bots=false", ["alice", "Oper"]), ("min_class=3&max_class=5", ["Oper"]),
                            ("country=p1", ["alice", "Oper"]), ("min_share=1", ["alice"]), ("ip=10.0.0.8", ["Oper"]),
                            ("search=nobody", [])):
        assert nicks(api, f"/users?{query}") == expected, query


def test_clones_by_address_share_and_network(api, vh):
    vh.users["twin"] = vh.users["alice"]
    vh.users["cousin"] = (0, "10.0.0.7", vh.users["Oper"][2])
    vh.users["stranger"] = (0, "192.0.2.1", vh.users["alice"][2])
    user = api("GET", "/user/alice", headers=AUTH).json()
    assert user["cloned"] and user["clone_group"] == ["twin"]
    assert user["same_ip_users"] == ["twin", "cousin"] and user["same_asn_users"] == ["Oper", "twin", "cousin"]
    assert user["asn"] == "AS64500 Example" and user["country"] == "Nowhere" and user["city"] == ""
    user = api("GET", "/user/stranger", headers=AUTH).json()
    assert not user["cloned"] and user["same_ip_users"] == user["same_asn_users"] == []
    assert nicks(api, "/users?cloned=true") == ["alice", "twin"]


def test_user_in_any_case(api, vh):
    body = api("GET", "/user/ALICE").json()
    assert body.items() >= {
        "nick": "alice", "url": "/user/alice", "class": 0, "class_name": "Guest", "is_op": False, "is_bot": False,
        "description": "likes | and $", "tag": "<++ V:0.868,M:A,H:1/0/0,S:3>", "client": "++ V:0.868", "speed": "100", "away": True,
        "email": "a@b.c", "share": 3 << 29, "share_formatted": "1.50 GiB", "country_code": "P1", "support_flags": []}.items()
    assert "user_class" not in body


def test_users_are_shown_while_the_hub_thread_hangs(api, vh):
    """What cannot be learned in time is left out. The stand-in's calls fail at once where the real ones would after a second."""
    vh.failure = vh.Expired("busy")
    user = api("GET", "/user/alice", headers=AUTH).json()
    assert user["ip"] == "10.0.0.7" and user["asn"] == ""


def test_ops_and_bots(api):
    assert [user["nick"] for user in api("GET", "/ops").json()["operators"]] == ["HubBot", "OpChat", "Oper", "robot"]
    body = api("GET", "/bots", params={"limit": 1, "offset": 1}).json()
    assert body["total"] == 3 and [user["nick"] for user in body["bots"]] == ["OpChat"]


def test_bans_that_hold(api):
    (ban,) = api("GET", "/bans", headers=AUTH).json()["bans"]
    assert ban == {"ip": "", "nick": "troll", "host": "", "type": "nick", "reason": "for ever", "operator": "Oper", "start": 1,
                   "end": None, "note_op": ""}
    assert api("GET", "/bans?search=EVER", headers=AUTH).json()["total"] == 1
    for search in ("nothing", "' OR '1'='1", "\\' OR 1=1 --", "\\"):
        assert api("GET", "/bans", params={"search": search}, headers=AUTH).json()["total"] == 0, search


def test_a_ban_is_put_seen_and_lifted(api, vh):
    body = api("POST", "/bans", json={"nick": "Alice", "ip": "192.0.2.7", "reason": "it's | bad", "seconds": 60}, headers=AUTH).json()
    assert body["disconnected"] == ["alice"] and body["end"] and "alice" not in vh.users
    ban = api("GET", "/bans?search=192.0.2", headers=AUTH).json()["bans"][0]
    assert (ban["nick"], ban["ip"], ban["type"], ban["reason"], ban["operator"]) == (
        "Alice", "192.0.2.7", "nick_ip", "it's | bad", "all")
    assert api("DELETE", "/bans?nick=alice", headers=AUTH).json() == {"removed": 1}
    check_problem(api("DELETE", "/bans?nick=alice", headers=AUTH), 404, "no_such_ban")
    assert api("DELETE", "/bans?nick=hasty", headers=AUTH).json() == {"removed": 1}
    assert api("DELETE", "/bans?ip=10.9.9.9&nick=x", headers=AUTH).status_code == 404
    assert api("POST", "/bans", json={"ip": "::1", "reason": "x"}, headers=AUTH).json()["ip"] == "::1"
    check_problem(api("POST", "/bans", json={"nick": "opchat", "reason": "x"}, headers=AUTH), 409, "refused")


def test_registrations(api):
    body = api("GET", "/registrations", headers=AUTH).json()
    assert [(row["nick"], row["class"], row["class_name"], row["online"]) for row in body["registrations"]] == [
        ("boss", 10, "Master", False), ("Oper", 3, "Operator", True)]
    new = {"nick": "newbie", "class": 2}
    assert api("POST", "/registrations", json=new, headers=AUTH).json() == {**new, "class_name": "VIP"}
    check_problem(api("POST", "/registrations", json=new, headers=AUTH), 409, "refused")
    assert api("PUT", "/registrations/NEWBIE", json={"class": 4}, headers=AUTH).json()["class_name"] == "Cheef"
    assert api("GET", "/registrations?search=newb", headers=AUTH).json()["registrations"][0]["class"] == 4
    assert api("DELETE", "/registrations/newbie", headers=AUTH).status_code == 200
    for method, body in (("PUT", {"class": 1}), ("DELETE", None)):
        check_problem(api(method, "/registrations/newbie", json=body, headers=AUTH), 404, "not_registered")
        check_problem(api(method, "/registrations/boss", json=body, headers=AUTH), 409, "refused")


def test_settings_on_the_list(api, vh):
    settings = {row["name"]: (row["value"], row["may_be_set"]) for row in api("GET", "/config", headers=AUTH).json()["settings"]}
    assert settings == {"hub_name": ("Fake", True), "hub_desc": ("A hub", True), "max_users": ("50", True), "listen_port": ("4111", False)}
    assert api("PUT", "/config/max_users", json={"value": "60"}, headers=AUTH).status_code == 200 and vh.settings["max_users"] == "60"
    for name in ("secret_setting", "listen_port", "nothing"):
        check_problem(api("PUT", f"/config/{name}", json={"value": "1"}, headers=AUTH), 403, "not_allowed")
    check_problem(api("PUT", "/config/hub_owner", json={"value": "1"}, headers=AUTH), 409, "refused")


def test_restrictions(api):
    answer = api("PUT", "/restrictions/alice", json={"chat": "3h", "search": "1w"}, headers=AUTH)
    assert answer.json() == {"nick": "alice", "chat": True, "pm": False, "search": True, "ctm": False}
    assert api("PUT", "/restrictions/alice", json={"chat": "0"}, headers=AUTH).json()["chat"] is False
    check_problem(api("PUT", "/restrictions/nobody", json={"chat": "0"}, headers=AUTH), 404, "unknown_nick")


def test_bots_come_and_go(api):
    assert api("POST", "/bots", json={"nick": "helper", "description": "at work"}, headers=AUTH).json() == {"nick": "helper"}
    assert api("GET", "/user/helper").json()["description"] == "at work"
    check_problem(api("POST", "/bots", json={"nick": "HELPER"}, headers=AUTH), 409, "refused")
    assert api("DELETE", "/bots/helper", headers=AUTH).status_code == 200
    check_problem(api("DELETE", "/bots/helper", headers=AUTH), 404, "unknown_nick")
    check_problem(api("DELETE", "/bots/HubBot", headers=AUTH), 409, "refused")


def test_broadcasts(api, vh):
    assert api("POST", "/broadcast", json={"message": "a|b", "min_class": 3}, headers=AUTH).status_code == 200
    assert api("POST", "/broadcast", json={"message": "c", "to": "pm"}, headers=AUTH).json()["max_class"] == 10
    assert vh.sent == [("classmc", "a&#124;b", 3, 10), ("pm to all", "c", "HubBot", 0, 10)]


def test_the_same_key_is_done_once(api, vh):
    def chat(text, key, headers=AUTH):
        return api("POST", "/chat", json={"message": text}, headers=headers | {"Idempotency-Key": key})

    first, again = chat("once", "1"), chat("once", "1")
    assert first.json() == again.json() and vh.sent == [("mc", "once")]
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    check_problem(chat("other", "1"), 422, "key_reused")
    assert chat("once", "2").status_code == 200 and chat("once", "1", api.auth["chat"]).status_code == 200
    assert len(vh.sent) == 3, "a key belongs to its token"
    for key in ("", "x" * 201, "a\tb"):
        check_problem(chat("x", key), 422, "bad_input")
    assert 'hub_api_repeated_total 1.0' in api("GET", "/metrics").text


def test_a_key_may_be_used_again_if_nothing_was_done(api, vh):
    headers = AUTH | {"Idempotency-Key": "1"}
    vh.failure = vh.Expired("busy")
    check_problem(api("POST", "/chat", json={"message": "x"}, headers=headers), 503, "expired")
    vh.failure = vh.OutcomeUnknown("busy")
    check_problem(api("POST", "/chat", json={"message": "x"}, headers=headers), 504, "outcome_unknown")
    vh.failure = None
    response = api("POST", "/chat", json={"message": "x"}, headers=headers)
    check_problem(response, 504, "outcome_unknown")  # it may have been said: it is not said again
    assert vh.sent == []


def test_the_same_key_twice_at_once(api, vh):
    headers = AUTH | {"Idempotency-Key": "1"}

    async def scenario():
        vh.hung.set()
        both = [asyncio.create_task(api.request("POST", "/chat", json={"message": "x"}, headers=headers)) for _ in range(2)]
        while api.context.gauge.under_way < 2:
            await asyncio.sleep(0.001)
        vh.unhang()
        return [answer.status_code for answer in await asyncio.gather(*both)]

    assert asyncio.run(asyncio.wait_for(scenario(), 20)) == [200, 200]
    assert vh.sent == [("mc", "x")]


@pytest.mark.parametrize("nick", ["nobody", "a%20b", "a%7Cb", "%0a", "a%24b", "%3Ca%3E", "x" * 200])
def test_unknown_or_impossible_nicks(api, nick):
    check_problem(api("GET", f"/user/{nick}"), 404, "unknown_nick")
    check_problem(api("POST", f"/pm/{nick}", json={"message": "hi"}, headers=AUTH), 404, "unknown_nick")
    check_problem(api("POST", f"/kick/{nick}", json={"reason": "x"}, headers=AUTH), 404, "unknown_nick")


@pytest.mark.parametrize("nick", ["été", "a/b", "50%", "q?x#y", "caf\udce9", "\udcff\udcfe", "日本"])
def test_every_nick_can_be_asked_for_by_its_url(api, vh, nick):
    vh.users[nick] = vh.users["alice"]
    listed = api("GET", "/users").json()["users"]
    urls = {user["url"] for user in listed}
    for user in listed:
        answer = api("GET", user["url"])
        assert answer.status_code == 200, (user, answer.text)
        assert answer.json()["url"] == user["url"]
    (url,) = urls - {"/user/alice", "/user/HubBot", "/user/OpChat", "/user/Oper", "/user/robot"}
    assert api("POST", "/pm/" + url[6:], json={"message": "x"}, headers=AUTH).status_code == 200
    assert vh.sent == [("pm", "x", nick)]


def test_chat_is_escaped_on_the_wire(api, vh):
    message = "a|b $x &#36; &amp; & ä\nsecond\tline"
    response = api("POST", "/chat", json={"message": message}, headers=AUTH)
    assert response.json() == {"message": message, "to": None}
    assert vh.sent == [("mc", "a&#124;b &#36;x &amp;#36; &amp;amp; & ä\r\nsecond\tline")]


def test_pm(api, vh):
    assert api("POST", "/pm/alice", json={"message": "psst"}, headers=AUTH).json() == {"message": "psst", "to": "alice"}
    assert vh.sent == [("pm", "psst", "alice")]
    check_problem(api("POST", "/pm/HubBot", json={"message": "psst"}, headers=AUTH), 409, "refused")


def test_kick_is_seen_by_the_next_request(api, vh):
    assert api("POST", "/kick/ALICE", json={"reason": "no | pipes"}, headers=AUTH).status_code == 200
    assert vh.sent == [("kick", "HubBot", "alice", "no &#124; pipes")]
    check_problem(api("GET", "/user/alice"), 404, "unknown_nick")
    check_problem(api("POST", "/kick/alice", json={"reason": "again"}, headers=AUTH), 404, "unknown_nick")
    check_problem(api("POST", "/kick/HubBot", json={"reason": "x"}, headers=AUTH), 409, "refused")


def test_topic_is_seen_by_the_next_request(api):
    assert api("PUT", "/topic", json={"topic": "a | b"}, headers=AUTH).json() == {"topic": "a | b"}
    assert api("GET", "/hub").json()["topic"] == "a | b"
    assert api("PUT", "/topic", json={"topic": ""}, headers=AUTH).json() == {"topic": ""}
    assert api("GET", "/hub").json()["topic"] == ""


def test_paths_and_methods_that_do_not_exist(api):
    check_problem(api("GET", "/nothing"), 404, "no_such_path")
    check_problem(api("GET", "/chat"), 405, "method_not_allowed")


@pytest.mark.parametrize("name,status,error,may_have_run", [
    ("QueueFull", 503, "queue_full", False), ("Closed", 503, "hub_closing", False),
    ("Abandoned", 503, "abandoned", False), ("Expired", 503, "expired", False),
    ("OutcomeUnknown", 504, "outcome_unknown", True), ("WouldDeadlock", 500, "hub_error", None)])
def test_what_the_hub_raises_becomes_a_status(api, vh, name, status, error, may_have_run):
    vh.failure = getattr(vh, name)("what happened")
    for row in ROWS:
        if not row.writes and row.route not in ("/bans", "/registrations"):
            continue
        response = api(row.method, row.path, json=row.body, headers=AUTH)
        body = check_problem(response, status, error)
        assert body.get("may_have_run") is may_have_run
        assert "what happened" in body["message"]
        assert ("retry-after" in response.headers) == (status == 503)
    for path in READS:
        assert api("GET", path, headers=AUTH).status_code == 200  # these need no answer of the hub thread


def test_a_bug_is_answered_in_the_same_shape(api, vh):
    vh.failure = ZeroDivisionError("secret detail")
    body = check_problem(api("GET", "/bans", headers=AUTH), 500, "internal_error")
    assert "secret" not in str(body)


def test_bodies_are_bounded(api):
    big = b'{"message": "' + b"x" * guard.MAX_BODY + b'"}'
    check_problem(api("POST", "/chat", content=big, headers=AUTH), 413, "too_large")

    async def pieces():
        for start in range(0, len(big), 1000):
            yield big[start : start + 1000]

    check_problem(api("POST", "/chat", content=pieces(), headers=AUTH), 413, "too_large")


def test_requests_under_way_are_bounded_and_health_still_answers(api, vh, monkeypatch):
    monkeypatch.setattr(guard, "MAX_UNDER_WAY", 3)

    async def scenario():
        vh.hung.set()
        waiting = [asyncio.create_task(api.request("GET", "/bans", headers=AUTH)) for _ in range(3)]
        while api.context.gauge.under_way < 3:
            await asyncio.sleep(0.001)
        response = await api.request("GET", "/bots")
        body = check_problem(response, 503, "busy")
        assert body["may_have_run"] is False and response.headers["retry-after"]
        check_problem(await api.request("GET", "/health"), 503, "hub_stuck")
        vh.unhang()
        assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [200] * 3

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert api.context.gauge.under_way == 0 and api.context.gauge.served == 4
