"""Rows of the hub's tables."""

from pydantic import BaseModel, ConfigDict, Field

from hub_api_parts.models.people import Page


class Ban(BaseModel):
    ip: str = Field(description="The address or range; empty if the ban is not about one.")
    nick: str = Field(description="The nick, or how it begins; empty if the ban is not about one.")
    host: str
    type: str = Field(description="nick_ip, ip, nick, range, host1, host2, host3, share, prefix or host_reverse1")
    reason: str
    operator: str = Field(description="Who has banned.")
    start: int = Field(description="Seconds since 1970.")
    end: int | None = Field(description="Seconds since 1970; null: never.")
    note_op: str = Field(description="A note for operators.")


class Bans(Page):
    bans: list[Ban]


class Registration(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    nick: str
    user_class: int = Field(validation_alias="class", serialization_alias="class")
    class_name: str
    enabled: bool
    registered: int = Field(description="Seconds since 1970; 0 if not known.")
    operator: str = Field(description="Who has registered it.")
    last_login: int = Field(description="Seconds since 1970; 0: never.")
    last_logout: int
    logins: int
    last_ip: str
    note_op: str
    online: bool


class Registrations(Page):
    registrations: list[Registration]


class Setting(BaseModel):
    name: str
    value: str
    may_be_set: bool = Field(description="By PUT /config/NAME, with the scope admin.")


class SettingsList(BaseModel):
    settings: list[Setting]
