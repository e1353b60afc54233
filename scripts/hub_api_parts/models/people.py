"""Users as the API shows them."""

from pydantic import BaseModel, ConfigDict, Field

HIDDEN = "Only with the scope moderate or admin; else null."


class User(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    nick: str
    url: str = Field(description="Path of this user here; exact even if the nick is not valid text.")
    user_class: int = Field(validation_alias="class", serialization_alias="class", description="-1 pinger, 0 guest, 1 regular, 2 vip, 3 operator, 4 cheef, 5 admin, 10 master")
    class_name: str = Field(examples=["Operator"])
    is_op: bool
    is_bot: bool
    description: str
    tag: str = Field(description="What the client says of itself.", examples=["<++ V:0.868,M:A,H:1/0/0,S:3>"])
    client: str = Field(description="Name and version out of the tag.", examples=["++ 0.868"])
    speed: str
    away: bool
    email: str
    share: int = Field(description="Bytes.")
    share_formatted: str = Field(examples=["1.50 GiB"])
    login_time: int = Field(description="Seconds since 1970; 0 for bots.")
    hub_url: str = Field(description="The address by which the client came; empty if it did not say.")
    ext_json: str = Field(description="What the client says of itself as JSON; empty if nothing.")
    support_flags: list[str] = Field(description="What the client supports, as far as it logged in while the API ran.")
    country_code: str = Field(description="Two letters; L1 this machine, P1 a private network; empty if not known.")
    country: str
    ip: str | None = Field(description=HIDDEN)
    host: str | None = Field(description="From reverse DNS. " + HIDDEN)
    city: str | None = Field(description=HIDDEN)
    region: str | None = Field(description=HIDDEN)
    region_code: str | None = Field(description=HIDDEN)
    timezone: str | None = Field(description=HIDDEN)
    continent: str | None = Field(description=HIDDEN)
    continent_code: str | None = Field(description=HIDDEN)
    postal_code: str | None = Field(description=HIDDEN)
    asn: str | None = Field(description="The network: AS number and name. " + HIDDEN)
    cloned: bool | None = Field(description="Others have the same address and share. " + HIDDEN)
    clone_group: list[str] | None = Field(description="Their nicks, 100 at most. " + HIDDEN)
    same_ip_users: list[str] | None = Field(description="Others of the same address, 100 at most. " + HIDDEN)
    same_asn_users: list[str] | None = Field(description="Others of the same network, 100 at most. " + HIDDEN)


class Page(BaseModel):
    total: int = Field(description="How many there are that fit the filter.")
    offset: int
    limit: int
    cache_age: float = Field(description="Seconds since what is shown was the latest news.")


class Users(Page):
    count: int = Field(description="How many of them are in this answer.")
    users: list[User]


class Operators(Page):
    operators: list[User]


class Bots(Page):
    bots: list[User]
