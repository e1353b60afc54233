"""vhpy-load, for some seconds: nobody is thrown out, no line is lost, and it does say when one is. `./dev load` has it run for long."""

import json
import os
import subprocess

from hub_process import NO_LIMITS
from patience import DEADLINE

FREE = (*NO_LIMITS, "int_flood_search_limit=0", "int_flood_myinfo_limit=0", "int_search=0")


def run(hub, *options):
    command = [os.environ["VHPY_LOAD"], "--port", str(hub.port), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    ready, told = done.stdout.splitlines()
    assert ready == "ready"
    return done.returncode, json.loads(told)


def test_clients_log_in_chat_search_and_come_back(start_hub):
    hub = start_hub(settings=FREE)
    status, told = run(hub, "--clients", "30", "--seconds", "1.5", "--chat", "40", "--search", "20", "--churn", "10")
    assert status == 0 and told["errors"] == told["lost_lines"] == 0, told
    assert told["lines_sent"] > 0 and told["searches_received"] > 0 and told["left"] > 0
    assert told["logins"] > 30 and told["lines_received"] >= told["lines_sent"] * 7
    assert 0 < told["chat"]["p50"] <= told["chat"]["p99"] <= told["chat"]["max"]


def test_what_goes_wrong_is_counted(start_hub):
    """A hub that disconnects whoever talks too much."""
    hub = start_hub(settings=("int_flood_chat_period=60", "int_flood_chat_limit=2", "int_login=0"))
    status, told = run(hub, "--clients", "4", "--seconds", "1.5", "--chat", "40", "--churn", "0", "--search", "0")
    assert status == 1 and told["errors"] + told["lost_lines"] > 0 and told["first_error"]
