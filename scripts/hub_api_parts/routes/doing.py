"""What the routes that change something share."""

from hub_api_parts.context import Context
from hub_api_parts.models.problem import Problem
from hub_api_parts.problems import ApiProblem, unknown_nick
from hub_api_parts.text import shown

UNKNOWN = -2  # what GetUserClass says of a nick that is not in the list
SETTLE_SECONDS = 1.0
NICK_RESPONSES: dict[int | str, dict[str, object]] = {
    404: {"model": Problem, "description": "Nobody is called so."},
    409: {"model": Problem, "description": "The hub refused."},
}


def settle(api: Context) -> None:
    """Waits until the live copy has what the last call of this thread has done, so that the next read sees it. Any thread but an
    event loop's. Blocks: for a turn of the hub thread, SETTLE_SECONDS at most; then the read may be behind."""
    api.vh.wait_version(api.vh.last_version(), SETTLE_SECONDS)


def refusal(nick: str, user_class: int | None, why: str) -> ApiProblem:
    if user_class is None or user_class == UNKNOWN:
        return unknown_nick(shown(nick))
    return ApiProblem(409, "refused", f"the hub refused for {shown(nick)!r}: {why}")
