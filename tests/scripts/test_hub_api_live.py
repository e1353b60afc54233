"""Events of hub_api: the stream's bookkeeping, /events over a real socket, /ws, what they refuse. The hub is a stand-in."""

import asyncio
import json
import threading
import time

import httpx
import pytest
import websockets
from fake_vh import FakeVh
from hub_api_parts.access.scopes import EVERY, Scope
from hub_api_parts.access.tokens import Tokens
from hub_api_parts.live import formats, stream as stream_module
from hub_api_parts.live.stream import Stream
from hub_api_parts.server import ApiServer
from hub_api_parts.settings import Settings

DEADLINE = 30.0
CHAT = frozenset({"OnParsedMsgChat"})


def chat(stream, text, skipped=0):
    stream.add("OnParsedMsgChat", {"nick": "alice", "msg": text}, 1.5, skipped)


async def take(batches):
    return await asyncio.wait_for(anext(batches), DEADLINE)


def run(scenario):
    asyncio.run(asyncio.wait_for(scenario(), DEADLINE))


def test_listeners_get_what_they_want_in_batches():
    async def scenario():
        stream = Stream(FakeVh())
        everything, only_logins = stream.listen(CHAT | {"OnUserLogin"}), stream.listen(frozenset({"OnUserLogin"}))
        both = asyncio.create_task(take(everything)), asyncio.create_task(take(only_logins))
        while stream.listeners < 2:
            await asyncio.sleep(0)
        chat(stream, "50 &#36;")
        stream.add("OnUserLogin", {"nick": "bob"}, 2.0, 0)
        first, second = [await task for task in both]
        assert [(event.number, event.hook, event.args) for event in first.events] == [
            (1, "OnParsedMsgChat", {"nick": "alice", "msg": "50 $"}), (2, "OnUserLogin", {"nick": "bob"})]
        assert [event.number for event in second.events] == [2] and first.skipped == second.skipped == 0
        await everything.aclose()
        await only_logins.aclose()
        assert stream.listeners == 0

    run(scenario)


def test_who_comes_back_gets_what_has_happened_since(monkeypatch):
    monkeypatch.setattr(stream_module, "RING", 10)

    async def scenario():
        stream = Stream(FakeVh())
        for number in range(1, 31):
            chat(stream, str(number))
        near = await take(stream.listen(CHAT, stream.id_of(27)))
        assert [event.args["msg"] for event in near.events] == ["28", "29", "30"] and near.skipped == 0
        far = await take(stream.listen(CHAT, stream.id_of(5)))
        assert [event.args["msg"] for event in far.events] == [str(number) for number in range(21, 31)] and far.skipped == 15
        other_run = await take(stream.listen(CHAT, "0badcafe-5"))
        assert other_run.events == [] and other_run.skipped == -1
        told = formats.sse(stream, other_run)
        assert told == 'event: skipped\ndata: {"skipped": null}\n\n'
        assert json.loads(formats.message(stream, far))["skipped"] == 15

    run(scenario)


def test_what_the_hub_left_out_is_told():
    async def scenario():
        stream = Stream(FakeVh())
        chat(stream, "a")
        chat(stream, "b", skipped=7)
        chat(stream, "c")
        assert (await take(stream.listen(CHAT, stream.id_of(1)))).skipped == 7
        assert (await take(stream.listen(CHAT, stream.id_of(2)))).skipped == 0
        assert stream.skipped == 7

    run(scenario)


def test_close_ends_all_listeners():
    async def scenario():
        stream = Stream(FakeVh())
        waiting = [asyncio.create_task(anext(stream.listen(CHAT), None)) for _ in range(3)]
        while stream.listeners < 3:
            await asyncio.sleep(0)
        stream.close()
        assert await asyncio.gather(*waiting) == [None] * 3 and stream.listeners == 0

    run(scenario)


def test_support_flags_are_learned_by_address():
    async def scenario():
        stream = Stream(FakeVh())
        stream.add("OnParsedMsgSupports", {"ip": "10.0.0.7", "data": "$Supports NoHello TTHSearch ", "back": ""}, 1.0, 0)
        assert stream.flags_of("10.0.0.7") == ["NoHello", "TTHSearch"] and stream.flags_of("10.0.0.8") == []
        assert stream.count == 0

    run(scenario)


