"""Inside the hub of hub_under_flood.py: four threads that call `vh` without pause from `!flood on` to `!flood off`. `!turns`
tells the 99th percentile of the turns of the hub's loop."""

import threading

import vh

THREADS = 4

flooding = threading.Event()
ending = threading.Event()


def call():
    try:
        while not ending.is_set():
            flooding.wait()
            vh.GetUserClass("client")
    except vh.Error:
        pass  # the hub is ending


threads = [threading.Thread(target=call) for _ in range(THREADS)]
for thread in threads:
    thread.start()


def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if cmd == "turns":
        vh.usermc(f"turns p99 {vh.stats()['loop']['turn']['p99']}", nick)
        return 0
    if not cmd.startswith("flood "):
        return 1
    (flooding.set if cmd == "flood on" else flooding.clear)()
    vh.usermc(f"now {cmd}", nick)
    return 0


def UnLoad():
    ending.set()
    flooding.set()
    for thread in threads:
        thread.join(2)
