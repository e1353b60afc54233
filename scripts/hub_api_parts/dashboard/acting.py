"""What the dashboard does to the hub: by the handlers of the routes, with the same scopes and the same audit log. Event loop."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from nicegui import ui

from hub_api_parts.access.needs import Identity
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context
from hub_api_parts.problems import ApiProblem, problem_of


class Acting:
    """who: asks who the visitor is now; None when the session has ended."""

    def __init__(self, context: Context, who: Callable[[], Identity | None]) -> None:
        self.context = context
        self._who = who

    def may(self, *scopes: Scope) -> bool:
        identity = self._who()
        return identity is not None and bool(identity.scopes & frozenset(scopes))

    async def do(self, scope: Scope, handler: Callable[..., Any], told: str, **arguments: Any) -> bool:
        """Calls a handler of a route and tells the visitor what came of it; `told` if it was done. Returns whether it was."""
        identity = self._who()
        status, error = 200, None
        try:
            if identity is None:
                raise ApiProblem(401, "token_needed", "the session has ended: log in again")
            if scope not in identity.scopes:
                raise ApiProblem(403, "scope_needed", f"your token lacks the scope {scope}")
            if wait := self.context.limits.wait_for(identity.name):
                raise ApiProblem(429, "rate_limited", f"too many requests; try again in {wait:.1f} s")
            if "who" in inspect.signature(handler).parameters:
                arguments["who"] = identity
            if inspect.iscoroutinefunction(handler):
                await handler(self.context, **arguments)
            else:
                await asyncio.to_thread(handler, self.context, **arguments)
        except (ApiProblem, self.context.vh.Error) as raised:
            problem = problem_of(self.context.vh, raised)
            status, error = problem.status, problem.problem.error
            ui.notify(str(problem), type="negative")
        else:
            if told:
                ui.notify(told, type="positive", timeout=2000)
        shown = {name: value.model_dump() if hasattr(value, "model_dump") else value for name, value in arguments.items()
                 if name != "who"}
        self.context.audit.write(token=identity.name if identity else "", client="dashboard", method="DASHBOARD",
                                 path=handler.__name__, body=shown, status=status, error=error)
        return status == 200
