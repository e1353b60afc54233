"""Files and functions stay small: a function never takes more than 70 lines, a file never more than 600 (tests: 800).

Shown by counting lines of every C++, Python and shell file; the finder of functions is tested first, on text of which
the answer is known.
"""

from collections.abc import Callable

import pytest

import functions
from functions import Function, cpp_functions, python_functions, shell_functions
from sources import CPP, expect_none, files, text

FILE_LINES = 600
TEST_FILE_LINES = 800
FUNCTION_LINES = 70

CPP_SAMPLE = """
namespace a {
// void commented() {
struct Point {
  int x = 0;
  int sum() const {
    return x;
  }
};
constexpr int kTable[] = {1, 2};
Point::Point(int v)
    : x(v) {
  auto f = [&](int y) {
    return "}{" + y;
  };
  const Pair pairs[] = {
      {1, 2},
  };
}
template <class T>
void large(T value) {
  if (value) {
    for (;;) {
    }
  }
}
}  // namespace a
"""


def test_finder_of_cpp_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    functions.cpp_code.cache_clear()
    monkeypatch.setattr("sources.text", lambda path: CPP_SAMPLE)
    found = [(function.name, function.lines) for function in cpp_functions("sample.cpp")]
    functions.cpp_code.cache_clear()
    assert found == [("sum", 3), ("Point::Point", 8), ("large", 7)]


def test_files_are_small() -> None:
    large = []
    for path in files(*CPP, ".py", ".sh", ".cmake", "CMakeLists.txt", "dev", ".ci/run"):
        lines = len(text(path).splitlines())
        if lines > (TEST_FILE_LINES if path.startswith("tests/") else FILE_LINES):
            large.append(f"{path} has {lines} lines")
    expect_none(large)


@pytest.mark.parametrize(
    "find,suffixes", [(cpp_functions, CPP), (python_functions, (".py",)), (shell_functions, (".sh", "dev"))]
)
def test_functions_are_small(find: Callable[[str], list[Function]], suffixes: tuple[str, ...]) -> None:
    found = [(path, function) for path in files(*suffixes) for function in find(path)]
    assert found
    expect_none([f"{path}:{f.first} {f.name} has {f.lines} lines" for path, f in found if f.lines > FUNCTION_LINES])
