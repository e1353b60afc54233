"""What hub_api writes to the hub's log is one line, whatever it is about."""

import pytest
from hub_api_parts.log import log


@pytest.mark.parametrize("text,line", [
    ("not running: a\nb\r\n\x1b[2J\x85\u2028", r"not running: a\nb\r\n\x1b[2J\x85\u2028"),
    ("Žlutý Юзер 日本 \\n", "Žlutý Юзер 日本 \\n"),
])
def test_one_line(capfd, text, line):
    log(text)
    assert capfd.readouterr().err == f"hub_api: {line}\n"
