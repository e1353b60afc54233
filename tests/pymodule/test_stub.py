"""scripts/vh.pyi names what the module has: no more, no less."""

import ast
import pathlib
from types import ModuleType

STUB = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "vh.pyi"
OF_THE_STUB_ONLY = {"_T", "_Aio", "_Batch", "_Post", "_Cached"}
OF_EVERY_MODULE = {"__name__", "__doc__", "__package__", "__loader__", "__spec__", "__all__", "__dir__", "__getattr__"}

OF_EVERY_TYPE = {"__doc__", "__repr__", "__module__", "__new__", "__getattribute__", "__weaklistoffset__"}


def names_in(body: list[ast.stmt]) -> set[str]:
    found = set()
    for statement in body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            found.add(statement.name)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found.add(statement.target.id)
        elif isinstance(statement, ast.Assign):
            found |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return found


def test_names(vh: ModuleType) -> None:
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    assert names_in(tree.body) - OF_THE_STUB_ONLY == set(dir(vh)) - OF_EVERY_MODULE
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    assert names_in(classes["_Aio"].body) == set(dir(vh.aio)) - OF_EVERY_MODULE
    assert names_in(classes["_Post"].body) == set(dir(vh.post)) - OF_EVERY_MODULE
    assert names_in(classes["_Cached"].body) == set(dir(vh.cached)) - OF_EVERY_MODULE - {"__getattr__"}
    for name in ("Snapshot", "Users", "User", "Event", "EventStream"):
        of_the_type = set(vars(getattr(vh, name))) - OF_EVERY_TYPE
        assert names_in(classes[name].body) - {"__getattr__"} == of_the_type
    methods = {name for name in dir(vh.Future) if not name.startswith("__")} | {"__await__"}
    assert names_in(classes["Future"].body) == methods
