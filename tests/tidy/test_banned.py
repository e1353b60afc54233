"""Calls and words that must not appear, each with what to use instead. Shown by searching the code of every file.

Comments and literals of C++ files do not count for calls; they do count for words and for paths of one machine.
"""

import re

import pytest

from sources import CPP, cpp_code, expect_none, files, line_of, project_files, text

# pattern, folders it holds for, what to do instead
CALLS = [
    (r"\bPyGILState_\w+", "", "attach with the thread state of the script's interpreter: it always picks the main one"),
    (r"\bPyThreadState_Swap\b", "", "take and give back the GIL: a swapped state is seen by whoever runs next"),
    (r"\batomic_thread_fence\b", "", "a seq_cst operation: ThreadSanitizer does not model fences"),
    (r"\bvolatile\b", "", "std::atomic"),
    (r"\bthread\w*(\([^;]*\))?\.detach\(\)", "", "keep the std::thread or std::jthread and join it"),
    (r"\busing\s+namespace\s+std\s*;", "", "name what is used"),
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok)\s*\(", "", "std::string, fmt or std::string_view"),
    (r"\b(rand|srand)\s*\(", "", "<random> with a seed that the test prints, or libsodium for secrets"),
    (r"\b(sleep_for|sleep_until|usleep|nanosleep)\b", "tests/", "wait for the condition, with a deadline"),
    (r"\b(DISABLED_\w+|GTEST_SKIP)\b", "tests/", "a test that runs"),
]
# Files in which one of the calls is the point, with the reason.
ALLOWED: dict[tuple[str, str], str] = {
    (r"\bPyThreadState_Swap\b", "pymodule/interpreters/script_interpreter.cpp"):
        "Py_EndInterpreter of Python 3.11 leaves the GIL held under no state: there is no other way to give it back",
}

WORDS = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.}$])/(?:root|home/\w+|Users/\w+|work|workspace)/\w")


def found(pattern: re.Pattern[str], code: str, path: str) -> list[str]:
    return [f"{path}:{line_of(code, match.start())}: {match.group()}" for match in pattern.finditer(code)]


def test_the_patterns_match_what_they_ban() -> None:
    assert re.search(CALLS[0][0], "PyGILState_Ensure()")
    assert WORDS.search("// TO" "DO later")
    assert MACHINE_PATH.search("--data /ro" "ot/hub") and not MACHINE_PATH.search("https://a.example/work/1")


@pytest.mark.parametrize("pattern,under,instead", CALLS, ids=[call[0] for call in CALLS])
def test_banned_call(pattern: str, under: str, instead: str) -> None:
    compiled = re.compile(pattern)
    paths = [path for path in files(*CPP, under=under) if (pattern, path) not in ALLOWED]
    hits = [hit for path in paths for hit in found(compiled, cpp_code(path), path)]
    assert not hits, f"use instead: {instead}"


def test_no_leftovers() -> None:
    paths = [path for path in project_files() if path != "LICENSE"]
    expect_none([hit for path in paths for hit in found(WORDS, text(path), path)])


def test_no_path_of_one_machine() -> None:
    paths = [path for path in project_files() if path != "LICENSE"]
    expect_none([hit for path in paths for hit in found(MACHINE_PATH, text(path), path)])


def test_python_tests_are_not_switched_off() -> None:
    """A skip needs a condition that names what the machine lacks."""
    switched_off = re.compile(r"pytest\.mark\.(skip(?!if)|xfail)|pytest\.xfail\(")
    paths = [path for path in files(".py", under="tests/") if path != "tests/tidy/test_banned.py"]
    expect_none([hit for path in paths for hit in found(switched_off, text(path), path)])
