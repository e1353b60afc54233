"""Every Python of the machine, each once; and the table of packages that `./dev packages` writes."""

import sys
from pathlib import Path

import pytest

from conftest import ROOT, Run

sys.path.insert(0, str(ROOT / "setup"))

import package_table  # noqa: E402
from package_probes import PROBES  # noqa: E402

FIND = 'find_pythons "$@"; printf "%s %s\\n" "${matrix_versions[@]}" "${matrix_pythons[@]}"'


def python(folder: Path, name: str, answer: str, status: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\ncase $1 in -c) ;; *) printf '{answer}'; exit {status} ;; esac\n")
    path.chmod(0o755)
    return path


def test_each_python_is_found_once_and_others_are_named(shell: Run, tmp_path: Path) -> None:
    lib = "/lib/libpython3.12.so"
    for folder, name in (("bin", "python3"), ("bin", "python3.12"), ("pyenv/versions/3.12.1/bin", "python3.12")):
        python(tmp_path / folder, name, f"{tmp_path}/bin/python3.12\\n3.12.1\\n/include\\n{lib}\\n")
    python(tmp_path / "bin", "python3.9", "is version 3.9, and 3.11 or newer is needed", 1)
    python(tmp_path / "bin", "python3.12-config", "never asked")
    found = shell(f'PATH="{tmp_path}/bin"; mapfile -t all < <(matrix_candidates); PATH=/usr/bin:/bin; printf "%s\\n" "${{all[@]}}"',
                  "say", "python", "matrix", PYENV_ROOT=str(tmp_path / "pyenv")).stdout.splitlines()
    ours = [path for path in found if path.startswith(str(tmp_path))]
    assert ours == [f"{tmp_path}/bin/python3", f"{tmp_path}/bin/python3.12", f"{tmp_path}/bin/python3.9",
                    f"{tmp_path}/pyenv/versions/3.12.1/bin/python3.12"]
    asked = shell(f"set -- {' '.join(ours)}; {FIND}", "say", "python", "matrix")
    assert "passed over: " in asked.stderr and "python3.9 is version 3.9" in asked.stderr
    assert asked.stdout.count("3.12.1") == 1


@pytest.mark.parametrize("code,log,result", [
    (0, "[info] script /t/probe.py loaded, id 1, shared", "yes"),
    (-11, "", "crash"),
    (None, "", "hangs"),
    (0, "[error] /t/probe.py: the package x refuses to be imported in an isolated script (no); load it shared", "refused"),
    (0, "[error] /t/probe.py: ValueError: odd", "fails"),
])
def test_what_became_of_a_package(code: int | None, log: str, result: str) -> None:
    assert package_table.verdict(code, log)["result"] == result


def test_the_table_names_reasons_once_and_replaces_the_one_before(tmp_path: Path) -> None:
    answers = {"version": {"result": "1.0", "why": ""}, "shared": {"result": "yes", "why": ""},
               "isolated": {"result": "fails", "why": "ValueError: a | b"}}
    file = tmp_path / "found.json"
    file.write_text(package_table.json.dumps({package: answers for package in PROBES}))
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{package_table.BEGIN}\nold\n{package_table.END}\nafter\n")
    package_table.write(str(readme), [f"3.12.1={file}"])
    package_table.write(str(readme), [f"3.12.1={file}"])
    text = readme.read_text()
    assert "| fastapi | 1.0 | yes | fails (1) |" in text and text.count("ValueError: a \\| b") == 1
    assert "old" not in text and text.startswith("before\n") and text.endswith("\nafter\n")


def test_the_readme_has_a_table_of_all_packages() -> None:
    text = (ROOT / "scripts" / "README.md").read_text()
    made = text[text.index(package_table.BEGIN):text.index(package_table.END)]
    assert [package for package in PROBES if f"\n| {package} |" not in made] == []
