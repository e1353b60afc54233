"""What happens in a real hub, as /events and /ws tell it."""

import asyncio
import json
import threading

import httpx
import websockets
from hub_process import ADMIN
from patience import DEADLINE


class Events:
    """What a client of /events is told, read by a thread of its own."""

    def __init__(self, hub, query="", headers=None):
        self.told, self.changed, self.listening = [], threading.Condition(), threading.Event()
        self._client = httpx.Client(base_url=hub.api_url, timeout=DEADLINE, headers=headers or {})
        self._thread = threading.Thread(target=self._read, args=(query,), daemon=True)
        self._thread.start()
        assert self.listening.wait(DEADLINE)

    def _read(self, query):
        try:
            with self._client.stream("GET", "/events" + query) as answer:
                for line in answer.iter_lines():
                    self.listening.set()
                    if line.startswith("data: "):
                        with self.changed:
                            self.told.append(json.loads(line[6:]))
                            self.changed.notify_all()
        except (httpx.TransportError, httpx.StreamError):
            pass  # closed by the test

    def wait(self, hook, **args):
        def found():
            return next((event for event in self.told if event.get("hook") == hook and event["args"].items() >= args.items()), None)

        with self.changed:
            assert self.changed.wait_for(found, DEADLINE), f"no {hook} {args}: {self.told[-10:]}"
            return found()

    def close(self):
        self._client.close()


def test_what_happens_is_told(api_hub, connect):
    auth = {"Authorization": f"Bearer {api_hub.token}"}
    everybody, moderator = Events(api_hub), Events(api_hub, "?hooks=OnOperatorKicks,OnSetConfig", auth)
    boss, alice = connect(api_hub, *ADMIN), connect(api_hub, "alice")
    everybody.wait("OnUserLogin", nick="alice")
    alice.chat("50 $ | ä")
    said = everybody.wait("OnParsedMsgChat", nick="alice", msg="50 $ | ä")
    assert said["time"] > 0
    boss.send("$To: alice From: boss $<boss> secret|")
    alice.wait_pm("secret")
    with api_hub.api() as api:
        api.post("/kick/alice", json={"reason": "enough"})
        api.put("/config/hub_desc", json={"value": "New"})
    everybody.wait("OnUserLogout", nick="alice")
    moderator.wait("OnOperatorKicks", nick="alice", reason="enough")
    moderator.wait("OnSetConfig", var="hub_desc", new="New")
    assert not any("secret" in json.dumps(event) for event in everybody.told + moderator.told)
    assert {event["hook"] for event in moderator.told} == {"OnOperatorKicks", "OnSetConfig"}
    later = Events(api_hub, headers={"Last-Event-ID": said["id"]})
    assert later.wait("OnUserLogout", nick="alice")
    for events in (everybody, moderator, later):
        events.close()
    with api_hub.api() as api:
        assert "NoHello" in api.get(f"/user/{ADMIN[0]}").json()["support_flags"]


def test_by_a_socket(api_hub, connect):
    async def scenario():
        address = api_hub.api_url.replace("http", "ws") + "/ws?hooks=OnUserLogin"
        async with websockets.connect(address, subprotocols=["bearer", api_hub.token]) as socket:
            await asyncio.to_thread(connect, api_hub, "alice")
            told = json.loads(await asyncio.wait_for(socket.recv(), DEADLINE))
            assert [(event["hook"], event["args"]) for event in told["events"]] == [("OnUserLogin", {"nick": "alice"})]

    asyncio.run(scenario())
