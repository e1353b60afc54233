"""What the tests of ./dev share: where the project is, and how its commands are run."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND_SECONDS = 60  # for a command that must not need to build

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def dev() -> Run:
    """Runs ./dev with these arguments, from another folder than the project's, and returns what it said."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(ROOT / "dev"), *arguments], cwd="/", env={**os.environ, **variables}, text=True,
            capture_output=True, timeout=COMMAND_SECONDS,
        )

    return run


@pytest.fixture
def shell() -> Run:
    """Runs bash on a text in which $root is the project and the named files of setup/ are already sourced."""

    def run(text: str, *parts: str, **variables: str) -> subprocess.CompletedProcess[str]:
        sources = "".join(f'source "$root/setup/{part}.sh"\n' for part in parts)
        return subprocess.run(
            ["bash", "-c", f"set -euo pipefail\nroot={ROOT}\n{sources}{text}"], text=True, capture_output=True,
            env={**os.environ, **variables}, timeout=COMMAND_SECONDS,
        )

    return run
