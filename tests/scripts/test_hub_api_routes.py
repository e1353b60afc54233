"""Every route and every status code of hub_api, against a stand-in hub and without sockets."""

import asyncio
import json

import httpx
import pytest
from fake_vh import FakeVh
from hub_api_parts import guard, models
from hub_api_parts.app import make_app
from hub_api_parts.settings import Settings

TOKEN = "a token of the tests, ä"
AUTH = {"Authorization": f"Bearer {TOKEN}".encode()}
ACTIONS = [
    ("POST", "/chat", {"message": "hi"}),
    ("POST", "/pm/alice", {"message": "hi"}),
    ("POST", "/kick/alice", {"reason": "why"}),
    ("PUT", "/topic", {"topic": "new"}),
]
READS = ["/hub", "/stats", "/users", "/user/alice", "/ops", "/bots"]


class Api:
    """Synchronous requests to an application that runs on a loop of its own."""

    def __init__(self, vh):
        self.vh = vh
        self.gauge = guard.Gauge()
        self.app = make_app(vh, Settings("127.0.0.1", 0, TOKEN), self.gauge)

    def __call__(self, method, path, **options):
        return asyncio.run(self.request(method, path, **options))

    async def request(self, method, path, **options):
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.request(method, path, **options)


@pytest.fixture
def vh():
    return FakeVh()


@pytest.fixture
def api(vh):
    return Api(vh)


def check_problem(response, status, error):
    """One shape for all errors."""
    assert response.status_code == status, response.text
    body = response.json()
    assert body["error"] == error
    assert body["message"]
    models.Problem.model_validate(body)
    return body


def test_root_leads_to_the_documentation(api):
    response = api("GET", "/")
    assert response.is_redirect and response.headers["location"] == "docs"
    assert api("GET", "/docs").status_code == 200


def test_schema_names_every_route_and_the_token(api):
    schema = api("GET", "/openapi.json").json()
    assert set(schema["paths"]) == {
        "/health", "/hub", "/stats", "/users", "/user/{nick}", "/ops", "/bots",
        "/chat", "/pm/{nick}", "/kick/{nick}", "/topic"}
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert schema["paths"]["/chat"]["post"]["security"] == [{"token": []}]
    assert schema["paths"]["/chat"]["post"]["responses"]["422"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Problem"}


def test_health_tells_how_long_the_hub_thread_took(api):
    body = api("GET", "/health").json()
    assert body["status"] == "ok" and body["hub_thread_ms"] >= 0


def test_health_answers_although_the_hub_thread_hangs(api, vh, monkeypatch):
    monkeypatch.setattr("hub_api_parts.reading.HEALTH_SECONDS", 0.05)
    vh.hung.set()
    response = api("GET", "/health")
    check_problem(response, 503, "hub_stuck")
    assert response.headers["retry-after"]


def test_hub(api, vh):
    vh.topic = "50 &#36; &#124; &amp;amp; &amp;"
    assert api("GET", "/hub").json() == {
        "name": "Fake", "description": "A hub", "topic": "50 $ | &amp; &", "bot": "HubBot", "op_chat": "OpChat",
        "max_users": 50}


def test_stats(api):
    body = api("GET", "/stats").json()
    assert (body["users"], body["operators"], body["bots"]) == (2, 3, 2)
    assert (body["share"], body["share_formatted"]) == (3 << 29, "1.50 GiB")


def test_users_are_paged_in_order(api):
    body = api("GET", "/users").json()
    assert [user["nick"] for user in body["users"]] == ["alice", "HubBot", "OpChat", "Oper"]
    assert body["total"] == 4
    body = api("GET", "/users", params={"limit": 2, "offset": 1}).json()
    assert [user["nick"] for user in body["users"]] == ["HubBot", "OpChat"]
    assert (body["total"], body["limit"], body["offset"]) == (4, 2, 1)
    assert api("GET", "/users", params={"offset": 99}).json()["users"] == []


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 501}, {"limit": "x"}, {"offset": -1}])
def test_a_page_out_of_range_is_refused(api, params):
    body = check_problem(api("GET", "/users", params=params), 422, "bad_input")
    assert body["details"][0]["where"].startswith("query.")


