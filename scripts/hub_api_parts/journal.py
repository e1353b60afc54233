"""A file of JSON objects, one a line, with a bound on its size: the audit log and the access log.

Thread: any; a lock keeps lines whole. Blocks: for the write of a line, which the system buffers. When the file is full it becomes
NAME.1, and a former NAME.1 is gone, so that one log never takes more than twice MAX_BYTES.
"""

import json
import os
import threading
import time

from hub_api_parts.log import log

MAX_BYTES = 10 << 20  # of a file


class Journal:
    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)
        self._lock = threading.Lock()  # guards all below
        self._descriptor = -1
        self._size = 0
        self.lost = 0  # lines that could not be written

    def write(self, **fields: object) -> None:
        """Adds a line with the time and these fields. Never raises: what cannot be written is counted, and said once."""
        line = json.dumps({"time": round(time.time(), 3), **fields}, default=str).encode() + b"\n"
        try:
            with self._lock:
                self._make_room(len(line))
                self._size += os.write(self._descriptor, line)
        except OSError as error:
            self.lost += 1
            if self.lost == 1:
                log(f"cannot write {self._path}: {error.strerror}; its lines are lost until it can")

    def close(self) -> None:
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor = -1

    def _make_room(self, more: int) -> None:
        if self._descriptor >= 0 and self._size + more > MAX_BYTES:
            os.close(self._descriptor)
            self._descriptor = -1
            os.replace(self._path, f"{self._path}.1")
        if self._descriptor < 0:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            self._size = os.fstat(self._descriptor).st_size
