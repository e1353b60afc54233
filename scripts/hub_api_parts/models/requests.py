"""Bodies of requests. A field that is not named here is refused."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from hub_api_parts.text import checked_line, checked_nick, checked_text, to_wire

MAX_MESSAGE = 4000  # characters of a chat line or private message
MAX_REASON = 250  # characters
MAX_TOPIC_BYTES = 1023  # on the wire; Verlihub silently ignores longer ones
MAX_NICK = 64  # characters
MAX_VALUE = 1000  # characters of a setting
MAX_BAN_SECONDS = 100 * 365 * 86400
PERIOD = re.compile(r"0|[1-9][0-9]{0,5}[smhdwMy]?")


def _topic(text: str) -> str:
    if text == "":
        return text  # clears it
    text = checked_line(text)
    if len(to_wire(text).encode()) > MAX_TOPIC_BYTES:
        raise ValueError(f"must not be longer than {MAX_TOPIC_BYTES} bytes on the wire")
    return text


def _value(text: str) -> str:
    return text if text == "" else checked_text(text)


def _line_or_empty(text: str) -> str:
    return text if text == "" else checked_line(text)


def _period(text: str) -> str:
    if not PERIOD.fullmatch(text):
        raise ValueError("must be 0 to lift it, or a length such as 30m, 3h, 2d, 1w, 1M, 1y")
    return text


def _password(text: str) -> str:
    return text if text == "" or not set(text) & set(" $|") else checked_nick(text)


Message = Annotated[str, Field(min_length=1, max_length=MAX_MESSAGE), AfterValidator(checked_text)]
Reason = Annotated[str, Field(min_length=1, max_length=MAX_REASON), AfterValidator(checked_line)]
NewNick = Annotated[str, Field(min_length=1, max_length=MAX_NICK), AfterValidator(checked_nick)]
Line = Annotated[str, Field(max_length=MAX_REASON), AfterValidator(_line_or_empty)]
AnyClass = Annotated[int, Field(ge=-1, le=10, strict=True)]
RegisteredClass = Annotated[Literal[1, 2, 3, 4, 5], Field(description="1 regular, 2 vip, 3 operator, 4 cheef, 5 admin")]
Period = Annotated[str, AfterValidator(_period), Field(description="0 lifts it; else a length such as 30m, 3h, 2d, 1w")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MessageRequest(_Request):
    message: Message


class BroadcastRequest(_Request):
    message: Message
    min_class: AnyClass = 0
    max_class: AnyClass = 10
    to: Annotated[Literal["chat", "pm"], Field(description="A line in the main chat, or a private message.")] = "chat"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_class > self.max_class:
            raise ValueError("min_class must not be above max_class")
        return self


class ReasonRequest(_Request):
    reason: Reason


class TopicRequest(_Request):
    topic: Annotated[str, Field(description="Empty clears it."), AfterValidator(_topic)]


class BanRequest(_Request):
    """One of nick and ip, or both."""

    nick: NewNick | None = None
    ip: Annotated[str | None, Field(max_length=45, description="An IPv4 or IPv6 address.")] = None
    reason: Reason
    seconds: Annotated[int | None, Field(ge=1, le=MAX_BAN_SECONDS, strict=True, description="null: for ever.")] = None

    @model_validator(mode="after")
    def _about_somebody(self) -> Self:
        if self.nick is None and self.ip is None:
            raise ValueError("nick or ip is needed")
        return self


class RegisterRequest(_Request):
    model_config = ConfigDict(populate_by_name=True)

    nick: NewNick
    user_class: RegisteredClass = Field(default=1, validation_alias="class", serialization_alias="class")
    password: Annotated[str, Field(max_length=100, description="Empty: the user chooses one at the next login."),
                        AfterValidator(_password)] = ""


class ClassRequest(_Request):
    model_config = ConfigDict(populate_by_name=True)

    user_class: RegisteredClass = Field(validation_alias="class", serialization_alias="class")


class SettingRequest(_Request):
    value: Annotated[str, Field(max_length=MAX_VALUE), AfterValidator(_value)]


class RestrictRequest(_Request):
    """null keeps what is."""

    chat: Period | None = None
    pm: Period | None = None
    search: Period | None = None
    ctm: Period | None = Field(default=None, description="Connecting to others.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.chat is self.pm is self.search is self.ctm is None:
            raise ValueError("one of chat, pm, search and ctm is needed")
        return self


class BotRequest(_Request):
    model_config = ConfigDict(populate_by_name=True)

    nick: NewNick
    user_class: Literal[0, 1, 2, 3, 4, 5, 10] = Field(default=0, validation_alias="class", serialization_alias="class")
    description: Line = ""
    email: Line = ""
    share: Annotated[int, Field(ge=0, le=1 << 60, strict=True)] = 0
