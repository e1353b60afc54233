"""Where the API listens, to whom it is open, and the other settings, from the environment."""

import dataclasses
import ipaddress
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

SHORT_TOKEN = 16  # characters; a given token below this is worth a warning
LOOPS = ("auto", "asyncio", "uvloop")
RATE = 200.0  # requests per second, if nothing else is said
BURST_SECONDS = 3.0  # how many seconds of that may come at once


class SettingsError(Exception):
    """Something in the environment or the data directory that the operator must put right; one clear line."""


@dataclasses.dataclass(frozen=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8000  # 0: the system chooses
    loop: str = "auto"  # uvloop if it is installed, else asyncio
    open_reads: bool = True  # what anybody in the hub could see needs no token
    proxied: bool = False  # a proxy on this machine stands before it and says whom it speaks for
    rate: float = RATE  # requests per second and token, or address without one; 0: no limit
    origins: tuple[str, ...] = ()  # pages of these may call the API from a browser
    certificate: str = ""  # file of the TLS certificate chain; empty: no encryption
    key: str = ""  # file of its private key
    access_log: bool = True
    given_token: str = dataclasses.field(default="", repr=False)
    warnings: tuple[str, ...] = ()

    @property
    def burst(self) -> float:
        return self.rate * BURST_SECONDS

    @property
    def encrypted(self) -> bool:
        return bool(self.certificate)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads all settings. Raises SettingsError. Blocks: looks whether the two files of TLS can be read."""
    host = environment.get("HUB_API_HOST") or "127.0.0.1"
    certificate, key = _tls(environment)
    wide, warnings = not is_loopback(host), []
    if wide and not certificate:
        warnings.append(f"warning: listening on {host}, which other machines may reach, without encryption; tokens can be "
                        "read on the way (HUB_API_TLS_CERT and HUB_API_TLS_KEY)")
    token = environment.get("HUB_API_TOKEN", "")
    if token and len(token) < SHORT_TOKEN:
        warnings.append(f"warning: HUB_API_TOKEN has fewer than {SHORT_TOKEN} characters and can be guessed")
    reads = _one_of(environment, "HUB_API_READS", "auto", ("auto", "token"))
    proxied = _one_of(environment, "HUB_API_PROXY", "off", ("on", "off")) == "on"
    return Settings(
        host=host,
        port=_port(environment.get("HUB_API_PORT") or "8000"),
        loop=_one_of(environment, "HUB_API_LOOP", "auto", LOOPS),
        open_reads=reads == "auto" and not wide and not proxied,
        proxied=proxied,
        rate=_rate(environment.get("HUB_API_RATE") or str(RATE)),
        origins=_origins(environment.get("HUB_API_CORS", "")),
        certificate=certificate,
        key=key,
        access_log=_one_of(environment, "HUB_API_ACCESS_LOG", "on", ("on", "off")) == "on",
        given_token=token,
        warnings=tuple(warnings),
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name: nobody knows what it will mean


def _one_of(environment: Mapping[str, str], name: str, default: str, words: tuple[str, ...]) -> str:
    given = environment.get(name) or default
    if given not in words:
        raise SettingsError(f"{name} is {given!r}; one of {', '.join(words)} is needed")
    return given


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise SettingsError(f"HUB_API_PORT is {text!r}; a number from 0 to 65535 is needed")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1e6:
        raise SettingsError(f"HUB_API_RATE is {text!r}; requests per second are needed, or 0 for no limit")
    return rate


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(word.strip() for word in text.split(",") if word.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            raise SettingsError(f"HUB_API_CORS has {origin!r}; origins such as https://example.org are needed, commas between")
    return origins


def _tls(environment: Mapping[str, str]) -> tuple[str, str]:
    certificate, key = environment.get("HUB_API_TLS_CERT", ""), environment.get("HUB_API_TLS_KEY", "")
    if bool(certificate) != bool(key):
        raise SettingsError("HUB_API_TLS_CERT and HUB_API_TLS_KEY are needed both, or neither")
    for path in filter(None, (certificate, key)):
        if not os.access(path, os.R_OK):
            raise SettingsError(f"{path}, which HUB_API_TLS_CERT or HUB_API_TLS_KEY names, cannot be read")
    return certificate, key
