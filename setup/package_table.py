"""Measures which packages work in shared and in isolated scripts, and writes the table of scripts/README.md.

`package_table.py measure HUB PYTHON OUT.json`: starts the hub once for each package and mode, with a script that does one
small real thing with the package (package_probes.py), and notes what became of it. PYTHON is that of a virtual environment
with the packages. `package_table.py write README VERSION=FILE.json ...`: puts the table between its marks.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from package_probes import PROBES

MODES = ("shared", "isolated")
SECONDS = 180  # for one start of the hub; a package that takes longer does not work
BEGIN, END = "<!-- packages: made by ./dev packages -->", "<!-- packages: end -->"
Answer = dict[str, str]


def last_problem(log: str) -> str:
    """What the hub says of the script that it did not load."""
    lines = [line for line in log.splitlines() if "[error]" in line and "/probe.py: " in line]
    return lines[-1].split("/probe.py: ", 1)[1] if lines else "no reason in the log"


def verdict(code: int | None, log: str) -> Answer:
    if code is None:
        return {"result": "hangs", "why": f"not ended after {SECONDS} s"}
    if code < 0:
        return {"result": "crash", "why": signal.Signals(-code).name}
    if re.search(r"script \S+/probe\.py loaded", log):
        return {"result": "yes", "why": "" if code == 0 else f"the hub ended with {code}"}
    why = last_problem(log)
    return {"result": "refused" if "refuses to be imported in an isolated script" in why else "fails", "why": why}


def try_one(hub: str, python: str, package: str, mode: str) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "probe.py")
        script.write_text(PROBES[package])
        command = [hub, "--host", "127.0.0.1", "--port", "0", "--data", f"{folder}/data", "--python", python,
                   "--script", f"{script}:{mode}"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        log = ""
        for line in process.stderr:
            log += line
            if "/probe.py" in line and (" loaded, id" in line or "[error]" in line):
                process.terminate()
        code: int | None = process.wait()
        if not timer.is_alive():
            code = None
        timer.cancel()
        return verdict(code, log)


def measure(hub: str, python: str, out: str) -> None:
    found: dict[str, Answer | dict[str, Answer]] = {}
    show = "import importlib.metadata, sys\nfor name in sys.argv[1:]:\n try: print(importlib.metadata.version(name))\n except Exception: print('')"
    versions = subprocess.run([python, "-c", show, *PROBES], capture_output=True, text=True, check=True).stdout.splitlines()
    for package, version in zip(PROBES, versions, strict=True):
        answers = {mode: try_one(hub, python, package, mode) if version else {"result": "none", "why": "no wheel"} for mode in MODES}
        print(package, version, {mode: answer["result"] for mode, answer in answers.items()}, file=sys.stderr, flush=True)
        found[package] = {"version": {"result": version, "why": ""}, **answers}
    Path(out).write_text(json.dumps(found, indent=1))


def cell(answer: Answer, notes: list[str]) -> str:
    """The result, with the number of a note that says why where that is not clear."""
    if answer["result"] in ("yes", "none") or (answer["result"] == "refused" and "before Python 3.12" in answer["why"]):
        return {"none": "-"}.get(answer["result"], answer["result"])
    why = answer["why"].replace("|", "\\|")
    if answer["result"] == "refused":
        why = re.sub(r"^.*?\((.*)\); load it shared$", r"\1", why)
    if not why.strip():
        return answer["result"]
    if why not in notes:
        notes.append(why)
    return f"{answer['result']} ({notes.index(why) + 1})"


def table(measured: dict[str, dict[str, dict[str, Answer]]]) -> str:
    notes: list[str] = []
    head = ["package", "version", *(f"{version} {mode}" for version in measured for mode in MODES)]
    rows = [head, ["---"] * len(head)]
    for package in PROBES:
        versions = {found[package]["version"]["result"] for found in measured.values()} - {""}
        rows.append([package, ", ".join(sorted(versions)) or "-",
                     *(cell(found[package][mode], notes) for found in measured.values() for mode in MODES)])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, "", *(f"({number}) {note}  " for number, note in enumerate(notes, 1))]).rstrip()


def write(readme: str, files: list[str]) -> None:
    measured = {version: json.loads(Path(file).read_text()) for version, file in (item.split("=", 1) for item in files)}
    text = Path(readme).read_text()
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    Path(readme).write_text(f"{text[:start]}\n{table(measured)}\n{text[end:]}")


if __name__ == "__main__":
    if sys.argv[1] == "measure":
        measure(*sys.argv[2:5])
    else:
        write(sys.argv[2], sys.argv[3:])
