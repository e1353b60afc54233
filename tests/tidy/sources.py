"""Which files the tidy tests look at, and how the text of a file is reduced to its code."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CPP = (".h", ".cpp")


@cache
def project_files() -> tuple[str, ...]:
    """Paths, relative to the root, of what is or would be committed: what git tracks or does not ignore."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return tuple(sorted({path for path in listed.stdout.splitlines() if (ROOT / path).is_file()}))


def files(*suffixes: str, under: str = "") -> list[str]:
    return [path for path in project_files() if path.endswith(suffixes) and path.startswith(under)]


@cache
def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


LITERALS_AND_COMMENTS = re.compile(
    r'''R"(?P<tag>[^()\s\\"]{0,16})\(.*?\)(?P=tag)"'''
    r'''|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|//[^\n]*|/\*.*?\*/''',
    re.DOTALL,
)


@cache
def cpp_code(path: str) -> str:
    """The file with its comments and the contents of its literals blanked; line numbers stay what they were."""

    def blank(match: re.Match[str]) -> str:
        return '""' + "\n" * match.group().count("\n")

    return LITERALS_AND_COMMENTS.sub(blank, text(path))


def line_of(code: str, offset: int) -> int:
    return code.count("\n", 0, offset) + 1


def expect_none(hits: list[str]) -> None:
    """Fails with every hit on its own line; pytest would cut a long list short."""
    assert not hits, "\n" + "\n".join(hits)
