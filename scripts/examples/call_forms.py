"""The forms of a call, each where it fits. Operators say in the main chat:

    +thank NICK    a posted call: nobody waits for it
    +rename WORD   a batch: topic and announcement change together, nothing comes between
    +welcome NICK  a batch for one session: if somebody else has the nick by the time it runs, nothing is said
    +idle          a Python function on the hub thread: looks at everybody and decides, while nobody comes or goes
    +lane          what the queue tells about itself

A hook starts each on a thread of the script, as a web handler would: on the hub thread itself a call simply runs.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import vh

OPERATOR = 3
pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="call_forms")


def thank(who: str, _: str) -> None:
    vh.post.mc(f"Thank you, {who}!")


def rename(word: str, nick: str) -> None:
    with vh.context(timeout=2.0, label="rename"), vh.batch() as batch:
        topic = batch.Topic(f"All about {word}")
        batch.mc(f"{nick} has given the hub a topic: {word}.")
    vh.pm(f"The topic is now: {topic.result()}", nick)


def welcome(who: str, nick: str) -> None:
    user = vh.snapshot().users.get(who)
    try:
        with vh.batch(only_if=user) as batch:
            said = batch.usermc("The operators welcome you.", who)
    except vh.SessionGone:
        vh.pm(f"{who} has just left.", nick)
        return
    vh.pm(f"{who} was welcomed." if said.result() else f"{who} is not here.", nick)


def silent_users() -> list[str]:
    """On the hub thread: between its calls the hub does nothing else."""
    return [nick for nick in vh.GetNickList() if vh.GetUserClass(nick) == 0 and not vh.GetMyINFO(nick)]


def idle(_: str, nick: str) -> None:
    try:
        with vh.context(lane="control"):  # an operator waits: before all that other scripts have queued
            found = vh.on_main(silent_users).result(2.0)
    except vh.Expired as error:
        vh.post.pm(f"Not now: {error}", nick)
        return
    vh.pm(f"Guests without MyINFO: {', '.join(found) or 'none'}", nick)


def lane(_: str, nick: str) -> None:
    stats = vh.stats()
    vh.pm(f"{stats['ran']} calls so far, {stats['depth']} queued; the hub thread is {stats['hub_thread']}.", nick)


COMMANDS: dict[str, Callable[[str, str], None]] = {"thank": thank, "rename": rename, "welcome": welcome, "idle": idle,
                                                    "lane": lane}


def OnHubCommand(nick: str, cmd: str, user_class: int, in_pm: int, prefix: str) -> int | None:
    word, _, rest = cmd.partition(" ")
    if word not in COMMANDS or user_class < OPERATOR:
        return None
    pool.submit(COMMANDS[word], rest, nick)
    return 0


def UnLoad() -> None:
    pool.shutdown(wait=True, cancel_futures=True)  # calls that still wait were abandoned before UnLoad
