"""Who may do what: every route of hub_api with no token, wrong ones, one of each scope, and bad input; tokens, limits, logs.

The walk follows route_table.py; a route of the application without a row there, or without a declared scope, fails.
"""

import json
import stat

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from hub_api_client import AUTH, TOKEN, Api, bearer, check_problem
from hub_api_parts.access import chat, token_command
from hub_api_parts.access.limits import Limits
from hub_api_parts.access.scopes import EVERY, Scope, parse_scopes
from hub_api_parts.access.tokens import Tokens, TokensError
from hub_api_parts.app import check_routes
from hub_api_parts.writing import needs_of
from route_table import ROWS, ids

ENDLESS = ("/events",)  # an answer that does not end; tests/scripts/test_hub_api_live.py has it


@pytest.fixture
def api(tmp_path):
    made = Api(tmp_path)
    made.vh.robots.append("robot")
    made.vh.users["robot"] = made.vh.users["OpChat"]
    yield made
    made.close()


@pytest.fixture
def closed(tmp_path):
    """One that listens more widely than on loopback: reads need a token, too."""
    made = Api(tmp_path / "closed", open_reads=False)
    yield made
    made.close()


def ask(api, row, **options):
    return api(row.method, row.path, json=row.body, **options)


def test_every_route_has_a_row_and_the_scope_that_it_says(api):
    routes = {(method, route.path): needs_of(route.dependant) for route in api.app.app.routes if isinstance(route, APIRoute)
              for method in route.methods}
    assert {(row.method, row.route): frozenset(row.needs) for row in ROWS} == {
        key: frozenset(map(str, needs.scopes)) for key, needs in routes.items()}
    sockets = [route for route in api.app.app.routes if isinstance(route, APIWebSocketRoute)]
    assert [route.path for route in sockets] == ["/ws"] and all(needs_of(route.dependant) for route in sockets)


def test_a_route_without_scope_does_not_start():
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    check_routes(app)
    app.add_api_route("/open", lambda: "everybody")
    with pytest.raises(TypeError, match="/open declares no scope"):
        check_routes(app)
    with pytest.raises(TypeError, match="is not one that can declare"):
        check_routes(FastAPI())


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_without_a_token(api, closed, row):
    before = list(api.vh.sent), dict(api.vh.users), api.vh.topic, dict(api.vh.settings)
    if "read" not in row.needs:
        response = ask(api, row)
        check_problem(response, 401, "token_needed")
        assert response.headers["www-authenticate"] == "Bearer"
    elif row.route not in ENDLESS:
        assert ask(api, row).status_code == row.status
    check_problem(ask(closed, row), 401, "token_needed")
    assert (api.vh.sent, api.vh.users, api.vh.topic, api.vh.settings) == before


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_with_a_wrong_token(api, row):
    for malformed in ("Basic abc", "Bearer", "Bearer  ", TOKEN.encode()):
        check_problem(ask(api, row, headers={"Authorization": malformed}), 401, "token_needed")
    for wrong in (f"{TOKEN}x", TOKEN[:-1], "\udcff"):
        headers = {"Authorization": b"Bearer " + wrong.encode("utf-8", "surrogateescape")}
        check_problem(ask(api, row, headers=headers), 403, "wrong_token")


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_with_each_scope(closed, row, scope):
    closed.vh.robots.append("robot")
    closed.vh.users["robot"] = closed.vh.users["OpChat"]
    if scope not in row.needs:
        response = ask(closed, row, headers=closed.auth[scope])
        body = check_problem(response, 403, "scope_needed")
        assert all(needed in body["message"] for needed in row.needs)
        assert "insufficient_scope" in response.headers["www-authenticate"]
        assert closed.vh.sent == []
    elif row.route not in ENDLESS:
        response = ask(closed, row, headers=closed.auth[scope])
        assert response.status_code == row.status, response.text


@pytest.mark.parametrize("row", [row for row in ROWS if row.bad], ids=[name for name, row in zip(ids, ROWS, strict=True) if row.bad])
def test_bad_input(api, row):
    for bad in row.bad:
        if isinstance(bad, str):
            response = api(row.method, bad, headers=AUTH)
        else:
            response = api(row.method, row.path, content=json.dumps(bad).encode(),
                           headers=AUTH | {"Content-Type": "application/json"})
        check_problem(response, 422, "bad_input")
    if row.body:
        headers = AUTH | {"Content-Type": "application/json"}
        check_problem(api(row.method, row.path, content=b'{"reason": "x', headers=headers), 422, "bad_input")
    assert api.vh.sent == []


