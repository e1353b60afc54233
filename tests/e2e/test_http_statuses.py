"""Every status code of the REST interface, with a real hub: those that depend on input, and 503 and 504, for which the hub
thread is held, the lane is filled, or the hub is closing."""

import concurrent.futures
import pathlib
import socket
import time

import httpx
import pytest
from hub_process import ADMIN, HUB_API
from patience import DEADLINE, until

HELPERS = pathlib.Path(__file__).resolve().parent / "helper_scripts"
CALL_SECONDS = 10.0  # after which a call of `vh` gives up
ACTIONS = [("POST", "/chat", {"message": "hi"}), ("POST", "/pm/alice", {"message": "hi"}),
           ("POST", "/kick/alice", {"reason": "why"}), ("PUT", "/topic", {"topic": "new"})]
READS = ["/health", "/hub", "/stats", "/users", "/user/alice", "/ops", "/bots"]


def check(response, status, error=None):
    assert response.status_code == status, response.text
    body = response.json()
    if error is not None:
        assert body["error"] == error and body["message"]
    return body


def test_statuses_that_depend_on_the_request(api_hub, connect):
    connect(api_hub, "alice")
    with api_hub.api(with_token=False) as stranger, api_hub.api() as api:
        for path in READS:
            check(stranger.get(path), 200)
        assert stranger.get("/docs").status_code == 200
        check(stranger.get("/openapi.json"), 200)
        check(stranger.get("/"), 200)
        assert check(stranger.get("/user/alice"), 200)["ip"] is None
        for method, path, body in ACTIONS:
            response = stranger.request(method, path, json=body)
            check(response, 401, "token_needed")
            assert response.headers["www-authenticate"] == "Bearer"
            wrong = {"Authorization": f"Bearer {api_hub.token}x"}
            check(stranger.request(method, path, json=body, headers=wrong), 403, "wrong_token")
            check(api.request(method, path, json={}), 422, "bad_input")
            check(api.request(method, path, json={key: "a\x00b" for key in body}), 422, "bad_input")
            check(api.request(method, path, json={key: "x" * 5000 for key in body}), 422, "bad_input")
            check(api.request(method, path, content=b"x" * 70_000), 413, "too_large")
        check(api.get("/user/nobody"), 404, "unknown_nick")
        check(api.post("/pm/nobody", json={"message": "x"}), 404, "unknown_nick")
        check(api.post("/kick/nobody", json={"reason": "x"}), 404, "unknown_nick")
        check(api.get("/nowhere"), 404, "no_such_path")
        check(api.delete("/topic"), 405, "method_not_allowed")


@pytest.fixture
def gate(tmp_path):
    folder = tmp_path / "gate"
    folder.mkdir()
    yield folder
    (folder / "open").touch()


def held_hub(start_hub, gate, helper):
    return start_hub(api=True, scripts=[HELPERS / helper], env={"VHPY_TEST_GATE": str(gate)})


def alone(hub, method, path, **options):
    """A request with a connection of its own, for use in threads."""
    with hub.api() as api:
        return api.request(method, path, timeout=CALL_SECONDS + DEADLINE, **options)


def test_503_says_that_it_did_not_run(start_hub, connect, gate):
    """The hub thread is held: calls expire in the queue, /health says so at once, reads go on, and afterwards all is well."""
    hub = held_hub(start_hub, gate, "blocker.py")
    alice = connect(hub, "alice")
    alice.send("<alice> !block|")
    until((gate / "held").exists, "the hub thread is held")
    with hub.api() as api, concurrent.futures.ThreadPoolExecutor(8) as pool:
        began = time.monotonic()
        waiting = [pool.submit(alone, hub, "GET", path) for path in ("/bans", "/registrations")]
        waiting.append(pool.submit(alone, hub, "PUT", "/topic", json={"topic": "never set"}))
        waiting.append(pool.submit(alone, hub, "POST", "/chat", json={"message": "never said"}))
        until(lambda: api.get("/health").status_code == 503, "the hub thread is called stuck")
        health = api.get("/health")
        assert "busy in blocker.py" in check(health, 503, "hub_stuck")["message"]
        assert health.headers["retry-after"]
        for path in READS[1:]:
            check(api.get(path), 200)
        assert time.monotonic() - began < CALL_SECONDS  # while the others still wait
        for response in (future.result(CALL_SECONDS + DEADLINE) for future in waiting):
            assert check(response, 503, "expired")["may_have_run"] is False
            assert response.headers["retry-after"]
        (gate / "open").touch()
        alice.wait_chat("the gate is open")
        until(lambda: api.get("/health").status_code == 200, "the hub thread goes on")
        check(api.post("/chat", json={"message": "said"}), 200)
        alice.wait_chat("said", by=api.get("/hub").json()["bot"])
        assert not any("never said" in frame for frame in alice.frames)


