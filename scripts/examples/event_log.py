"""Keeps the last lines of the main chat and who came and went, for `!last`, without a hook for any of it: the hub does not wait
for this script, whatever it does with an event. `!rate` says how many events a second there were.
"""

import asyncio
import collections
import threading

import vh

lines: collections.deque[str] = collections.deque(maxlen=20)
rates: collections.Counter[int] = collections.Counter()
watched = vh.events("OnParsedMsgChat", "OnUserLogin", "OnUserLogout", maxsize=500)


def describe(event: vh.Event) -> str:
    missing = f"({event.skipped} more) " if event.skipped else ""
    if event.hook == "OnParsedMsgChat":
        return missing + (f"<{event.nick}> {event.msg}" if event.allowed else f"{event.nick} was not heard")
    return missing + f"{event.nick} has {'come' if event.hook == 'OnUserLogin' else 'gone'}"


def keep() -> None:
    for event in watched:  # on a thread, until the script is unloaded or the hub stops
        lines.append(describe(event))


async def count() -> None:
    async with vh.events("OnParsedMsgAny", overflow="drop_newest") as stream:
        async for event in stream:  # on an event loop: others run meanwhile
            rates[int(event.time)] += 1 + event.skipped
            for second in sorted(rates)[:-60]:
                del rates[second]


def OnHubCommand(nick: str, cmd: str, user_class: int, in_pm: int, prefix: str) -> int | None:
    if cmd == "last":
        vh.usermc("\n".join(lines) or "Nothing was said.", nick)
    elif cmd == "rate":
        vh.usermc(f"{sum(rates.values())} commands in the last {len(rates)} busy seconds.", nick)
    else:
        return None
    return 0


threads = [threading.Thread(target=keep, daemon=True), threading.Thread(target=lambda: asyncio.run(count()), daemon=True)]
for thread in threads:
    thread.start()


def UnLoad() -> None:
    for thread in threads:
        thread.join(2)
