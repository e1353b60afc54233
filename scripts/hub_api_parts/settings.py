"""Where the API listens and which token it asks for, from the environment and the data directory."""

import dataclasses
import os
import secrets
import stat
from collections.abc import Mapping

TOKEN_FILE = "api_token"
TOKEN_BYTES = 32  # of randomness in a token that we make
SHORT_TOKEN = 16  # characters; a given token below this is worth a warning
LOOPBACK = ("127.", "::1", "localhost")
LOOPS = ("auto", "asyncio", "uvloop")


class SettingsError(Exception):
    """Something in the environment or the data directory that the operator must put right; one clear line."""


@dataclasses.dataclass(frozen=True)
class Settings:
    host: str
    port: int
    token: str = dataclasses.field(repr=False)
    token_is_new: bool = False  # the first one of this data directory: the one time that it is printed
    warnings: tuple[str, ...] = ()
    loop: str = "auto"  # uvloop if it is installed, else asyncio


def read_settings(basedir: str | os.PathLike[str], environment: Mapping[str, str]) -> Settings:
    """Reads all settings. The first token of a data directory, given or made, is kept there; one that is given later
    counts for that run. Raises SettingsError. Blocks: file access."""
    host = environment.get("HUB_API_HOST") or "127.0.0.1"
    port = _port(environment.get("HUB_API_PORT") or "8000")
    warnings: list[str] = []
    if not host.startswith(LOOPBACK):
        warnings.append(f"warning: listening on {host}, which other machines may reach, without encryption")
    given = environment.get("HUB_API_TOKEN", "")
    kept, is_new = _kept_token(os.path.join(basedir, TOKEN_FILE), given or secrets.token_urlsafe(TOKEN_BYTES), warnings)
    token = given or kept
    if token is None:
        raise SettingsError(f"{os.path.join(basedir, TOKEN_FILE)} was removed while it was read; start again")
    if len(token) < SHORT_TOKEN and given:
        warnings.append(f"warning: HUB_API_TOKEN has fewer than {SHORT_TOKEN} characters and can be guessed")
    loop = environment.get("HUB_API_LOOP") or "auto"
    if loop not in LOOPS:
        raise SettingsError(f"HUB_API_LOOP is {loop!r}; one of {', '.join(LOOPS)} is needed")
    return Settings(host, port, token, is_new, tuple(warnings), loop)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise SettingsError(f"HUB_API_PORT is {text!r}; a number from 0 to 65535 is needed")
    return int(text)


def _kept_token(path: str, first_token: str, warnings: list[str]) -> tuple[str | None, bool]:
    """The token in the file, or this first one put there; and whether it was put there. The file appears complete and private, or not at all."""
    try:
        token = _read_token(path, warnings)
        if token is not None:
            return token, False
        temporary = f"{path}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(first_token + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, path)  # fails if another hub on this directory was faster; never replaces
        except FileExistsError:
            return _read_token(path, warnings), False
        finally:
            os.unlink(temporary)
        return first_token, True
    except OSError as error:
        raise SettingsError(f"cannot keep the token in {path}: {error.strerror}") from error


def _read_token(path: str, warnings: list[str]) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            token = file.read().strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} does not hold a token; remove it to have a new one made") from error
    if not token or any(character.isspace() for character in token):
        raise SettingsError(f"{path} does not hold a token; remove it to have a new one made")
    if mode & 0o077:
        warnings.append(f"warning: {path} may be read by other accounts (mode {mode:04o}); chmod 600 it")
    return token
