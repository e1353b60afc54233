"""The test's side of probe.py: calls vh inside the hub and reads what comes back."""

import json
import pathlib

from nmdc_client import Client, unescape
from patience import until
from verlihub_process import ADMIN

PROBE = pathlib.Path(__file__).resolve().parent / "probe.py"


class Probe:
    """An operator of the highest class who asks the script."""

    def __init__(self, hub):
        self.client = Client(hub.port, *ADMIN)

    def say(self, word, expression):
        self.client.send(f"<{self.client.nick}> !{word} {expression.encode().hex()}|")

    def ask(self, word, expression):
        since = self.client.mark()
        self.say(word, expression)
        frame = self.client.wait_pm("result ", by="Probe", since=since)
        return json.loads(unescape(frame).partition("> result ")[2])

    def __call__(self, expression):
        """On the hub thread."""
        return self.ask("eval", expression)

    def thread(self, expression):
        """On another thread."""
        return self.ask("thread", expression)

    def events(self, name, *start):
        return self(f"watched({', '.join(map(repr, (name, *start)))})")

    def wait_event(self, name, *start):
        """Arguments of the first such event."""
        return until(lambda: self.events(name, *start), f"{name}{start}")[0]

    def answer(self, name, value):
        self(f"answer({name!r}, {value!r})")

    def close(self):
        self.client.close()
