"""Inside the hub during the storms: counts what the hooks see, and calls `vh` all the time from a thread, from
coroutines and from OnTimer. `!ping N` answers `pong N`; `!counts` tells the counts."""

import asyncio
import threading

import vh

PAUSE = 0.002  # seconds between calls from the thread, and between batches of coroutines
BATCH = 20  # coroutines that call at once

chats = ticks = commands = blocking_calls = awaited_calls = 0
wrong = []
ending = threading.Event()


def check(value):
    if not isinstance(value, int):
        wrong.append(value)


def call():
    global blocking_calls
    while not ending.wait(PAUSE):
        check(vh.GetUserClass("user1"))
        blocking_calls += 1


async def call_by_coroutines():
    global awaited_calls
    while not ending.is_set():
        for value in await asyncio.gather(*(vh.aio.GetUsersCount() for _ in range(BATCH))):
            check(value)
        awaited_calls += BATCH
        await asyncio.sleep(PAUSE)


def guarded(job):
    try:
        job()
    except vh.Error:
        pass  # the hub is ending


threads = [threading.Thread(target=guarded, args=(job,)) for job in (call, lambda: asyncio.run(call_by_coroutines()))]
for thread in threads:
    thread.start()


def OnParsedMsgChat(nick, msg):
    global chats
    chats += 1


def OnTimer(now):
    global ticks
    ticks += 1
    check(vh.GetUsersCount())
    vh.GetNickList()


def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    global commands
    if cmd.startswith("ping "):
        commands += 1
        vh.usermc("pong " + cmd[5:], nick)
        return 0
    if cmd == "counts":
        vh.usermc(f"counts {chats} {ticks} {commands} {blocking_calls} {awaited_calls} {len(wrong)}", nick)
        return 0


def UnLoad():
    ending.set()
    for thread in threads:
        thread.join(2)