def test_addresses_are_for_moderators(api):
    hidden = ("ip", "host", "city", "asn", "timezone", "cloned", "clone_group", "same_ip_users", "same_asn_users")
    for headers in ({}, api.auth["read"], api.auth["chat"]):
        user = api("GET", "/user/alice", headers=headers).json()
        assert {user[name] for name in hidden} == {None}
        check_problem(api("GET", "/users?ip=10.", headers=headers), 403, "scope_needed")
        check_problem(api("GET", "/users?cloned=true", headers=headers), 403, "scope_needed")
        listed = [user for path in ("/users", "/ops", "/bots") for users in api("GET", path, headers=headers).json().values()
                  if isinstance(users, list) for user in users]
        assert listed and {user[name] for user in listed for name in hidden} == {None}
    reader = {"Authorization": b"Bearer " + api.tokens.create("rm", frozenset({Scope.READ, Scope.MODERATE})).encode()}
    assert api("GET", "/user/alice", headers=reader).json()["ip"] == "10.0.0.7"


def test_scopes_of_events(api):
    check_problem(api("GET", "/events?hooks=OnNewBan"), 403, "scope_needed")
    check_problem(api("GET", "/events?hooks=OnUserLogin,OnSetConfig", headers=api.auth["read"]), 403, "scope_needed")


def test_tokens_are_kept_hashed_and_private(tmp_path):
    tokens = Tokens(tmp_path)
    secret = tokens.first("")
    assert len(secret) >= 32
    path = tmp_path / "api_tokens.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and secret not in path.read_text()
    assert tokens.find(secret).scopes == EVERY and tokens.find(secret).name == "first"
    assert tokens.find(secret[:-1]) is None and tokens.find("") is None
    assert Tokens(tmp_path).first("") is None, "only the first run makes one"
    assert Tokens(tmp_path).find(secret).name == "first"


def test_what_another_process_does_is_heeded_at_once(api, tmp_path):
    other = Tokens(tmp_path)
    secret = other.create("mine", frozenset({Scope.CHAT}))
    assert api("POST", "/chat", json={"message": "x"}, headers=bearer(secret)).status_code == 200
    other.revoke("mine")
    check_problem(api("POST", "/chat", json={"message": "x"}, headers=bearer(secret)), 403, "wrong_token")


def test_a_token_file_that_is_damaged_lets_nobody_in(api, tmp_path):
    (tmp_path / "api_tokens.json").write_text("{")
    check_problem(api("POST", "/chat", json={"message": "x"}, headers=AUTH), 503, "tokens_unreadable")
    assert api("GET", "/users").status_code == 200


def test_names_and_scopes_are_checked(tmp_path):
    tokens = Tokens(tmp_path)
    tokens.create("a", EVERY)
    for name in ("a", "", "with space", "-x", "x" * 33, "environment"):
        with pytest.raises(TokensError):
            tokens.create(name, EVERY)
    with pytest.raises(TokensError, match="no token 'b'"):
        tokens.revoke("b")
    assert parse_scopes(["Read,chat", "admin"]) == {"read", "chat", "admin"} and parse_scopes(["all"]) == EVERY
    for words in ([], ["root"], ["read,x"], ["all,read"]):
        with pytest.raises(ValueError, match="read, chat, moderate, admin, and all"):
            parse_scopes(words)


def test_tokens_in_chat(tmp_path):
    tokens = Tokens(tmp_path)
    said = chat.answer(tokens, ["create", "web", "read,chat"])
    assert "chat, read" in said and tokens.find(said.rsplit(" ", 1)[1]).name == "web"
    assert "web: chat, read; since 20" in chat.answer(tokens, ["list"])
    assert chat.answer(tokens, ["revoke", "web"]) == "Token web is revoked."
    assert "none" in chat.answer(tokens, ["list"])
    for words in ([], ["create"], ["create", "x"], ["create", "x", "root"], ["revoke", "x"], ["what"]):
        said = chat.answer(tokens, words)
        assert said.startswith(("Usage: ", "Not done: ")), said


def test_tokens_by_a_command(tmp_path, capsys):
    data = ["--data", str(tmp_path)]
    assert token_command.main([*data, "create", "cli", "chat", "moderate"]) == 0
    secret = capsys.readouterr().out.split()[1]
    assert Tokens(tmp_path).find(secret).scopes == {"chat", "moderate"}
    assert token_command.main([*data, "list"]) == 0 and capsys.readouterr().out.startswith("cli: chat, moderate;")
    assert token_command.main([*data, "revoke", "cli"]) == 0 and Tokens(tmp_path).all() == []
    assert token_command.main([*data, "revoke", "cli"]) == 1 and "no token 'cli'" in capsys.readouterr().err
    assert token_command.main([*data, "create", "cli", "root"]) == 1


