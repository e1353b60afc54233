"""Named tokens with scopes, kept hashed in one file of the data directory.

Thread: any; a lock guards what is in memory, a lock on the file what several processes do to it. Blocks: file access. A token
is 32 random bytes, which no dictionary holds, so a plain SHA-256 is a sufficient hash; a token that somebody chose may be guessed
whatever the hash, hence the warning about short ones in settings.py.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import re
import secrets
import threading
import time
from collections.abc import Iterator

from hub_api_parts.access.scopes import EVERY, Scope

FILE = "api_tokens.json"
TOKEN_BYTES = 32  # of randomness in a token that we make
MAX_TOKENS = 200
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
FIRST = "first"  # the name of the first token of a data directory
ENVIRONMENT = "environment"  # the name of one that is given for this run only


class TokensError(Exception):
    """What an operator asked for cannot be done, or the file is unfit; one clear line."""


@dataclasses.dataclass(frozen=True)
class Token:
    name: str
    scopes: frozenset[Scope]
    created: int = 0  # seconds since 1970
    hash: str = dataclasses.field(default="", repr=False)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


class Tokens:
    def __init__(self, basedir: str | os.PathLike[str]) -> None:
        self._path = os.path.join(basedir, FILE)
        self._lock = threading.Lock()  # guards all below
        self._by_hash: dict[str, Token] = {}
        self._seen: tuple[int, int, int] | None = None  # of the file as it was read
        self._given: Token | None = None

    def find(self, secret: str) -> Token | None:
        """The token that has this secret."""
        return self.find_hash(hash_of(secret))

    def find_hash(self, wanted: str) -> Token | None:
        """The token whose secret has this hash."""
        with self._lock:
            if self._given is not None and self._given.hash == wanted:
                return self._given
            self._refresh()
            return self._by_hash.get(wanted)

    def all(self) -> list[Token]:
        """Those of the file, by name."""
        with self._lock:
            self._refresh()
            return sorted(self._by_hash.values(), key=lambda token: token.name)

    def create(self, name: str, scopes: frozenset[Scope], secret: str | None = None) -> str:
        """Keeps a new token and returns its secret, which is nowhere else. Raises TokensError."""
        if not NAME.fullmatch(name) or name == ENVIRONMENT:
            raise TokensError(f"{name!r} is no name for a token: up to 32 letters, digits, '_', '-' and '.'")
        secret = secret or secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock, self._alone():
            self._refresh()
            if any(known.name == name for known in self._by_hash.values()):
                raise TokensError(f"there is a token {name!r} already")
            if len(self._by_hash) >= MAX_TOKENS:
                raise TokensError(f"there are {MAX_TOKENS} tokens already")
            token = Token(name, scopes, int(time.time()), hash_of(secret))
            self._write([*self._by_hash.values(), token])
        return secret

    def revoke(self, name: str) -> None:
        """Forgets a token; it is refused from now on. Raises TokensError."""
        with self._lock, self._alone():
            self._refresh()
            left = [token for token in self._by_hash.values() if token.name != name]
            if len(left) == len(self._by_hash):
                raise TokensError(f"there is no token {name!r}")
            self._write(left)

    def first(self, given: str) -> str | None:
        """Makes the first token of a data directory, `given` or a random one, with every scope, and returns it; None if the
        directory has had one. A token that is `given` later counts for this run. Raises TokensError."""
        try:
            if not os.path.exists(self._path):
                return self.create(FIRST, EVERY, given or None)
        except TokensError:
            if not os.path.exists(self._path):
                raise  # else another hub on this directory was faster
        except OSError as error:
            raise TokensError(f"cannot keep tokens in {self._path}: {error.strerror}") from error
        with self._lock:
            self._refresh()
            if given:
                self._given = Token(ENVIRONMENT, EVERY, int(time.time()), hash_of(given))
        return None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process changes the file meanwhile. The lock is a file of its own, because the other one is replaced."""
        descriptor = os.open(self._path + ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _refresh(self) -> None:
        """Reads the file if it is another one than last time. Raises TokensError."""
        try:
            status = os.stat(self._path)
            seen = (status.st_mtime_ns, status.st_ino, status.st_size)
            if seen != self._seen:
                with open(self._path, encoding="utf-8") as file:
                    rows = json.load(file)["tokens"]
                read = [Token(row["name"], frozenset(map(Scope, row["scopes"])), row["created"], row["hash"]) for row in rows]
                self._by_hash, self._seen = {token.hash: token for token in read}, seen
        except FileNotFoundError:
            self._by_hash, self._seen = {}, None
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._by_hash, self._seen = {}, None  # nobody gets in by a file that cannot be read
            raise TokensError(f"{self._path} does not hold tokens ({error}); remove it to have a new first one made") from error

    def _write(self, tokens: list[Token]) -> None:
        """Replaces the file: it is there whole and private, before and after."""
        rows = [{"name": token.name, "scopes": sorted(token.scopes), "created": token.created, "hash": token.hash}
                for token in tokens]
        temporary = f"{self._path}.{os.getpid()}.new"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"tokens": rows}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except OSError as error:
            raise TokensError(f"cannot keep tokens in {self._path}: {error.strerror}") from error
        self._by_hash = {token.hash: token for token in tokens}
        self._seen = None
