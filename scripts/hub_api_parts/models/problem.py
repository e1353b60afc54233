"""The one shape of everything that is not a success."""

from pydantic import BaseModel, Field


class BadField(BaseModel):
    where: str = Field(examples=["body.message"])
    what: str = Field(examples=["must not be empty"])


class Problem(BaseModel):
    """Every answer that is not a success."""

    error: str = Field(description="A stable code for programs.", examples=["unknown_nick"])
    message: str = Field(description="What was wrong, for people.", examples=["nobody here is called 'bob'"])
    may_have_run: bool | None = Field(
        default=None,
        description="On 503 and 504: whether the hub may have done it nevertheless. false: it is safe to repeat.",
    )
    details: list[BadField] | None = Field(default=None, description="On 422: each field that was refused.")
