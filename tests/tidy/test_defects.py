"""Each of the 29 known defects of older plugins has a test with its number in the name, or a reason why it cannot."""

import re

from sources import files, text

DEFECTS = range(1, 30)
IN_A_NAME = re.compile(r"(?:Defect|test_defect_?)_?0?(\d+)(?=[A-Z_])")
# What the design makes impossible to write.
REASONS = {
    5: "no PyGILState_ call and no PyThreadState_Swap exists: test_banned.py searches for them",
    7: "arguments are converted to typed values by the row's own types; there is no format string to mismatch",
    20: "there is no buffer or string that is kept between calls: text is owned by the call it belongs to",
    25: "no handler of a signal calls Python: core/embedded/stop_signals.cpp posts a semaphore and nothing else",
}


def numbers_in_names() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for path in files(".cpp", ".py", under="tests/"):
        for match in IN_A_NAME.finditer(text(path)):
            found.setdefault(int(match[1]), []).append(path)
    return found


def test_every_defect_has_a_test_or_a_reason() -> None:
    known = numbers_in_names()
    assert [number for number in DEFECTS if number not in known and number not in REASONS] == []
    assert [number for number in known if number not in DEFECTS] == []