def test_too_many_requests_of_one_token(tmp_path):
    api = Api(tmp_path, rate=0.001)
    api.context.limits._burst = 3
    for _ in range(3):
        assert api("GET", "/ops", headers=AUTH).status_code == 200
    response = api("GET", "/ops", headers=AUTH)
    check_problem(response, 429, "rate_limited")
    assert int(response.headers["retry-after"]) > 0
    assert api("GET", "/ops", headers=api.auth["read"]).status_code == 200, "another token has a bucket of its own"
    assert api("GET", "/ops").status_code == 200, "and so has an address"
    api.close()


def test_guessing_tokens_is_slowed_down(api):
    answers = [api("GET", "/ops", headers=bearer(f"guess {number}")).status_code for number in range(40)]
    assert answers[:20] == [403] * 20 and 429 in answers[20:]
    assert api("GET", "/ops", headers=AUTH).status_code == 200


def test_buckets_are_bounded(monkeypatch):
    monkeypatch.setattr("hub_api_parts.access.limits.MAX_BUCKETS", 10)
    limits = Limits(1.0, 1.0)
    for number in range(50):
        assert limits.wait_for(str(number)) == 0.0
    assert len(limits._buckets) == 10 and limits.wait_for("49") > 0


def test_writes_are_in_the_audit_log(api, tmp_path):
    api("POST", "/chat", json={"message": "hello"}, headers=AUTH | {"Idempotency-Key": "k"})
    api("POST", "/registrations", json={"nick": "x", "password": "hidden"}, headers=AUTH)
    api("POST", "/kick/nobody", json={"reason": "x"}, headers=AUTH)
    api("POST", "/chat", json={"message": "hello"}, headers=api.auth["read"])
    api("GET", "/users", headers=AUTH)
    text = (tmp_path / "api_audit.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["token"], line["path"], line["status"], line["error"]) for line in lines] == [
        ("all", "/chat", 200, None), ("all", "/registrations", 201, None), ("all", "/kick/nobody", 404, "unknown_nick"),
        ("", "/chat", 403, "scope_needed")]
    assert lines[0]["body"] == {"message": "hello"} and lines[0]["key"] == "k"
    assert "hidden" not in text and TOKEN not in text
    assert stat.S_IMODE((tmp_path / "api_audit.log").stat().st_mode) == 0o600


def test_requests_are_in_the_access_log(api, tmp_path):
    api("GET", "/users?search=x", headers=AUTH)
    api("GET", "/nowhere")
    lines = [json.loads(line) for line in (tmp_path / "api_access.log").read_text().splitlines()]
    assert [(line["method"], line["path"], line["status"], line["token"]) for line in lines] == [
        ("GET", "/users", 200, "all"), ("GET", "/nowhere", 404, "")]
    assert lines[0]["milliseconds"] > 0 and lines[0]["time"] > 0


def test_headers_that_protect(api, tmp_path):
    for path in ("/users", "/nowhere", "/docs", "/ops?limit=0"):
        headers = api("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers
    assert api("GET", "/users").headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in api("GET", "/users", headers={"Origin": "https://a.example"}).headers


def test_open_reads_are_for_this_machine_only(api, closed):
    for host in ("evil.example", "evil.example:8000", "192.0.2.1", "127.0.0.1.evil.example", "[", ""):
        check_problem(api("GET", "/users", headers={"Host": host}), 421, "wrong_host")
    for host in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert api("GET", "/users", headers={"Host": host}).status_code == 200
    assert closed("GET", "/users", headers=AUTH | {"Host": "hub.example"}).status_code == 200


def test_cors_only_for_named_origins(tmp_path):
    api = Api(tmp_path, origins=("https://a.example",), certificate="some")
    answer = api("GET", "/users", headers={"Origin": "https://a.example"})
    assert answer.headers["access-control-allow-origin"] == "https://a.example"
    assert "strict-transport-security" in answer.headers
    other = api("GET", "/users", headers={"Origin": "https://b.example"})
    assert "access-control-allow-origin" not in other.headers
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization"}
    assert api("OPTIONS", "/chat", headers=asked).status_code == 200
    api.close()
