"""Bad options of ./dev: one clear line on stderr, nothing on stdout, a status that is not 0, and no build before it."""

import socket
import subprocess
import sys

import pytest

from conftest import ROOT, Run


@pytest.mark.parametrize("arguments,complaint", [
    (["run", "--hub-port", "65536"], "--hub-port needs a port number from 0 to 65535, not '65536'"),
    (["run", "--api-port=http"], "--api-port needs a port number from 0 to 65535, not 'http'"),
    (["run", "--hub-port", "-1"], "--hub-port needs a port number from 0 to 65535, not '-1'"),
    (["run", "--hub-port", "4567", "--api-port", "4567"], "--hub-port and --api-port are both 4567"),
    (["run", "--data"], "--data needs a value"),
    (["run", "--admin", "nobody"], "--admin must be NICK:PASSWORD"),
    (["run", "--colour"], "unknown option '--colour'"),
    (["run", "--script", "/nowhere/at_all.py"], "script /nowhere/at_all.py does not exist"),
    (["run", "--data", "/dev/null/data"], "cannot make the data directory /dev/null/data"),
    (["test", "--colour"], "unknown option '--colour'"),
    (["bench", "--python"], "--python needs a value"),
    (["bench", "--json"], "--json needs a value"),
    (["walk"], "unknown command 'walk'"),
])
def test_bad_option(dev: Run, arguments: list[str], complaint: str) -> None:
    refused = dev(*arguments)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert complaint in refused.stderr and len(refused.stderr.splitlines()) == 1


def test_help_and_no_command(dev: Run) -> None:
    helped, lost = dev("--help"), dev()
    assert helped.returncode == 0 and "./dev test [asan|tsan|all]" in helped.stdout
    assert lost.returncode == 2 and lost.stderr == helped.stdout


def port_free(port: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "setup" / "port_free.py"), "127.0.0.1", str(port)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = port_free(port)
        assert refused.returncode == 1
        assert f"127.0.0.1 port {port}: Address already in use" in refused.stderr
    assert port_free(port).returncode == 0


def test_shell_files_are_clean() -> None:
    checked = subprocess.run(["shellcheck", "-x", "-a", "dev", ".ci/run"], cwd=ROOT, capture_output=True, text=True,
                             timeout=60)
    assert checked.returncode == 0, checked.stdout
