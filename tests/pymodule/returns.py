"""What functions return, as the stub says it, and whether a value is that."""

import ast
import pathlib

STUB = pathlib.Path(__file__).parents[2] / "scripts" / "vh.pyi"

RETURNS = {
    node.name: ast.unparse(node.returns)
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and node.returns is not None
}

PLAIN = {"bool": bool, "int": int, "str": str, "float": float}


def fits(value: object, annotation: str) -> bool:
    return fits_node(value, ast.parse(annotation, mode="eval").body)


def fits_node(value: object, node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=None):
            return value is None
        case ast.Name(id="Any" | "object"):
            return True
        case ast.Name(id=name):
            return type(value) is PLAIN[name]
        case ast.BinOp(left=left, right=right):
            return fits_node(value, left) or fits_node(value, right)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return type(value) is list and all(fits_node(each, item) for each in value)
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=items)):
            return type(value) is tuple and len(value) == len(items) and all(map(fits_node, value, items))
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, item])):
            return type(value) is dict and all(fits_node(k, key) and fits_node(v, item) for k, v in value.items())
    raise AssertionError(f"a type that this does not know: {ast.dump(node)}")
