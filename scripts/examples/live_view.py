"""Says in the main chat who has come and who has gone, from a thread that compares two snapshots: no hooks, no calls that
wait for the hub thread but the one that speaks. `!seen NICK` answers from the live copy, in the hook itself.
"""

import threading

import vh

stopping = threading.Event()


def compare(before: vh.Snapshot, now: vh.Snapshot) -> list[str]:
    lines = []
    for nick, user in now.users.items():
        if nick not in before.users:
            lines.append(f"{nick} has come from {user.country or 'somewhere'}, the hub has {now.users_count} users.")
    lines += [f"{nick} has gone." for nick in before.users if nick not in now.users]
    return lines


def watch() -> None:
    before = vh.snapshot()
    while not stopping.is_set():
        try:
            if not vh.wait_version(before.version + 1, timeout=60):
                continue
            now = vh.snapshot()
            for line in compare(before, now):
                vh.mc(line)
        except vh.Error:
            return  # the script is unloaded, or the hub stops
        before = now


def OnHubCommand(nick: str, cmd: str, user_class: int, in_pm: int, prefix: str) -> int | None:
    word, _, who = cmd.partition(" ")
    if word != "seen":
        return None
    user = vh.snapshot().users.get(who)
    vh.usermc(f"{user.nick} is here, class {user.class_}." if user else f"{who} is not here.", nick)
    return 0


thread = threading.Thread(target=watch, daemon=True)
thread.start()


def UnLoad() -> None:
    stopping.set()
    thread.join(2)