def test_user_in_any_case_without_address(api):
    assert api("GET", "/user/ALICE").json() == {
        "nick": "alice", "url": "/user/alice", "user_class": 0, "class_name": "guest", "is_op": False, "is_bot": False,
        "description": "likes | and $", "tag": "<++ V:0.868,M:A,H:1/0/0,S:3>", "speed": "100", "away": True,
        "email": "a@b.c", "share": 3 << 29, "share_formatted": "1.50 GiB", "ip": None, "host": None}


def test_addresses_only_with_the_token(api):
    assert api("GET", "/user/alice", headers=AUTH).json()["ip"] == "10.0.0.7"
    assert {user["ip"] for user in api("GET", "/users").json()["users"]} == {None}
    with_token = api("GET", "/users", headers=AUTH).json()["users"]
    assert {user["nick"]: user["ip"] for user in with_token}["Oper"] == "10.0.0.8"


def test_bot_without_myinfo_and_share_that_is_no_number(api, vh):
    vh.GetMyINFO = lambda nick: None
    body = api("GET", "/user/opchat").json()
    assert body["is_bot"] and body["is_op"] and body["share"] == 0 and body["user_class"] == 10
    del vh.GetMyINFO
    assert api("GET", "/user/Oper").json()["share"] == 0


def test_ops_and_bots(api):
    assert api("GET", "/ops").json() == {"total": 3, "nicks": ["HubBot", "OpChat", "Oper"]}
    assert api("GET", "/bots").json() == {"total": 2, "nicks": ["HubBot", "OpChat"]}


@pytest.mark.parametrize("nick", ["nobody", "a%20b", "a%7Cb", "%0a", "a%24b", "%3Ca%3E", "x" * 200])
def test_unknown_or_impossible_nicks(api, nick):
    check_problem(api("GET", f"/user/{nick}"), 404, "unknown_nick")
    check_problem(api("POST", f"/pm/{nick}", json={"message": "hi"}, headers=AUTH), 404, "unknown_nick")
    check_problem(api("POST", f"/kick/{nick}", json={"reason": "x"}, headers=AUTH), 404, "unknown_nick")


@pytest.mark.parametrize("nick", ["été", "a/b", "50%", "q?x#y", "caf\udce9", "\udcff\udcfe", "日本"])
def test_every_nick_can_be_asked_for_by_its_url(api, vh, nick):
    vh.users[nick] = vh.users["alice"]
    listed = [user for user in api("GET", "/users").json()["users"] if user["ip"] is None]
    urls = {user["url"] for user in listed}
    for user in listed:
        answer = api("GET", user["url"])
        assert answer.status_code == 200, (user, answer.text)
        assert answer.json()["url"] == user["url"]
    (url,) = urls - {"/user/alice", "/user/HubBot", "/user/OpChat", "/user/Oper"}
    assert api("POST", "/pm/" + url[6:], json={"message": "x"}, headers=AUTH).status_code == 200
    assert vh.sent == [("pm", "x", nick)]


@pytest.mark.parametrize("method,path,body", ACTIONS)
def test_actions_need_the_token(api, vh, method, path, body):
    response = api(method, path, json=body)
    check_problem(response, 401, "token_needed")
    assert response.headers["www-authenticate"] == "Bearer"
    for malformed in ("Basic abc", "Bearer", "Bearer  ", TOKEN.encode()):
        check_problem(api(method, path, json=body, headers={"Authorization": malformed}), 401, "token_needed")
    for wrong in (f"Bearer {TOKEN}x".encode(), b"Bearer \xff", f"Bearer {TOKEN[:-1]}".encode()):
        check_problem(api(method, path, json=body, headers={"Authorization": wrong}), 403, "wrong_token")
    assert vh.sent == [] and vh.topic is None and "alice" in vh.users
    assert api(method, path, json=body, headers=AUTH).status_code == 200


