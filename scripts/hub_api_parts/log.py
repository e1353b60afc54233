"""Lines for the hub's log, which is stderr. Any thread; never blocks longer than stderr does."""

import sys


def log(text: str) -> None:
    print(f"hub_api: {text}", file=sys.stderr, flush=True)
