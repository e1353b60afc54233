"""Defects of older plugins, by the numbers under which the project keeps them, that need the real program."""

from hub_process import ADMIN

SCRIPT = """
import asyncio, threading, vh
ending = threading.Event()
threads = [threading.Thread(target=ending.wait), threading.Thread(target=lambda: asyncio.run(asyncio.to_thread(ending.wait)))]
for thread in threads:
    thread.start()
print("loaded", vh.myid, flush=True)

def UnLoad():
    ending.set()
    for thread in threads:
        thread.join()
    print("unloaded", vh.myid, flush=True)
"""


def test_defect_08_unload_is_called_and_python_ends(start_hub, connect, script):
    """At !pyunload, at !pyreload and at the hub's end, also for scripts that use threads and asyncio."""
    path = script("threads.py", SCRIPT)
    hub = start_hub(scripts=[path])
    assert hub.out.wait_for("^loaded 1$")
    boss = connect(hub, *ADMIN)
    boss.command(f"!pyreload {path}", "Script reloaded: 2")
    assert hub.out.wait_for("^unloaded 1$")
    boss.command(f"!pyunload {path}", "Script unloaded: 2")
    assert hub.out.wait_for("^unloaded 2$")
    boss.command(f"!pyload {path}", "Script loaded: 3")
    hub.stop()
    assert hub.out.wait_for("^unloaded 3$")
    assert "left standing" not in hub.err.text()