def test_a_wrong_token_is_refused_also_where_none_is_needed(api):
    check_problem(api("GET", "/users", headers={"Authorization": "Bearer nonsense"}), 403, "wrong_token")


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


BAD_TEXTS = ["", "  \n ", "a\x00b", "bell\x07", "\x1b[2J", "del\x7f", "x" * 5000, 5, None, ["x"], "\ud800"]


@pytest.mark.parametrize("text", BAD_TEXTS)
@pytest.mark.parametrize("method,path,field", [("POST", "/chat", "message"), ("POST", "/pm/alice", "message"),
                                               ("POST", "/kick/alice", "reason"), ("PUT", "/topic", "topic")])
def test_bad_texts_are_refused(api, vh, method, path, field, text):
    if path == "/topic" and text == "":
        return  # clears it
    content = json.dumps({field: text}).encode()
    headers = AUTH | {"Content-Type": "application/json"}
    body = check_problem(api(method, path, content=content, headers=headers), 422, "bad_input")
    assert body["details"][0]["where"] == f"body.{field}"
    assert vh.sent == [] and vh.topic is None


@pytest.mark.parametrize("path,body", [("/kick/alice", {"reason": "two\nlines"}), ("/topic", {"topic": "two\nlines"}),
                                       ("/topic", {"topic": "ä" * 512}), ("/chat", {"message": "x", "nick": "y"}),
                                       ("/chat", {}), ("/chat", [])])
def test_other_bad_input(api, vh, path, body):
    method = "PUT" if path == "/topic" else "POST"
    check_problem(api(method, path, json=body, headers=AUTH), 422, "bad_input")
    assert vh.sent == [] and vh.topic is None


def test_body_that_is_no_json(api):
    headers = AUTH | {"Content-Type": "application/json"}
    check_problem(api("POST", "/chat", content=b'{"message": "x', headers=headers), 422, "bad_input")


def test_paths_and_methods_that_do_not_exist(api):
    check_problem(api("GET", "/nothing"), 404, "no_such_path")
    check_problem(api("GET", "/chat"), 405, "method_not_allowed")


@pytest.mark.parametrize("name,status,error,may_have_run", [
    ("QueueFull", 503, "queue_full", False), ("Closed", 503, "hub_closing", False),
    ("Abandoned", 503, "abandoned", False), ("Expired", 504, "expired", False),
    ("OutcomeUnknown", 504, "outcome_unknown", True), ("WouldDeadlock", 500, "hub_error", None)])
def test_what_the_hub_raises_becomes_a_status(api, vh, name, status, error, may_have_run):
    vh.failure = getattr(vh, name)("what happened")
    for method, path, body in ACTIONS + [("GET", path, None) for path in READS]:
        response = api(method, path, json=body, headers=AUTH)
        body = check_problem(response, status, error)
        assert body.get("may_have_run") is may_have_run
        assert "what happened" in body["message"]
        assert ("retry-after" in response.headers) == (status == 503)


def test_a_bug_is_answered_in_the_same_shape(api, vh):
    vh.failure = ZeroDivisionError("secret detail")
    body = check_problem(api("GET", "/ops"), 500, "internal_error")
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
    monkeypatch.setattr("hub_api_parts.reading.HEALTH_SECONDS", 0.05)

    async def scenario():
        vh.hung.set()
        waiting = [asyncio.create_task(api.request("GET", "/bots")) for _ in range(3)]
        while api.gauge.under_way < 3:
            await asyncio.sleep(0.001)
        response = await api.request("GET", "/bots")
        body = check_problem(response, 503, "busy")
        assert body["may_have_run"] is False and response.headers["retry-after"]
        check_problem(await api.request("GET", "/health"), 503, "hub_stuck")
        vh.unhang()
        assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [200] * 3

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert api.gauge.under_way == 0 and api.gauge.served == 4
