"""Settings, token file, and the server's life: start, stop, failure, over real sockets with a stand-in hub."""

import os
import socket
import ssl
import subprocess
import threading
import time

import httpx
import pytest
from fake_vh import FakeVh
from hub_api_parts.access.scopes import EVERY
from hub_api_parts.access.tokens import Tokens, TokensError
from hub_api_parts.server import ApiServer, listen
from hub_api_parts.settings import Settings, SettingsError, read_settings

DEADLINE = 20.0  # seconds


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"not within {DEADLINE} s: {what}"
        time.sleep(0.005)


def make_server(vh, **settings):
    return ApiServer(vh, Settings(**{"port": 0, "rate": 0, **settings}), Tokens(vh.basedir))


@pytest.fixture
def vh(tmp_path):
    fake = FakeVh(tmp_path)
    yield fake
    fake.unhang()


AUTH = {"Authorization": "Bearer token"}


def ask(address, method, path, body=None):
    """A request that needs the hub thread."""
    return httpx.request(method, address + path, json=body, headers=AUTH, timeout=DEADLINE)


@pytest.fixture
def server(vh):
    Tokens(vh.basedir).create("all", EVERY, "token")
    made = make_server(vh)
    yield made
    vh.unhang()
    made.stop()


def start(server):
    server.start()
    wait_for(lambda: "running" in server.status(), "the server runs")
    return server._address


def test_two_first_runs_at_once_agree(tmp_path):
    barrier, results = threading.Barrier(8), []

    def run():
        barrier.wait(DEADLINE)
        results.append(Tokens(tmp_path).first(""))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    (secret,) = [result for result in results if result is not None]
    assert len(results) == 8 and Tokens(tmp_path).find(secret).name == "first"
    assert sorted(os.listdir(tmp_path)) == ["api_tokens.json", "api_tokens.json.lock"]


def test_token_of_the_environment_is_kept_if_it_is_the_first(tmp_path):
    assert Tokens(tmp_path).first("x" * 20) == "x" * 20
    later = Tokens(tmp_path)
    assert later.first("y" * 20) is None
    assert later.find("y" * 20).name == "environment" and later.find("x" * 20).name == "first"
    assert Tokens(tmp_path).find("y" * 20) is None, "another run does not know it"
    assert "guessed" in read_settings({"HUB_API_TOKEN": "short"}).warnings[0]
    assert "short" not in repr(read_settings({"HUB_API_TOKEN": "short"}))


def test_data_directory_that_is_not_there(tmp_path):
    with pytest.raises(TokensError, match="cannot keep tokens in"):
        Tokens(tmp_path / "nothing").first("")


@pytest.mark.parametrize("name,value", [
    ("PORT", "x"), ("PORT", "-1"), ("PORT", "65536"), ("PORT", "80.0"), ("PORT", "²"), ("LOOP", "x"), ("READS", "all"),
    ("RATE", "-1"), ("RATE", "x"), ("RATE", "nan"), ("CORS", "example.org"), ("CORS", "https://a.example/path"), ("CORS", "*"),
    ("ACCESS_LOG", "maybe"), ("PROXY", "x"), ("TLS_CERT", "/nothing"), ("TLS_KEY", "x")])
def test_settings_that_are_none(name, value):
    with pytest.raises(SettingsError, match=f"HUB_API_{name}"):
        read_settings({f"HUB_API_{name}": value})


def test_only_loopback_is_open_and_goes_without_a_warning(tmp_path):
    for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost"):
        settings = read_settings({"HUB_API_HOST": host})
        assert settings.open_reads and settings.warnings == ()
    assert not read_settings({"HUB_API_READS": "token"}).open_reads
    behind = read_settings({"HUB_API_PROXY": "on"})
    assert behind.proxied and not behind.open_reads and not read_settings({}).proxied
    pem = tmp_path / "pem"
    pem.touch()
    for host in ("0.0.0.0", "192.0.2.1", "localhost.example", "127.example"):
        settings = read_settings({"HUB_API_HOST": host})
        assert not settings.open_reads and "without encryption" in settings.warnings[0] and host in settings.warnings[0]
        tls = {"HUB_API_HOST": host, "HUB_API_TLS_CERT": str(pem), "HUB_API_TLS_KEY": str(pem)}
        assert read_settings(tls).warnings == () and read_settings(tls).encrypted


def test_origins():
    settings = read_settings({"HUB_API_CORS": "https://a.example, http://b.example:8080"})
    assert settings.origins == ("https://a.example", "http://b.example:8080")


def test_encrypted(vh, tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True, timeout=DEADLINE)
    server = make_server(vh, certificate=str(certificate), key=str(key))
    address = start(server)
    assert address.startswith("https://127.0.0.1:")
    answer = httpx.get(address + "/bots", verify=ssl.create_default_context(cafile=certificate))
    assert answer.status_code == 200 and "max-age" in answer.headers["strict-transport-security"]
    server.stop()


def test_a_certificate_that_is_none_is_told(vh, tmp_path, capfd):
    pem = tmp_path / "pem"
    pem.write_text("nonsense")
    server = make_server(vh, certificate=str(pem), key=str(pem))
    server.start()
    wait_for(lambda: "not running" in server.status(), "it gives up")
    assert "SSLError" in server.status() and "not running" in capfd.readouterr().err


def test_serves_and_prints_where(server, capfd):
    address = start(server)
    assert httpx.get(address + "/bots").json()["total"] == 2
    assert f"api {address}\n" in capfd.readouterr().out
    assert "1 requests served, 0 under way" in server.status()


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_starting_and_stopping_leaves_nothing_behind(vh, loop):
    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    server = make_server(vh, port=port, loop=loop)
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
        server = make_server(vh, port=port)
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1 port {port}: Address already in use"):
            server.start()
        assert f"port {port}: Address already in use" in server.status()
    start(server)
    assert "running" in server.status()
    server.stop()


def test_host_that_is_none(vh):
    with pytest.raises(OSError, match="cannot listen on"):
        make_server(vh, host="host.invalid").start()


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6(vh):
    server = make_server(vh, host="::1")
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
    clients = [threading.Thread(target=lambda asked=asked: answers.append(ask(address, *asked)))
               for asked in (("GET", "/bans"), ("PUT", "/topic", {"topic": "x"}))]
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

    def request(*asked):
        with pytest.raises(httpx.HTTPError):
            ask(address, *asked).raise_for_status()

    clients = [threading.Thread(target=request, args=asked) for asked in (
        ("GET", "/bans"), ("GET", "/registrations"), ("PUT", "/topic", {"topic": "x"}), ("POST", "/kick/alice", {"reason": "x"}))]
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
