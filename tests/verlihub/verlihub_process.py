"""Starts a real Verlihub with the plugin, on loopback, with a database of its own, and ends it.

What tests/e2e's HubProcess is for the embedded hub, so that clients and storms work with both.
"""

import os
import pathlib
import re
import shutil
import socket
import subprocess

from database import PASSWORD, USER
from hub_process import HUB_API, python_program
from patience import STOP_DEADLINE, until
from running_hub import RunningHub

ADMIN = ("boss", "boss-password")
ROOT = pathlib.Path(__file__).resolve().parents[2]
# A hub that listens on loopback and tells nobody; without the limits that make a test measure the ban list, or the machine: below
# adv_min_frequency turns of its loop a second the hub refuses users.
SETTINGS = {
    "listen_ip": "127.0.0.1", "tls_listen_ip": "", "hublist_host": "", "timer_hublist_period": "0",
    "update_check_period": "0", "send_crash_report": "0", "hub_name": "Test", "hub_encoding": "UTF-8",
    "max_class_proto_flood": "-1", "int_chat_ms": "0", "int_login": "0", "int_myinfo": "0", "int_nicklist": "0",
    "int_search": "0", "int_search_pas": "0", "int_search_reg": "0", "int_search_reg_pas": "0", "int_search_vip": "0",
    "int_search_op": "0", "max_len_myinfo": "4096", "int_flood_all_chat_limit": "0", "int_flood_all_mcto_limit": "0",
    "int_flood_all_to_limit": "0", "int_flood_all_search_limit": "0", "int_flood_all_rctm_limit": "0",
    "max_flood_counter_pm": "0", "max_flood_counter_mcto": "0", "use_reglist_cache": "0", "use_penlist_cache": "0",
    "delayed_myinfo": "0", "delayed_search": "0", "disable_extjson": "0", "max_chat_msg": "4096", "pwd_tmpban": "0",
    "allow_same_user": "1", "max_users": "6000", "max_users0": "6000", "send_pass_request": "0",
    "adv_min_frequency": "0",
}


def verlihub_root():
    """The folder below which Verlihub is installed; None if it is not."""
    config = shutil.which("verlihub_config")
    if root := os.environ.get("VHPY_VERLIHUB_ROOT"):
        config = shutil.which("verlihub_config", path=os.path.join(root, "bin")) or config
    if config is None:
        return None
    return pathlib.Path(subprocess.run([config, "--prefix"], check=True, capture_output=True, text=True).stdout.strip())


def plugin_path():
    return pathlib.Path(os.environ.get("VHPY_BUILD", ROOT / "build" / "release")) / "core" / "verlihub" / "libvhpy_pi.so"


def missing():
    """Why these tests cannot run here; None if they can."""
    root = verlihub_root()
    if root is None or not (root / "bin" / "verlihub").exists():
        return "no Verlihub is installed: verlihub_config is not on PATH, and VHPY_VERLIHUB_ROOT does not lead to it"
    if not plugin_path().exists():
        return f"the plugin is not built: {plugin_path()} (sanitizer builds have none)"
    return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


class VerlihubProcess(RunningHub):
    """One run of Verlihub with the plugin. `scripts` are put into the scripts folder, in the order of their names."""

    stop_deadline = 2 * STOP_DEADLINE

    def __init__(self, folder, database, name, *, scripts=(), settings=(), plugin_settings=(), plugins=("libplug_pi.so",),
                 env=None, with_plugin=True):
        self.folder, self.database, self.name = pathlib.Path(folder), database, name
        port = free_port()
        self._prepare(port, dict(settings), {"python": python_program(), **dict(plugin_settings)}, scripts)
        root = verlihub_root()
        plugins_folder = self.folder / "plugins"
        for plugin in plugins:
            path = root / "lib" / plugin  # or wherever else an absolute one says
            self._link(path, plugins_folder / path.name)
        if with_plugin:
            self._link(plugin_path(), plugins_folder / "libvhpy_pi.so")
        super().__init__([root / "bin" / "verlihub", "-d", self.folder],
                         {"MYSQL_UNIX_PORT": str(database.socket), "LD_LIBRARY_PATH": str(root / "lib"), **(env or {})}, "verlihub")
        self.port = port

    @staticmethod
    def _link(target, link):
        if not link.is_symlink():
            link.symlink_to(target)

    def _prepare(self, port, settings, plugin_settings, scripts):
        for part in ("plugins", "scripts"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        for path in scripts:
            shutil.copy(path, self.folder / "scripts")
            if pathlib.Path(path) == HUB_API:
                shutil.copytree(HUB_API.parent / "hub_api_parts", self.folder / "scripts" / "hub_api_parts",
                                dirs_exist_ok=True)
        (self.folder / "dbconfig").write_text(
            f"db_host = localhost\ndb_user = {USER}\ndb_pass = {PASSWORD}\ndb_data = {self.name}\ndb_charset = utf8mb4\n")
        rows = [("config", var, value) for var, value in {**SETTINGS, **settings, "listen_port": str(port)}.items()]
        rows += [("pi_python", var, value) for var, value in plugin_settings.items()]
        self.database.run(f"CREATE DATABASE IF NOT EXISTS {self.name}")
        values = ", ".join(f"({', '.join(map(quote, row))})" for row in rows)
        self.database.run("CREATE TABLE IF NOT EXISTS SetupList (file varchar(30) NOT NULL, var varchar(50) NOT NULL,"
                          f" val text, PRIMARY KEY (file, var)); REPLACE INTO SetupList VALUES {values}", self.name)

    def sql(self, statements):
        return self.database.run(statements, self.name)

    def wait_ready(self, api=False):
        """Waits until it listens and the plugin has loaded; then there is an operator of the highest class."""
        match = self.out.wait_for(rf"Listening for connections on 127\.0\.0\.1:{self.port}")
        assert match, f"Verlihub ended: exit {self.process.wait()}, {self.out.text()} {self.err.text()}"
        nick, password = ADMIN
        self.sql("REPLACE INTO reglist (nick, class, login_pwd, pwd_crypt, pwd_change) VALUES"
                 f" ({quote(nick)}, 10, {quote(password)}, 0, 0)")
        if api:
            self.wait_api()
            token = until(lambda: re.search(r"^token (\S+)$", self.out.text(), re.M) or
                          (self.folder / "api_token").exists(), "a token")
            self.token = (self.folder / "api_token").read_text().strip() if token is True else token[1]
        return self

    def check_log(self):
        super().check_log()
        assert "doing stacktrace" not in self.out.text() + self.err.text(), self.out.text()[-4000:]
