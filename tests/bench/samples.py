"""How the programs of this folder that are written in Python tell what they measured: one JSON line per sample."""

import json


def tell(name: str, value: float) -> None:
    print(json.dumps({"name": name, "value": value}), flush=True)
