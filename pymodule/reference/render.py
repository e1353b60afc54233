"""Makes scripts/vh.pyi and scripts/API.md of what vhpy-describe prints.

`render.py DESCRIBE` compares both files with what they should be and exits 1 if one differs; `render.py DESCRIBE --write`
writes them. `./dev reference` builds vhpy-describe and does the latter.
"""

import argparse
import json
import pathlib
import subprocess
import sys
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
SCRIPTS = HERE.parents[1] / "scripts"
WIDTH = 120
Json = dict[str, Any]
BATCH_BLOCK = """
    def __enter__(self) -> _Batch: ...
    def __exit__(self, *exception: object) -> bool: ...
    async def __aenter__(self) -> _Batch: ...
    async def __aexit__(self, *exception: object) -> bool: ..."""


def literal(default: Json) -> str:
    return repr(default["value"])


def signature(function: Json, *, annotated: bool, first: str = "") -> str:
    """The parameters in brackets; first: one in front, such as self."""
    parts = [first] if first else []
    for param in function["params"]:
        text = ("*" if param["default"].get("rest") else "") + param["name"]
        kind, default = param["type"], param["default"]
        if not default["required"] and not kind.endswith("| None"):  # None is the default, for whatever has one
            kind += " | None"
        if annotated:
            text += f": {kind}"
        if not default["required"]:
            text += (" = " if annotated else "=") + literal(default)
        parts.append(text)
    return "(" + ", ".join(parts) + ")"


def definition(function: Json, returns: str, indent: str = "", first: str = "") -> str:
    """`def name(parameters) -> returns`, on one line or one line per parameter."""
    line = f"{indent}def {function['name']}{signature(function, annotated=True, first=first)} -> {returns}:"
    if len(line) <= WIDTH:
        return line
    inner = signature(function, annotated=True, first=first)[1:-1].split(", ")
    return f"{indent}def {function['name']}(\n" + "".join(f"{indent}    {part},\n" for part in inner) + f"{indent}) -> {returns}:"


def docstring(text: str, indent: str) -> str:
    lines = text.split("\n")
    if len(lines) == 1 and len(indent) + len(text) + 6 <= WIDTH:
        return f'{indent}"""{text}"""'
    body = "\n".join(indent + line if line else "" for line in lines)
    return f'{indent}"""{body.lstrip()}\n{indent}"""'


def cached_form(function: Json) -> Json | None:
    """The function with the parameters that its cached form takes."""
    if function["cached"] is None:
        return None
    return function | {"params": function["params"][: function["cached"]]}


def stub(tables: Json) -> str:
    parts = [(HERE / "stub_head.pyi").read_text(encoding="utf-8").rstrip()]
    parts.append("\n".join(f"{constant['name']}: Final = {constant['value']}" for constant in tables["constants"]))
    for function in tables["functions"]:
        parts.append(definition(function, function["returns"]) + "\n" + docstring(function["doc"], "    "))
    aio = ["@final\nclass _Aio:\n" + docstring("The functions of vh for coroutines: each returns a vh.Future.", "    ")]
    for function in tables["functions"]:
        aio.append(definition(function, f"Future[{function['returns']}]", "    ", "self") + " ...")
    parts.append("\n\n".join([aio[0], "\n".join(aio[1:])]))
    post = ["@final\nclass _Post:\n" + docstring("The functions of vh for callers that do not wait.", "    ")]
    for function in tables["functions"]:
        post.append(definition(function, "None", "    ", "self") + " ...")
    parts.append("\n\n".join([post[0], "\n".join(post[1:])]))
    batch = ["@final\nclass _Batch:\n" + docstring("What vh.batch() gives: each call returns a vh.Future of its own.", "    ")
             + BATCH_BLOCK]
    for function in tables["functions"]:
        batch.append(definition(function, f"Future[{function['returns']}]", "    ", "self") + " ...")
    parts.append("\n\n".join([batch[0], "\n".join(batch[1:])]))
    cached = ["@final\nclass _Cached:\n" + docstring("The functions of vh that only read, from the live copy: no queue, no wait.", "    ")]
    for function in map(cached_form, tables["functions"]):
        if function:
            cached.append(definition(function, function["returns"], "    ", "self") + " ...")
    parts.append("\n\n".join([cached[0], "\n".join(cached[1:])]))
    parts.append("aio: Final[_Aio]\npost: Final[_Post]\ncached: Final[_Cached]")
    return "\n\n".join(parts) + "\n"


EFFECTS = {"reads": "reads the hub's state", "writes": "changes the hub's state", "sends": "sends to clients",
           "none": "does not ask the hub"}


def function_page(function: Json) -> str:
    head = f"#### `{function['name']}{signature(function, annotated=False)}` -> `{function['returns']}`"
    # Markdown would show "&#36;" as a dollar sign, and take text between two backticks as code.
    doc = function["doc"].replace("&", "&amp;").replace("`", "\\`")
    cached = cached_form(function)
    also = f"; also `vh.cached.{cached['name']}{signature(cached, annotated=False)}`" if cached else ""
    return f"{head}\n\n{doc} *({EFFECTS[function['effect']]}{also})*"


def hook_row(hook: Json) -> str:
    params = ", ".join(param["name"] + ("" if param["type"] == "str" else f": {param['type']}") for param in hook["params"])
    return f"| `{hook['name']}({params})` | {hook['doc'].replace('|', chr(92) + '|')} |"


def reference(tables: Json) -> str:
    parts = [(HERE / "page_head.md").read_text(encoding="utf-8").rstrip(), "## Functions"]
    topic = ""
    for function in tables["functions"]:
        if function["topic"] != topic:
            topic = function["topic"]
            parts.append(f"### {topic}")
        parts.append(function_page(function))
    parts.append("## Hooks\n\nText is `str` unless a type is given.\n\n| hook | when it is called, and what a block does |\n|---|---|\n"
                 + "\n".join(map(hook_row, tables["hooks"])))
    groups: dict[str, list[str]] = {}
    for constant in tables["constants"]:
        group, _, name = constant["name"].partition("_")
        groups.setdefault(group, []).append(f"{name} {constant['value']}")
    parts.append("## Constants\n\n| `vh.` | |\n|---|---|\n"
                 + "\n".join(f"| `{group}_` | {', '.join(names)} |" for group, names in groups.items()))
    return "\n\n".join(parts) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("describe", help="the program vhpy-describe")
    parser.add_argument("--write", action="store_true", help="write the files instead of comparing them")
    options = parser.parse_args()
    tables = json.loads(subprocess.run([options.describe], check=True, capture_output=True, text=True).stdout)
    stale = 0
    for path, text in ((SCRIPTS / "vh.pyi", stub(tables)), (SCRIPTS / "API.md", reference(tables))):
        if options.write:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            print(f"{path.name} is not what the tables say; run ./dev reference", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
