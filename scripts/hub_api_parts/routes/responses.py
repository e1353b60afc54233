"""What any route may answer besides its success, for /docs."""

from typing import Any

from hub_api_parts.models.problem import Problem

RESPONSES: dict[int | str, dict[str, Any]] = {401: {"model": Problem, "description": "A token is needed."},
    403: {"model": Problem, "description": "The token is wrong or lacks the scope."},
    422: {"model": Problem, "description": "The input is not acceptable."},
    429: {"model": Problem, "description": "Too many requests."},
    503: {"model": Problem, "description": "Nothing was done: the hub is closing or busy, or its queue is full. Try again later."},
    504: {"model": Problem, "description": "The hub did not finish in time: it may have run."},
}
