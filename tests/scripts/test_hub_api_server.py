"""Settings, token file, and the server's life: start, stop, failure, over real sockets with a stand-in hub."""

import os
import socket
import stat
import threading
import time

import httpx
import pytest
from fake_vh import FakeVh
from hub_api_parts.server import ApiServer, listen
from hub_api_parts.settings import Settings, SettingsError, read_settings

DEADLINE = 20.0  # seconds


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"not within {DEADLINE} s: {what}"
        time.sleep(0.005)


@pytest.fixture
def vh():
    fake = FakeVh()
    yield fake
    fake.unhang()


@pytest.fixture
def server(vh):
    made = ApiServer(vh, Settings("127.0.0.1", 0, "token"))
    yield made
    vh.unhang()
    made.stop()


def start(server):
    server.start()
    wait_for(lambda: "running" in server.status(), "the server runs")
    return server._address


def test_first_run_makes_a_private_token_and_later_ones_read_it(tmp_path):
    first = read_settings(tmp_path, {})
    path = tmp_path / "api_token"
    assert first.token_is_new and len(first.token) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == first.token + "\n"
    second = read_settings(tmp_path, {})
    assert second.token == first.token and not second.token_is_new
    assert os.listdir(tmp_path) == ["api_token"]
    assert first.token not in repr(first)


def test_two_first_runs_at_once_agree(tmp_path):
    barrier, results = threading.Barrier(8), []

    def run():
        barrier.wait(DEADLINE)
        results.append(read_settings(tmp_path, {}))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert len(results) == 8 and len({settings.token for settings in results}) == 1
    assert sum(settings.token_is_new for settings in results) == 1
    assert os.listdir(tmp_path) == ["api_token"]


def test_token_of_the_environment_is_kept_if_it_is_the_first(tmp_path):
    settings = read_settings(tmp_path, {"HUB_API_TOKEN": "x" * 20})
    assert settings.token == "x" * 20 and settings.token_is_new and not settings.warnings
    settings = read_settings(tmp_path, {"HUB_API_TOKEN": "y" * 20})
    assert settings.token == "y" * 20 and not settings.token_is_new and not settings.warnings
    assert read_settings(tmp_path, {}).token == "x" * 20
    assert "guessed" in read_settings(tmp_path, {"HUB_API_TOKEN": "short"}).warnings[0]


def test_token_file_that_others_may_read_is_told(tmp_path):
    path = tmp_path / "api_token"
    path.write_text("abc\n")
    path.chmod(0o644)
    assert "0644" in read_settings(tmp_path, {}).warnings[0]


@pytest.mark.parametrize("content", [b"", b"\n", b"two words\n", b"\xff\xfe"])
def test_token_file_without_a_token(tmp_path, content):
    (tmp_path / "api_token").write_bytes(content)
    with pytest.raises(SettingsError, match="api_token does not hold a token"):
        read_settings(tmp_path, {})


def test_data_directory_that_is_not_there(tmp_path):
    with pytest.raises(SettingsError, match="cannot keep the token"):
        read_settings(tmp_path / "nothing", {})


@pytest.mark.parametrize("port", ["x", "-1", "65536", "80.0", "²"])
def test_port_that_is_none(tmp_path, port):
    with pytest.raises(SettingsError, match="HUB_API_PORT"):
        read_settings(tmp_path, {"HUB_API_PORT": port})


def test_loop_that_is_none(tmp_path):
    with pytest.raises(SettingsError, match="HUB_API_LOOP"):
        read_settings(tmp_path, {"HUB_API_LOOP": "x"})


def test_only_loopback_goes_without_a_warning(tmp_path):
    for host in ("127.0.0.1", "::1", "localhost"):
        assert read_settings(tmp_path, {"HUB_API_HOST": host}).warnings == ()
    assert "0.0.0.0" in read_settings(tmp_path, {"HUB_API_HOST": "0.0.0.0"}).warnings[0]


def test_serves_and_prints_where(server, capfd):
    address = start(server)
    assert httpx.get(address + "/bots").json()["total"] == 2
    assert f"api {address}\n" in capfd.readouterr().out
    assert "1 requests served, 0 under way" in server.status()


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_starting_and_stopping_leaves_nothing_behind(vh, loop):
    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    server = ApiServer(vh, Settings("127.0.0.1", port, "token", loop=loop))
    address = start(server)  # the first one also imports, which opens files of its own
    server.stop()
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        assert "starting" in server.start()
        wait_for(lambda: "running" in server.status(), "the server runs")
        assert "already running" in server.start()
        with httpx.Client(base_url=address) as client:  # a connection that stays open
            assert client.get("/ops").status_code == 200
            assert client.get("/bots").status_code == 200
            assert server.stop() == "The API is stopped."
        assert server.status() == "The API is stopped."
        assert server.stop() == "The API is not running."
    wait_for(lambda: threading.active_count() <= threads, "the threads are gone")
    assert len(os.listdir("/proc/self/fd")) <= files


def test_stop_before_it_has_started(server):
    server.start()
    assert server.stop() == "The API is stopped."


def test_port_in_use(vh):
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        server = ApiServer(vh, Settings("127.0.0.1", port, "token"))
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1 port {port}: Address already in use"):
            server.start()
        assert f"port {port}: Address already in use" in server.status()
    start(server)
    assert "running" in server.status()
    server.stop()


def test_host_that_is_none(vh):
    with pytest.raises(OSError, match="cannot listen on"):
        ApiServer(vh, Settings("host.invalid", 0, "token")).start()


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6(vh):
    server = ApiServer(vh, Settings("::1", 0, "token"))
    try:
        server.start()
    except OSError as error:
        pytest.skip(f"no IPv6 loopback here: {error}")
    wait_for(lambda: "running" in server.status(), "the server runs")
    assert httpx.get(server._address + "/bots").status_code == 200
    server.stop()


def test_stop_lets_requests_under_way_finish(server, vh):
    address = start(server)
    answers = []
    vh.hung.set()
    clients = [threading.Thread(target=lambda path=path: answers.append(httpx.get(address + path, timeout=DEADLINE)))
               for path in ("/ops", "/bots")]
    for client in clients:
        client.start()
    wait_for(lambda: "2 under way" in server.status(), "both requests are under way")
    stopper = threading.Thread(target=server.stop)
    stopper.start()
    wait_for(lambda: server.status() == "The API is stopping.", "it stops")
    vh.unhang()
    for thread in [stopper, *clients]:
        thread.join(DEADLINE)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert server.status() == "The API is stopped."


def test_stop_does_not_wait_for_handlers_that_hang(server, vh):
    address = start(server)
    vh.hung.set()

    def request(path):
        with pytest.raises(httpx.HTTPError):
            httpx.get(address + path, timeout=DEADLINE).raise_for_status()

    clients = [threading.Thread(target=request, args=(path,)) for path in ("/ops", "/bots", "/users", "/hub")]
    for client in clients:
        client.start()
    wait_for(lambda: "4 under way" in server.status(), "all requests are under way")
    assert server.stop(2.0) == "The API is stopped."
    vh.unhang()
    for client in clients:
        client.join(DEADLINE)
        assert not client.is_alive()


def test_missing_packages_are_told(server, monkeypatch, capfd):
    monkeypatch.setitem(__import__("sys").modules, "uvicorn", None)
    server.start()
    wait_for(lambda: "not running" in server.status(), "it gives up")
    assert "fastapi and uvicorn" in server.status()
    assert "fastapi and uvicorn" in capfd.readouterr().err
