"""What is answered when something was done."""

from pydantic import BaseModel, ConfigDict, Field


class Sent(BaseModel):
    message: str
    to: str | None = Field(default=None, description="The one receiver; null: everybody.")


class Broadcast(BaseModel):
    message: str
    min_class: int
    max_class: int
    to: str


class Kicked(BaseModel):
    nick: str
    reason: str


class Topic(BaseModel):
    topic: str = Field(description="Empty if there is none.")


class Banned(BaseModel):
    nick: str | None
    ip: str | None
    reason: str
    end: int | None = Field(description="Seconds since 1970; null: never.")
    disconnected: list[str] = Field(description="Who had to leave at once.")


class Unbanned(BaseModel):
    removed: int = Field(description="How many bans.")


class Registered(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    nick: str
    user_class: int = Field(validation_alias="class", serialization_alias="class")
    class_name: str


class Removed(BaseModel):
    nick: str


class SettingDone(BaseModel):
    name: str
    value: str


class Restrictions(BaseModel):
    nick: str
    chat: bool
    pm: bool
    search: bool
    ctm: bool


class Bot(BaseModel):
    nick: str
