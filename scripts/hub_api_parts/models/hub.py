"""The hub as a whole."""

from typing import Literal

from pydantic import BaseModel, Field


class Root(BaseModel):
    service: str
    version: str = Field(description="Of vhpy.")
    dashboard: str
    docs: str
    endpoints: dict[str, str]


class Health(BaseModel):
    status: Literal["healthy"]
    timestamp: str = Field(description="UTC, ISO 8601.")
    hub_thread: str = Field(description="What the hub thread is doing.", examples=["idle"])
    hub_thread_busy_seconds: float = Field(description="For how long it has been at that; 0 if it is idle.")
    queue_depth: int = Field(description="Calls that wait for the hub thread.")
    cache_age: float = Field(description="Seconds since the live copy was the latest news.")


class Hub(BaseModel):
    name: str
    description: str
    host: str = Field(description="The hub's address, as its settings say.")
    topic: str
    motd: str
    bot: str = Field(description="The nick that signs what the hub says.")
    op_chat: str | None = Field(description="The nick of the operators' room.")
    max_users: int
    version: str
    icon_url: str
    logo_url: str
    uptime_seconds: float
    uptime: str = Field(examples=["1d 2h 3m 4s"])


class Stats(BaseModel):
    timestamp: str = Field(description="UTC, ISO 8601.")
    hub_name: str
    users_online: int = Field(description="Connected users, bots not counted.")
    max_users: int
    operators: int = Field(description="Who is shown as an operator, bots included.")
    bots: int
    total_share: str = Field(description="What all users share together, for people.", examples=["1.50 TiB"])
    total_share_bytes: int
    cache_age: float = Field(description="Seconds since these numbers were the latest news.")
    api_uptime_seconds: float
    api_requests: int = Field(description="Served since the API was started.")


class Country(BaseModel):
    country_code: str = Field(description="Two letters; L1 this machine, P1 a private network.")
    users: int


class Geography(BaseModel):
    total_countries: int
    distribution: list[Country] = Field(description="The most frequent first.")


class Share(BaseModel):
    total: int = Field(description="Bytes.")
    total_formatted: str
    average: int = Field(description="Bytes, of users without bots.")
    average_formatted: str


class Sample(BaseModel):
    time: int = Field(description="Seconds since 1970.")
    users: int
    share: int = Field(description="Bytes.")


class Samples(BaseModel):
    every_seconds: float
    samples: list[Sample] = Field(description="The oldest first.")
