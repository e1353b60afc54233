"""Every folder explains itself, every folder of code has tests that mirror it, and the version is written once."""

import re
from pathlib import PurePath

from sources import CPP, ROOT, expect_none, files, project_files, text

# The version is read from here by CMake, and by nothing else in another way.
VERSION_FILE = "setup/VERSION"
README_WORDS = 20


def folders(*suffixes: str) -> list[str]:
    """The folders that directly hold such a file."""
    return sorted({str(PurePath(path).parent) for path in files(*suffixes)})


def test_folders_have_a_readme() -> None:
    """Purpose, what does not belong, threads and ownership, where to start: more than a title, in any case."""
    readmes = {folder: ROOT / folder / "README.md" for folder in folders("")}
    # In a corpus each file is an input; tests/fuzz/README.md says what they are.
    expect_none([folder for folder, readme in readmes.items() if not folder.startswith("tests/fuzz/corpus/")
                if not readme.is_file() or len(readme.read_text(encoding="utf-8").split()) < README_WORDS])


def test_folders_of_code_have_tests() -> None:
    """tests/FOLDER mirrors FOLDER; a part in a folder of its own may be tested with the folder it is a part of."""
    code = [PurePath(folder) for folder in folders(".cpp") if not folder.startswith("tests")]
    tests = [path for path in project_files() if re.search(r"_test\.cpp$|/test_\w+\.py$", path)]
    assert code
    expect_none([str(folder) for folder in code
                 if not [path for path in tests if path.startswith((f"tests/{folder}/", f"tests/{folder.parent}/"))]])


def test_version_is_written_once() -> None:
    version = text(VERSION_FILE).strip()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    literal = re.compile(rf"(?<![\d.]){re.escape(version)}(?![\d.])")
    others = [path for path in project_files()
              if path != VERSION_FILE and path.endswith((*CPP, ".py", ".txt", ".cmake", ".sh", ".md", ".in"))
              and not path.startswith("setup/requirements") and literal.search(text(path))]
    expect_none(others)
