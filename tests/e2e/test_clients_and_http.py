"""Direct Connect clients and HTTP requests at the same hub: each sees at once what the other has done."""

import concurrent.futures

import pytest
from hub_process import ADMIN
from nmdc_client import HubSaidNo
from patience import until


def nicks(users):
    return [user["nick"] for user in users]


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_chat_by_http_is_seen_by_clients(start_hub, connect, loop):
    hub = start_hub(api=True, env={"HUB_API_LOOP": loop})
    alice, bob = connect(hub, "alice"), connect(hub, "bob")
    message = "50 | $ &#36; & ä 日本\nsecond line"
    with hub.api() as api:
        assert api.post("/chat", json={"message": message}).json() == {"message": message, "to": None}
        bot = api.get("/hub").json()["bot"]
    for client in (alice, bob):
        client.wait_chat(message.replace("\n", "\r\n"), by=bot)


@pytest.mark.brief
def test_arrivals_and_departures_are_seen_by_the_next_request(api_hub, connect):
    with api_hub.api() as api:
        for nick in ("alice", "Bob", "user-3"):
            assert api.get(f"/user/{nick}").status_code == 404
            client = connect(api_hub, nick, share=5 << 30)
            user = api.get(f"/user/{nick.upper()}").json()
            assert (user["nick"], user["class"], user["class_name"], user["is_bot"]) == (nick, 0, "Guest", False)
            assert (user["share_formatted"], user["ip"]) == ("5.00 GiB", "127.0.0.1")
            assert nick in {known["nick"] for known in api.get("/users").json()["users"]}
            before = api.get("/stats").json()["users_online"]
            client.close()
            until(lambda: api.get(f"/user/{nick}").status_code == 404, f"{nick} is gone")
            assert api.get("/stats").json()["users_online"] == before - 1


def test_topic_by_one_request_is_seen_by_the_next_and_by_clients(api_hub, connect):
    alice = connect(api_hub, "alice")
    with api_hub.api() as api:
        for number in range(20):
            topic = f"topic {number} | $"
            assert api.put("/topic", json={"topic": topic}).json() == {"topic": topic}
            assert api.get("/hub").json()["topic"] == topic
        until(lambda: alice.topic() == "topic 19 | $", "the last topic reaches the client")
        assert api.put("/topic", json={"topic": ""}).json() == {"topic": ""}
        assert api.get("/hub").json()["topic"] == ""


def test_private_message_reaches_one_user_only(api_hub, connect):
    alice, bob = connect(api_hub, "alice"), connect(api_hub, "bob")
    with api_hub.api() as api:
        bot = api.get("/hub").json()["bot"]
        assert api.post("/pm/ALICE", json={"message": "for you | only"}).status_code == 200
        alice.wait_pm("for you | only", by=bot)
        assert api.post("/chat", json={"message": "after"}).status_code == 200
        bob.wait_chat("after")
        assert not any("for you" in frame for frame in bob.frames)
        assert api.post(f"/pm/{bot}", json={"message": "x"}).status_code == 409


@pytest.mark.brief
def test_kick_by_http(api_hub, connect):
    alice, victim = connect(api_hub, "alice"), connect(api_hub, "victim")
    with api_hub.api() as api:
        assert api.post("/kick/victim", json={"reason": "for | tests"}).json() == {
            "nick": "victim", "reason": "for | tests"}
        assert api.get("/user/victim").status_code == 404
        assert api.post("/kick/victim", json={"reason": "again"}).status_code == 404
        victim.wait_closed()
        assert any("for &#124; tests" in frame for frame in victim.frames), victim.frames[-5:]
        alice.wait_for(lambda frame: frame == "$Quit victim", "$Quit")
        with pytest.raises(HubSaidNo):  # a kick comes with a short ban
            connect(api_hub, "victim")
        bot = api.get("/hub").json()["bot"]
        assert api.post(f"/kick/{bot}", json={"reason": "x"}).status_code == 409


def test_operators_and_bots(api_hub, connect):
    with api_hub.api() as api:
        hub = api.get("/hub").json()
        assert hub["bot"] in nicks(api.get("/bots").json()["bots"])
        assert ADMIN[0] not in nicks(api.get("/ops").json()["operators"])
        connect(api_hub, *ADMIN)
        assert ADMIN[0] in nicks(api.get("/ops").json()["operators"])
        user = api.get(f"/user/{ADMIN[0]}").json()
        assert (user["class"], user["class_name"], user["is_op"]) == (10, "Master", True)
        assert api.get(f"/user/{hub['bot']}").json()["is_bot"]


@pytest.mark.parametrize("nick", ["a/b", "50%", "q?x#y", "été", "caf\udce9", "日本"])
def test_unusual_nicks_survive_the_way_through_http(api_hub, connect, nick):
    client = connect(api_hub, nick)
    with api_hub.api() as api:
        (user,) = [user for user in api.get("/users").json()["users"] if not user["is_bot"]]
        assert user["nick"] == nick.replace("\udce9", "\ufffd")
        assert api.get(user["url"]).json()["url"] == user["url"]
        path = user["url"].removeprefix("/user/")
        assert api.post(f"/pm/{path}", json={"message": "found"}).status_code == 200
        client.wait_pm("found")
        assert api.post(f"/kick/{path}", json={"reason": "x"}).status_code == 200
    client.wait_closed()


@pytest.mark.brief
def test_many_requests_while_many_users_chat(api_hub, connect):
    """50 requests at a time, of both kinds, while 10 users talk: every answer right, no line lost or out of order."""
    users, lines, rounds = 10, 40, 4
    clients = [connect(api_hub, f"user{number}") for number in range(users)]

    def talk(client):
        for number in range(lines):
            client.chat(f"{client.nick} line {number}.")

    def ask_with_own_connection(number):
        with api_hub.api() as api:
            return ask(api, number)

    def ask(api, number):
        nick = f"user{number % users}"
        kind = number % 5
        if kind == 0:
            return api.get(f"/user/{nick}").json()["nick"] == nick
        if kind == 1:
            found = {user["nick"] for user in api.get("/users").json()["users"]}
            return {f"user{index}" for index in range(users)} <= found
        if kind == 2:
            return api.get("/stats").json()["users_online"] == users
        if kind == 3:
            return api.post("/chat", json={"message": f"by http {number}."}).status_code == 200
        return api.get("/ops").status_code == 200 and api.get("/health").json()["status"] == "healthy"

    with concurrent.futures.ThreadPoolExecutor(50 + users) as pool:
        talks = [pool.submit(talk, client) for client in clients]
        answers = list(pool.map(ask_with_own_connection, range(50 * rounds)))
        for talk_done in talks:
            talk_done.result()
    assert all(answers)
    for client in clients:
        for sender in range(users):
            client.wait_chat(f"user{sender} line {lines - 1}.")
        for number in range(3, 50 * rounds, 5):
            client.wait_chat(f"by http {number}.")
        for sender in range(users):
            said = [frame for frame in client.frames if frame.startswith(f"<user{sender}> ")]
            assert said == [f"<user{sender}> user{sender} line {number}." for number in range(lines)]
