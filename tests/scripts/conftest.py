"""Puts scripts/ on the path, as the hub does for its scripts, and this folder for the stand-in."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parents[1] / "scripts"):
    sys.path.insert(0, str(folder))
