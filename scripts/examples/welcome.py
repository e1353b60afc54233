"""Greets who logs in and answers !hello: a script with hooks only, all on the hub thread."""

import vh


def OnUserLogin(nick: str) -> None:
    vh.usermc(f"Welcome, {nick}! {vh.GetUsersCount()} users are here.", nick)


def OnHubCommand(nick: str, cmd: str, user_class: int, in_pm: int, prefix: str) -> int | None:
    if cmd != "hello":
        return None  # not ours: whoever knows it may have it
    vh.usermc(f"Hello, {nick}. Your class is {user_class}.", nick)
    return 0  # ours: the hub need not look for it
