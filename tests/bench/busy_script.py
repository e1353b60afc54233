"""Inside the hub of busy_script_figures.py: a thread that computes without pause, in Python, from `!compute on` to `!compute off`."""

import threading

import vh

computing = threading.Event()
ending = threading.Event()


def compute():
    while not ending.is_set():
        computing.wait()
        while computing.is_set():
            pass


thread = threading.Thread(target=compute)
thread.start()


def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if not cmd.startswith("compute "):
        return 1
    (computing.set if cmd == "compute on" else computing.clear)()
    vh.usermc(f"now {cmd}", nick)
    return 0


def UnLoad():
    ending.set()
    computing.clear()
    thread.join(2)
    computing.set()
    thread.join(2)