def test_504_says_that_it_may_have_run(start_hub, connect, gate):
    """The kick itself takes too long, because a hook that it fires does: nobody can know whether it will succeed."""
    hub = held_hub(start_hub, gate, "blocker.py")
    connect(hub, "alice")
    (gate / "logout").touch()
    with hub.api() as api:
        response = api.post("/kick/alice", json={"reason": "why"}, timeout=CALL_SECONDS + DEADLINE)
        assert check(response, 504, "outcome_unknown")["may_have_run"] is True
        (gate / "open").touch()
        until(lambda: api.get("/user/alice").status_code == 404, "alice is gone nevertheless")


def test_503_when_the_lane_is_full(start_hub, connect, gate):
    hub = held_hub(start_hub, gate, "flooder.py")
    alice = connect(hub, "alice")
    alice.send("<alice> !flood|")
    match = hub.out.wait_for(r"^flood (\d+) (\d+)$", deadline=3 * DEADLINE)
    assert int(match[1]) > 0 and int(match[2]) > 0, match[0]
    with hub.api() as api:
        response = api.get("/bans")
        assert check(response, 503, "queue_full")["may_have_run"] is False
        assert response.headers["retry-after"]
        check(api.get("/bots"), 200)
        (gate / "open").touch()
        until(lambda: api.get("/bans").status_code == 200, "the lane is empty again")
    # Six threads that take 240,000 answers keep Python busy: the end of the hub is another test's.
    until(lambda: hub.out.text().count("flood answered") == 6, "all have their answers", 3 * DEADLINE)


@pytest.mark.brief
def test_503_while_the_hub_closes(start_hub, script, tmp_path):
    """A script before hub_api.py is slow to unload, so that the API is still up while the hub no longer takes calls."""
    closing = tmp_path / "closing"
    slow = script("slow.py", f"""
import pathlib, time
def UnLoad():
    pathlib.Path({str(closing)!r}).touch()
    time.sleep(1.0)
""")
    hub = start_hub(api=True, scripts=[slow, HUB_API])
    with hub.api() as api:
        check(api.get("/ops"), 200)
        hub.terminate()
        until(closing.exists, "the hub closes")
        for method, path, body in [("GET", "/bans", None), ("GET", "/registrations", None), *ACTIONS]:
            response = api.request(method, path, json=body)
            check(response, 503, "hub_closing")
            assert response.headers["retry-after"]
        assert hub.wait_exit() == 0
        with pytest.raises(httpx.TransportError):
            api.get("/ops")
    hub.check_log()


def test_api_port_in_use_leaves_the_hub_up(start_hub, connect, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        hub = start_hub(scripts=[HUB_API], env={"HUB_API_PORT": str(port)})
        hub.wait_log(rf"hub_api: not started: cannot listen on 127\.0\.0\.1 port {port}: Address already in use")
        boss = connect(hub, *ADMIN)
        assert f"port {port}" in boss.command("!api status", "The API is not running")
        assert "Address already in use" in boss.command("!api start", "could not be started")
    boss.command("!api start", "The API is starting")
    hub.wait_ready(api=True)
    with hub.api() as api:
        check(api.get("/health"), 200)
