"""Finds the functions of a file with the number of lines each takes, for C++, Python and shell."""

import ast
import re
from dataclasses import dataclass

from sources import cpp_code, line_of, text

# What opens a brace that may contain functions. Everything else that has a `)` before its brace is a function.
CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum)\b|\bextern\s*\"\"")
TABLE_ROW = re.compile(r"^[ \t]*\{.*\},$", re.M)
CONTROL = re.compile(r"^\s*(if|for|while|switch|catch|do|else|try)\b")


@dataclass(frozen=True)
class Function:
    name: str
    first: int
    last: int
    rows: int = 0  # of tables of data inside it, which are read one by one and do not count

    @property
    def lines(self) -> int:
        return self.last - self.first + 1 - self.rows


def head_of(code: str, brace: int) -> tuple[str, int]:
    """The text between the previous statement or brace and this one, and where it starts."""
    start = max(code.rfind(mark, 0, brace) for mark in ";{}") + 1
    head = code[start:brace]
    lead = len(head) - len(head.lstrip())
    return head.strip(), start + lead


def without_preprocessor(code: str) -> str:
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: "\n" * match.group().count("\n"), code, flags=re.M)


def cpp_functions(path: str) -> list[Function]:
    """Functions and methods with a body. A lambda counts as part of the function it is written in."""
    code = without_preprocessor(cpp_code(path))
    found: list[Function] = []
    stack: list[tuple[str, str, int]] = []  # kind, name, first line
    for match in re.finditer(r"[{}]", code):
        if match.group() == "}":
            if stack:
                kind, name, first = stack.pop()
                if kind == "function":
                    body = "\n".join(code.splitlines()[first - 1 : line_of(code, match.start())])
                    rows = len(TABLE_ROW.findall(body))
                    found.append(Function(name, first, line_of(code, match.start()), rows))
            continue
        head, start = head_of(code, match.start())
        inside = any(kind == "function" for kind, _, _ in stack)
        name = re.search(r"([\w:~]+)\s*\(", head)
        is_function = ")" in head and name and not inside and not CONTROL.match(head)
        if is_function and CONTAINER.search(head.split("(")[0]) and not re.search(r"\)\s*(const|noexcept|override)*\s*$", head):
            is_function = False
        if is_function and re.search(r"=\s*$", head):
            is_function = False
        stack.append(("function" if is_function else "other", name.group(1) if name else "", line_of(code, start)))
    return found


def python_functions(path: str) -> list[Function]:
    tree = ast.parse(text(path))
    return [
        Function(node.name, node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def shell_functions(path: str) -> list[Function]:
    lines = text(path).splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        match = re.match(r"(\w+)\(\) \{$", line)
        if match:
            last = next(n for n, end in enumerate(lines[number:], number + 1) if end == "}")
            found.append(Function(match.group(1), number, last))
    return found
