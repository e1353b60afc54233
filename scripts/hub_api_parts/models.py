"""What requests and responses hold. The descriptions make /docs."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hub_api_parts.text import checked_line, checked_text, to_wire

MAX_MESSAGE = 4000  # characters of a chat line or private message
MAX_REASON = 250  # characters
MAX_TOPIC_BYTES = 1023  # on the wire; Verlihub silently ignores longer ones


def _topic(text: str) -> str:
    if text == "":
        return text  # clears it
    text = checked_line(text)
    if len(to_wire(text).encode()) > MAX_TOPIC_BYTES:
        raise ValueError(f"must not be longer than {MAX_TOPIC_BYTES} bytes on the wire")
    return text


class Problem(BaseModel):
    """Every answer that is not a success."""

    error: str = Field(description="A stable code for programs.", examples=["unknown_nick"])
    message: str = Field(description="What was wrong, for people.", examples=["nobody here is called 'bob'"])
    may_have_run: bool | None = Field(
        default=None,
        description="On 503 and 504: whether the hub may have done it nevertheless. false: it is safe to repeat.",
    )
    details: list["BadField"] | None = Field(default=None, description="On 422: each field that was refused.")


class BadField(BaseModel):
    where: str = Field(examples=["body.message"])
    what: str = Field(examples=["must not be empty"])


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MessageRequest(_Request):
    message: Annotated[str, Field(min_length=1, max_length=MAX_MESSAGE), AfterValidator(checked_text)]


class KickRequest(_Request):
    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON), AfterValidator(checked_line)]


class TopicRequest(_Request):
    topic: Annotated[str, Field(description="Empty clears it."), AfterValidator(_topic)]


class Sent(BaseModel):
    message: str
    to: str | None = Field(default=None, description="The one receiver; null: everybody.")


class Kicked(BaseModel):
    nick: str
    reason: str


class Topic(BaseModel):
    topic: str = Field(description="Empty if there is none.")


class Health(BaseModel):
    status: Literal["ok"]
    hub_thread_ms: float = Field(description="How long the hub thread took to answer one call.")


class Hub(BaseModel):
    name: str
    description: str
    topic: str
    bot: str = Field(description="The nick that signs what the hub says.")
    op_chat: str | None = Field(description="The nick of the operators' room.")
    max_users: int | None


class Stats(BaseModel):
    users: int = Field(description="Connected users, bots not counted.")
    operators: int
    bots: int
    share: int = Field(description="Bytes that all users share together.")
    share_formatted: str = Field(examples=["1.50 TiB"])
    api_uptime_seconds: float
    api_requests: int = Field(description="Served since the API was started.")


class User(BaseModel):
    nick: str
    url: str = Field(description="Path of this user here; exact even if the nick is not valid text.")
    user_class: int = Field(description="-1 pinger, 0 guest, 1 registered, 2 vip, 3 operator, 4 cheef, 5 admin, 10 master")
    class_name: str
    is_op: bool
    is_bot: bool
    description: str
    tag: str = Field(description="What the client says of itself.", examples=["<++ V:0.868,M:A,H:1/0/0,S:3>"])
    speed: str
    away: bool
    email: str
    share: int = Field(description="Bytes.")
    share_formatted: str
    ip: str | None = Field(description="Only with a token; else null.")
    host: str | None = Field(description="Only with a token, and only if reverse DNS has told it; else null.")


class Users(BaseModel):
    total: int = Field(description="In the user list, bots included.")
    offset: int
    limit: int
    users: list[User]


class Nicks(BaseModel):
    total: int
    nicks: list[str]
