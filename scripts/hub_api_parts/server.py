"""uvicorn in a thread of its own, started and stopped from other threads.

Owner: the script. The listening socket is made by start() itself, so that a port in use is known at once; all the rest,
the import of FastAPI included, happens on the server's thread and never holds up the hub thread.

    stopped --start()--> starting --listening--> running --stop()--> stopping --thread ended--> stopped
                             |__ failed, logged ________________________________________________^
"""

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from hub_api_parts.access.tokens import Tokens
from hub_api_parts.hub import Vh
from hub_api_parts.log import log
from hub_api_parts.settings import Settings

if TYPE_CHECKING:  # when it runs, only the server's thread imports these
    import uvicorn

    from hub_api_parts.gauge import Gauge

BACKLOG = 1024  # connections that wait to be accepted
MAX_SOCKET_MESSAGE = 65_536  # bytes that a client of a socket may send at once
GRACE_SECONDS = 5.0  # how long !api stop lets requests under way finish
STOP_PARTS_SECONDS = 0.3  # how long streams and dashboard may take to end
FORCE_SECONDS = 1.0  # how long a forced end may take after that


class ApiServer:
    """Thread: any. start() and status() do not block; stop() waits, with a bound."""

    def __init__(self, vh: Vh, settings: Settings, tokens: Tokens) -> None:
        self._vh = vh
        self._settings = settings
        self._tokens = tokens
        self._lock = threading.Lock()  # guards all below; never held while waiting or calling vh
        self._thread: threading.Thread | None = None
        self._uvicorn: uvicorn.Server | None = None
        self._gauge: Gauge | None = None
        self._address = ""
        self._trouble = ""  # why it is not running, if it should be
        self._stop_wanted = threading.Event()  # of the current thread; a new one at each start

    def start(self) -> str:
        """Listens and starts the thread; says what it did. Raises OSError if the address cannot be had."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                if self._stop_wanted.is_set():
                    return "The API is still stopping; try again in a moment."
                return f"The API is already running at {self._address}."
            try:
                listener = listen(self._settings.host, self._settings.port)
            except OSError as error:
                self._trouble = str(error)
                raise
            self._trouble = ""
            self._address = address_of(listener, self._settings.encrypted)
            self._uvicorn = self._gauge = None
            self._stop_wanted = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(listener,), name="hub_api", daemon=True)
            self._thread.start()
            return f"The API is starting at {self._address}."

    def status(self) -> str:
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                if self._stop_wanted.is_set():
                    return "The API is stopping."
                if self._uvicorn is None or self._gauge is None or not self._uvicorn.started:
                    return f"The API is starting at {self._address}."
                return (f"The API is running at {self._address}: {self._gauge.served} requests served, "
                        f"{self._gauge.under_way} under way.")
            return f"The API is not running: {self._trouble}" if self._trouble else "The API is stopped."

    def stop(self, budget: float = GRACE_SECONDS + FORCE_SECONDS) -> str:
        """Ends the server: no new connections, requests under way may finish, the rest is cut. Returns what came of it.
        Blocks: up to `budget` seconds. Not on the hub thread, except when the script's calls are already abandoned."""
        with self._lock:
            thread, server = self._thread, self._uvicorn
            if thread is None or not thread.is_alive():
                return "The API is not running."
            self._stop_wanted.set()
            grace = max(budget - FORCE_SECONDS, budget / 2)
            if server is not None:
                # Then it cancels what still runs. Declared as int, but handed to asyncio.wait_for(), which takes fractions.
                server.config.timeout_graceful_shutdown = grace  # type: ignore[assignment]
                server.should_exit = True
        thread.join(grace)
        if thread.is_alive():
            with self._lock:
                if self._uvicorn is not None:
                    self._uvicorn.force_exit = True
            thread.join(min(FORCE_SECONDS, budget / 2))
        if thread.is_alive():
            log(f"the server's thread has not ended within {budget:.1f} s")
            return "The API does not end: see the hub's log."
        return "The API is stopped."

    def _run(self, listener: socket.socket) -> None:
        """The server's thread."""
        try:
            with contextlib.closing(listener):
                server = self._make_server()
                if server is not None:
                    server.run(sockets=[listener])
        except ImportError as error:
            self._fail(f"{error}; the hub's Python needs the packages fastapi and uvicorn (option --python)")
        except BaseException as error:  # SystemExit, too: uvicorn leaves by it when it cannot start
            self._fail(f"{type(error).__name__}: {error}")

    def _make_server(self) -> "uvicorn.Server | None":
        """A server for this run, or None if stop() was faster."""
        import uvicorn

        from hub_api_parts.app import make_app
        from hub_api_parts.context import make_context
        from hub_api_parts.gauge import Gauge

        address, gauge = self._address, Gauge()
        context = make_context(self._vh, self._settings, self._tokens, gauge)

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets=sockets)
                context.start()
                print(f"api {address}", flush=True)

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                # Before requests are waited for: those that listen would never end. What does not end in time is left to its loop.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(context.stop(), STOP_PARTS_SECONDS)
                await super().shutdown(sockets=sockets)
                context.close()

        config = uvicorn.Config(
            make_app(context),
            loop=self._settings.loop,
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=MAX_SOCKET_MESSAGE,
            ws_per_message_deflate=False,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=self._settings.proxied,
            backlog=BACKLOG,
            ssl_certfile=self._settings.certificate or None,
            ssl_keyfile=self._settings.key or None,
        )
        server = Server(config)
        with self._lock:
            self._uvicorn, self._gauge = server, gauge
            return None if self._stop_wanted.is_set() else server

    def _fail(self, trouble: str) -> None:
        if self._stop_wanted.is_set():
            return  # nobody wants it to run; a script that is unloaded can no longer import its own parts
        with self._lock:
            self._trouble = trouble
        log(f"not running: {trouble}")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError whose text names the address. Blocks: name resolution, if host is a name."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a reload takes the same port again
            listener.bind(address)
            listener.listen(BACKLOG)
        except BaseException:
            listener.close()
            raise
        return listener
    except OSError as error:
        raise OSError(f"cannot listen on {host} port {port}: {error.strerror}") from error


def address_of(listener: socket.socket, encrypted: bool) -> str:
    host, port = listener.getsockname()[:2]
    scheme = "https" if encrypted else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