@pytest.fixture
def served(tmp_path):
    vh = FakeVh(tmp_path)
    tokens = Tokens(tmp_path)
    tokens.create("all", EVERY, "token-of-all")
    tokens.create("reader", frozenset({Scope.READ}), "token-of-a-reader")
    server = ApiServer(vh, Settings(port=0, rate=0), tokens)
    server.start()
    end = time.monotonic() + DEADLINE
    while "running" not in server.status() or vh.happened is None:
        assert time.monotonic() < end, server.status()
        time.sleep(0.005)
    yield server, vh
    server.stop()


@pytest.fixture
def say(served):
    """Makes the stand-in's hub say something, from the test's thread."""
    _, vh = served

    def put(text):
        vh.loop.call_soon_threadsafe(
            vh.happened.put_nowait, ("OnParsedMsgChat", {"nick": "alice", "msg": text}, 0))

    return put


def test_events_over_a_socket(served, say):
    server, _ = served
    with httpx.Client(base_url=server._address, timeout=DEADLINE) as client:
        with client.stream("GET", "/events?hooks=OnParsedMsgChat") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.iter_lines()
            assert next(lines) == ": welcome"
            say("one")
            seen = [next(lines) for _ in range(4)][1:]
            assert seen[1] == "event: OnParsedMsgChat"
            data = json.loads(seen[2].removeprefix("data: "))
            assert data["args"] == {"nick": "alice", "msg": "one"} and seen[0] == f"id: {data['id']}"
        say("two")
        with client.stream("GET", "/events", headers={"Last-Event-ID": data["id"]}) as answer:
            lines = answer.iter_lines()
            found = next(json.loads(line[6:]) for line in lines if line.startswith("data: "))
            assert found["args"]["msg"] == "two"


def test_sockets(served, say):
    server, _ = served
    address = server._address.replace("http", "ws") + "/ws"

    async def scenario():
        async with websockets.connect(address + "?hooks=OnParsedMsgChat,OnNewBan", subprotocols=["bearer", "token-of-all"]) as socket:
            assert socket.subprotocol == "bearer"
            say("hello")
            told = json.loads(await socket.recv())
            assert [event["args"]["msg"] for event in told["events"]] == ["hello"] and told["skipped"] == 0
            await socket.send("is not heeded")
        async with websockets.connect(address + "?after=" + told["last"]) as socket:
            say("again")
            assert json.loads(await socket.recv())["events"][0]["args"]["msg"] == "again"
        for query, headers, status in (("?hooks=OnNewBan", {}, 403), ("?hooks=OnNewBan", {"Authorization": "Bearer wrong"}, 403),
                                       ("?hooks=OnNewBan", {"Authorization": "Bearer token-of-a-reader"}, 403),
                                       ("?hooks=OnParsedMsgMyPass", {}, 422), ("", {"Authorization": "Basic x"}, 401)):
            with pytest.raises(websockets.InvalidStatus) as refused:
                await websockets.connect(address + query, additional_headers=headers)
            assert refused.value.response.status_code == status

    run(scenario)


def test_stopping_ends_streams_and_sockets(served):
    server, _ = served
    ended = []

    def listen():
        with httpx.Client(base_url=server._address, timeout=DEADLINE) as client, client.stream("GET", "/events") as answer:
            for line in answer.iter_lines():
                ended.append(line)
        ended.append("the end")

    listener = threading.Thread(target=listen)
    listener.start()
    end = time.monotonic() + DEADLINE
    while not ended:
        assert time.monotonic() < end
        time.sleep(0.005)
    assert server.stop() == "The API is stopped."
    listener.join(DEADLINE)
    assert ended[-1] == "the end"


def test_listeners_are_bounded(served, monkeypatch):
    server, _ = served
    monkeypatch.setattr("hub_api_parts.routes.live.MAX_LISTENERS", 0)
    answer = httpx.get(server._address + "/events")
    assert answer.status_code == 503 and answer.json()["error"] == "busy"
