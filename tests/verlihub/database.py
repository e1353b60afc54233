"""A MariaDB of the tests' own: its own data folder, no network, one socket. One server per run of pytest, one database per
hub."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from patience import DEADLINE, until

USER, PASSWORD = "verlihub", "verlihub"
PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb")
# Small, and careless about a machine that loses its power: the data is thrown away.
SERVER_OPTIONS = ("--skip-networking", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
                  "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M", "--performance-schema=OFF",
                  "--character-set-server=utf8mb4")


def program(name):
    """Also where ordinary users have no PATH to."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def missing():
    """Why there can be no database; None if there can."""
    lacking = [name for name in PROGRAMS if program(name) is None]
    return f"MariaDB's {', '.join(lacking)} not found (Debian: mariadb-server)" if lacking else None


class Database:
    def __init__(self):
        # A socket's path must be short: not below pytest's folders.
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="vhpy-db-"))
        self.socket = self._folder / "socket"
        data, tmpdir = self._folder / "data", f"--tmpdir={self._folder}"  # a server that starts tidies up in /tmp
        user = () if os.geteuid() else ("--user=root",)
        made = subprocess.run([program("mariadb-install-db"), "--no-defaults", *user, f"--datadir={data}", "--skip-test-db",
                               tmpdir, "--auth-root-authentication-method=normal"], capture_output=True, text=True,
                              timeout=6 * DEADLINE)
        assert made.returncode == 0, f"mariadb-install-db: {made.stdout[-3000:]} {made.stderr[-1000:]}"
        log = open(self._folder / "log", "wb")
        with log:
            self._server = subprocess.Popen([program("mariadbd"), "--no-defaults", *user, f"--datadir={data}",
                                             f"--socket={self.socket}", f"--pid-file={self._folder / 'pid'}",
                                             tmpdir, *SERVER_OPTIONS], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            until(self._answers, "MariaDB answers", 3 * DEADLINE)
            # Verlihub cannot read an empty password from its file.
            self.run(f"CREATE USER '{USER}'@'localhost' IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON *.* TO '{USER}'@'localhost'")
        except BaseException:
            self.stop()
            raise

    def _answers(self):
        assert self._server.poll() is None, (self._folder / "log").read_text(errors="replace")[-2000:]
        return self._client("SELECT 1").returncode == 0

    def _client(self, statements, database=""):
        return subprocess.run([program("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch",
                               "--skip-column-names", *([database] if database else [])], input=statements, text=True,
                              encoding="utf-8", capture_output=True, timeout=DEADLINE)

    def run(self, statements, database=""):
        """Rows as lists of str."""
        done = self._client(statements, database)
        assert done.returncode == 0, f"{done.stderr}: {statements[:200]}"
        return [line.split("\t") for line in done.stdout.splitlines()]

    def stop(self):
        self._server.terminate()
        try:
            self._server.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait(DEADLINE)
        shutil.rmtree(self._folder, ignore_errors=True)
