"""What the REST interface changes in a real hub: bans, registrations, settings, restrictions, bots, broadcasts; and tokens in chat."""

import re
import socket

import httpx
import pytest
from hub_process import ADMIN
from nmdc_client import HubSaidNo


def check(response, status=200):
    assert response.status_code == status, response.text
    return response.json()


def test_bans_of_nick_and_address(api_hub, connect):
    troll, alice = connect(api_hub, "troll"), connect(api_hub, "alice")
    with api_hub.api() as api:
        done = check(api.post("/bans", json={"nick": "Troll", "reason": "it's | enough \\", "seconds": 3600}))
        assert done["disconnected"] == ["troll"]
        troll.wait_closed()
        alice.wait_for(lambda frame: frame == "$Quit troll", "$Quit")
        (ban,) = check(api.get("/bans", params={"search": "troll"}))["bans"]
        assert (ban["nick"], ban["ip"], ban["type"], ban["reason"], ban["operator"]) == (
            "Troll", "", "nick", "it's | enough \\", "first")
        with pytest.raises(HubSaidNo):
            connect(api_hub, "troll")
        assert check(api.delete("/bans", params={"nick": "troll"}))["removed"] == 1
        connect(api_hub, "troll")
        check(api.delete("/bans", params={"nick": "troll"}), 404)

        assert set(check(api.post("/bans", json={"ip": "127.0.0.1", "reason": "all"}))["disconnected"]) == {"alice", "troll"}
        alice.wait_closed()
        assert check(api.get("/bans"))["bans"][0]["end"] is None
        with pytest.raises(HubSaidNo):
            connect(api_hub, "alice")
        check(api.delete("/bans", params={"ip": "127.0.0.1"}))
        connect(api_hub, "alice")


def test_registrations_by_http(api_hub, connect):
    with api_hub.api() as api:
        check(api.post("/registrations", json={"nick": "newbie", "class": 2, "password": "a-password"}), 201)
        check(api.post("/registrations", json={"nick": "newbie"}), 409)
        connect(api_hub, "newbie", "a-password")
        assert check(api.get("/user/newbie"))["class_name"] == "VIP"
        (row,) = check(api.get("/registrations", params={"search": "NEWB"}))["registrations"]
        assert (row["class"], row["online"], row["last_ip"]) == (2, True, "127.0.0.1")
        assert check(api.put("/registrations/newbie", json={"class": 3}))["class"] == 3
        assert "newbie" in {user["nick"] for user in check(api.get("/ops"))["operators"]}
        check(api.delete("/registrations/newbie"))
        assert check(api.get("/user/newbie"))["class"] == 0
        check(api.delete("/registrations/newbie"), 404)
        check(api.delete(f"/registrations/{ADMIN[0]}"), 409)


def test_settings_restrictions_and_bots(api_hub, connect):
    alice = connect(api_hub, "alice")
    with api_hub.api() as api:
        before = {row["name"]: row["value"] for row in check(api.get("/config"))["settings"]}
        assert before["hub_name"] and "password" not in "".join(before.values())
        check(api.put("/config/hub_name", json={"value": "Another | name"}))
        assert check(api.get("/hub"))["name"] == "Another | name"
        check(api.put("/config/max_users", json={"value": "many"}), 409)
        check(api.put("/config/plugin_mod_class", json={"value": "0"}), 403)

        assert check(api.put("/restrictions/alice", json={"chat": "1h"}))["chat"] is True
        alice.chat("nobody reads this")
        check(api.put("/restrictions/alice", json={"chat": "0"}))
        alice.chat("but this")
        alice.wait_chat("but this", by="alice")
        assert not any("nobody reads" in frame for frame in alice.frames)

        check(api.post("/bots", json={"nick": "helper", "class": 3, "description": "at your service"}), 201)
        alice.wait_for(lambda frame: frame.startswith("$MyINFO $ALL helper at your service"), "the bot")
        assert check(api.get("/user/helper"))["is_bot"]
        check(api.delete("/bots/helper"))
        alice.wait_for(lambda frame: frame == "$Quit helper", "the bot leaves")
        check(api.delete(f"/bots/{check(api.get('/hub'))['bot']}"), 409)


def test_broadcasts_reach_classes(api_hub, connect):
    boss, alice = connect(api_hub, *ADMIN), connect(api_hub, "alice")
    with api_hub.api() as api:
        check(api.post("/broadcast", json={"message": "for operators", "min_class": 3}))
        check(api.post("/broadcast", json={"message": "for the boss", "min_class": 10, "to": "pm"}))
        check(api.post("/broadcast", json={"message": "for guests", "max_class": 0}))
    boss.wait_chat("for operators")
    boss.wait_pm("for the boss")
    alice.wait_chat("for guests")
    assert not any("for operators" in frame or "for the boss" in frame for frame in alice.frames)


def test_a_repeated_key_is_said_once(api_hub, connect):
    alice = connect(api_hub, "alice")
    with api_hub.api() as api:
        for _ in range(3):
            check(api.post("/chat", json={"message": "only once"}, headers={"Idempotency-Key": "k"}))
        check(api.post("/chat", json={"message": "the end"}))
    alice.wait_chat("the end")
    assert sum("only once" in frame for frame in alice.frames) == 1


def test_tokens_in_chat(api_hub, connect):
    boss = connect(api_hub, *ADMIN)

    def say(command, answer):
        since = boss.mark()
        boss.send(f"<{ADMIN[0]}> {command}|")
        return boss.wait_pm(answer, since=since)

    secret = re.search(r"shown this once: (\S+)", say("!api token create web read,chat", "shown this once"))[1]
    with httpx.Client(base_url=api_hub.api_url, headers={"Authorization": f"Bearer {secret}"}) as api:
        check(api.post("/chat", json={"message": "by a token"}))
        check(api.post("/kick/boss", json={"reason": "x"}), 403)
        assert "web: chat, read" in say("!api token list", "Tokens:")
        say("!api token revoke web", "is revoked")
        check(api.post("/chat", json={"message": "x"}), 403)
    with api_hub.api() as api:
        check(api.post("/registrations", json={"nick": "oper", "class": 3, "password": "a-password"}), 201)
    oper = connect(api_hub, "oper", "a-password")
    oper.command("!api token create mine all", "for admins")


@pytest.mark.brief
def test_unloading_while_clients_listen(api_hub, connect):
    """A stream is open when the script is reloaded: it ends, and the API comes back."""
    seen = len(api_hub.out.lines)
    boss = connect(api_hub, *ADMIN)
    with httpx.Client(base_url=api_hub.api_url, timeout=30) as api, api.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(": welcome")
        boss.command("!pyreload hub_api.py", "hub_api.py")
        with pytest.raises((httpx.TransportError, StopIteration)):
            while True:
                next(lines)
    assert api_hub.out.wait_for(r"^api http", since=seen), "the API is back"


def test_clients_that_hang_up_do_no_harm(start_hub):
    """What is written to a connection whose other end is gone is an error of that connection, and not a signal that ends the hub."""
    hub = start_hub(api=True, env={"HUB_API_LOOP": "uvloop", "HUB_API_RATE": "0"})
    address = ("127.0.0.1", int(hub.api_url.rsplit(":", 1)[1]))
    request = b"GET /users HTTP/1.1\r\nHost: hub\r\n\r\n"
    for _ in range(20):
        clients = [socket.create_connection(address) for _ in range(16)]
        for client in clients:
            client.sendall(request * 3)
        for client in clients:
            client.close()
    with hub.api() as api:
        check(api.get("/health"))
