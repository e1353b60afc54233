"""Lines for the hub's log, which is stderr. Any thread; never blocks longer than stderr does."""

import re
import sys


def log(text: str) -> None:
    """One line, whatever a request or an exception has put into the text: control characters are escaped."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda control: repr(control[0])[1:-1], text)
    print(f"hub_api: {line}", file=sys.stderr, flush=True)
