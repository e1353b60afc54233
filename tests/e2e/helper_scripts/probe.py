"""Lets a test see the hub from inside: `!eval EXPRESSION` answers `eval: REPR`, computed on the hub thread."""

import vh


def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if not cmd.startswith("eval "):
        return None
    try:
        value = repr(eval(cmd[5:]))
    except Exception as error:
        value = f"{type(error).__name__}: {error}"
    vh.usermc(f"eval: {value}", nick)
    return 0
