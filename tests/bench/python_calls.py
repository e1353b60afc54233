"""What a call of vh costs a Python thread or coroutine, beside other ways to ask another thread (python_ways.py).

Starts itself again inside the test program that has a hub thread (VHPY_BUILD). All ways are measured in turn, several
rounds in one process. Prints one JSON line per sample.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

ROUNDS = 7


def measure() -> None:
    import hubctl
    from python_ways import WAYS
    from samples import tell

    vh = hubctl.main.vh(1, "bench")
    ways = {name: prepare(hubctl.main, vh) for name, prepare in WAYS.items()}
    for way in ways.values():
        way()  # the first round fills caches
    for _ in range(ROUNDS):
        for name, way in ways.items():
            tell(name, way())


def main() -> None:
    if "hubctl" in sys.builtin_module_names:
        measure()
        return
    program = Path(os.environ["VHPY_BUILD"]) / "tests/pymodule/vhpy-pytest"
    os.execv(program, [str(program), "--python", sys.executable, "--script", str(Path(__file__).resolve())])


if __name__ == "__main__":
    main()
