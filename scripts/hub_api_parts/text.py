"""Text between HTTP and the hub: what may be sent, how it stands on the wire, how it is shown.

On the wire `$` and `|` are syntax. Text that a user may write therefore travels with both escaped, and `&` escaped
only where it would begin one of the escapes.
"""

import re
import urllib.parse

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # all but tab and newline
_CONTROL_OR_BREAK = re.compile(r"[\x00-\x1f\x7f]")
_FORBIDDEN_IN_NICKS = re.compile(r"[\x00-\x20\x7f$|<>]")
_AMBIGUOUS_AND = re.compile(r"&(?=(?:#36|#124|amp);)")
_ESCAPE = re.compile(r"&(#36|#124|amp);")
_MEANING = {"#36": "$", "#124": "|", "amp": "&"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def checked_text(text: str) -> str:
    """A message of one or more lines. Raises ValueError."""
    text = text.replace("\r\n", "\n")
    if _CONTROL.search(text):
        raise ValueError("must not contain control characters other than newline and tab")
    return _not_blank(text)


def checked_line(text: str) -> str:
    """A text that must stay on one line. Raises ValueError."""
    if _CONTROL_OR_BREAK.search(text):
        raise ValueError("must not contain control characters or line breaks")
    return _not_blank(text)


def checked_nick(text: str) -> str:
    """A nick as hubs admit it, or a password. Raises ValueError."""
    if _FORBIDDEN_IN_NICKS.search(text):
        raise ValueError("must not contain spaces, control characters or one of $ | < >")
    return _not_blank(text)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def to_wire(text: str) -> str:
    """Escaped for chat lines, private messages, reasons and topics."""
    text = _AMBIGUOUS_AND.sub("&amp;", text).replace("$", "&#36;").replace("|", "&#124;")
    return text.replace("\n", "\r\n")


def from_wire(text: str) -> str:
    """The reverse of to_wire, for text that goes into JSON."""
    return shown(_ESCAPE.sub(lambda match: _MEANING[match[1]], text))


def shown(text: str) -> str:
    """As it can stand in JSON: bytes that are no text in the hub's encoding become U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def nick_to_url(nick: str) -> str:
    """Percent-encoded, every byte kept: the one form of a nick that survives JSON, whatever its bytes."""
    return urllib.parse.quote(nick.encode("utf-8", "surrogateescape"), safe="")


def nick_from_url(raw: bytes) -> str:
    """The nick as `vh` gives it, from the percent-encoded bytes of a request's path."""
    return urllib.parse.unquote_to_bytes(raw).decode("utf-8", "surrogateescape")


def formatted_time(seconds: float) -> str:
    """A length of time for people: 93784 is "1d 2h 3m 4s"."""
    left = int(seconds)
    words: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if left >= size or words:
            words.append(f"{left // size}{unit}")
            left %= size
    return " ".join([*words, f"{left}s"])


def formatted_size(size: int) -> str:
    """Bytes for people: 1536 is "1.50 KiB"."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if amount < 1024 or unit == "PiB":
            return f"{int(amount)} B" if unit == "B" else f"{amount:.2f} {unit}"
        amount /= 1024
    raise AssertionError("unreachable")
