"""The folders depend one way: queue <- core <- pymodule. Shown by reading every #include of every C++ file.

Only the two composition roots see all sides; only one header includes Python.h, and only pymodule/ uses it.
"""

import re
from collections.abc import Callable

from sources import CPP, ROOT, expect_none, files, line_of, text

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', re.M)
COMPOSITION_ROOTS = ("core/embedded/main.cpp", "core/verlihub/engine.h", "core/verlihub/entry.cpp")
PYTHON_HEADER = "pymodule/python.h"
MAY_INCLUDE = {
    "queue": ("queue",),
    "core": ("queue", "core"),
    "pymodule": ("queue", "core", "pymodule"),
}
PYTHON_FOLDERS = ("pymodule/", "tests/pymodule/", "tests/bench/", "tests/fuzz/arguments_")
HOST_OF_SCRIPTS = ("pymodule/host/", "pymodule/hooks/", "pymodule/interpreters/")
HUB_FOLDERS = ("core/embedded/", "core/verlihub/")


def includes(path: str) -> list[tuple[int, str, str]]:
    """Line, name and opening mark of each #include."""
    return [(line_of(text(path), hit.start()), hit.group(2), hit.group(1)) for hit in INCLUDE.finditer(text(path))]


def outside(path: str, forbidden: Callable[[str], bool]) -> list[str]:
    return [f"{path}:{line} includes {name}" for line, name, _ in includes(path) if forbidden(name)]


def test_there_is_something_to_check() -> None:
    assert len([path for path in files(*CPP) if includes(path)]) > 10


def test_includes_point_one_way() -> None:
    wrong = []
    for path in files(*CPP):
        folder = path.split("/")[0]
        if folder not in MAY_INCLUDE or path in COMPOSITION_ROOTS:
            continue
        above = set(MAY_INCLUDE) - set(MAY_INCLUDE[folder])
        wrong += outside(path, lambda name: name.split("/")[0] in above)
    expect_none(wrong)


def test_a_host_is_known_only_to_itself() -> None:
    """What a hub is (core/) and the Python side know no particular hub."""
    paths = [path for path in files(*CPP) if path.startswith(("queue/", "core/", "pymodule/"))]
    outsiders = [path for path in paths if not path.startswith(HUB_FOLDERS)]
    expect_none([hit for path in outsiders for hit in outside(path, lambda name: name.startswith(HUB_FOLDERS))])


def test_the_module_does_not_know_the_host_of_scripts() -> None:
    """pymodule/ is two libraries: vhpy_vh, and what runs scripts with it."""
    module = [path for path in files(*CPP) if path.startswith("pymodule/") and not path.startswith(HOST_OF_SCRIPTS)]
    expect_none([hit for path in module for hit in outside(path, lambda name: name.startswith(HOST_OF_SCRIPTS))])


def test_python_is_included_in_one_place() -> None:
    assert [path for path in files(*CPP) if outside(path, lambda name: name == "Python.h")] == [PYTHON_HEADER]
    users = [path for path in files(*CPP) if outside(path, lambda name: name == PYTHON_HEADER)]
    expect_none([path for path in users if not path.startswith(PYTHON_FOLDERS)])


def test_includes_of_the_project_start_at_its_root() -> None:
    quoted = [(path, name) for path in files(*CPP) for _, name, mark in includes(path) if mark == '"']
    expect_none([f"{path}: {name}" for path, name in quoted if not (ROOT / name).is_file()])


def test_headers_are_guarded() -> None:
    expect_none([path for path in files(".h") if not re.search(r"^#pragma once$", text(path), re.M)])
