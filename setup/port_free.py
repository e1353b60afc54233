"""Says whether the API's port can be listened on, before a hub is started: exits 1 with one line if it cannot.

`port_free.py HOST PORT`. Binds in the way uvicorn does (SO_REUSEADDR), so connections of an earlier run that linger do
not count; port 0 is always free.
"""

import socket
import sys


def main() -> int:
    host, port = sys.argv[1], int(sys.argv[2])
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1)
    except OSError as error:
        print(f"dev: run: the API cannot listen on {host} port {port}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
