"""The page of the dashboard: header, tabs, their parts. One for each visitor; on the event loop.

Every REFRESH_SECONDS what is shown is brought up to date from the live copy; chat and what happens come as events. All of it ends when
NiceGUI forgets the visitor.
"""

import asyncio
import time
from typing import TYPE_CHECKING

from nicegui import background_tasks, ui
from starlette.requests import Request

from hub_api_parts.access.needs import Identity
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context
from hub_api_parts.dashboard.acting import Acting
from hub_api_parts.dashboard.charts import Numbers
from hub_api_parts.dashboard.chat import Chat
from hub_api_parts.dashboard.lane import Lane
from hub_api_parts.dashboard.records import Bans, Clones, Registrations
from hub_api_parts.dashboard.sessions import Session
from hub_api_parts.dashboard.style import STYLE
from hub_api_parts.dashboard.users import UserTable
from hub_api_parts.dashboard.world import World
from hub_api_parts.live.hooks import OFFERED, OPEN_HOOKS
from hub_api_parts.live.stream import HubEvent

if TYPE_CHECKING:
    from hub_api_parts.dashboard.door import Door

REFRESH_SECONDS = 2.0
RECENT = 200  # events that a new visitor is shown, and that are shown at once
MODERATORS = (Scope.MODERATE, Scope.ADMIN)


def build(context: Context, door: "Door", request: Request) -> None:
    """Fills the page of one visitor."""
    found = door.session_of(request.cookies)
    if found is None:
        ui.navigate.to("/login")
        return

    def who() -> Identity | None:
        now = door.session_of(request.cookies)
        return now[1] if now else None

    Page(context, Acting(context, who), found[0])


class Page:
    def __init__(self, context: Context, acting: Acting, session: Session) -> None:
        self._context, self._acting, self._session = context, acting, session
        ui.add_css(STYLE)
        ui.colors(primary="#2563eb", positive="#15803d", negative="#dc2626")
        self._dark = ui.dark_mode(session.dark)
        self._header()
        names = ["Overview", "Users", "Chat", "Queue"]
        if acting.may(*MODERATORS):
            names[3:3] = ["Clones", "Bans", "Registrations"]
        self._parts: dict[str, list[object]] = {}
        with ui.tabs().classes("w-full tabs").props("align=left outside-arrows mobile-arrows inline-label dense no-caps") as tabs:
            for name in names:
                ui.tab(name)
        self._tabs = tabs
        with ui.tab_panels(tabs, value="Overview", animated=False, keep_alive=True).classes("w-full panels"):
            for name in names:
                with ui.tab_panel(name).classes("p-3 sm:p-4"):
                    getattr(self, f"_{name.lower()}")()
        tabs.on_value_change(lambda: self._refresh_soon())
        ui.timer(REFRESH_SECONDS, self._refresh)
        self._listening = background_tasks.create(self._listen(), name="dashboard events")
        ui.context.client.on_delete(self._listening.cancel)

    def _header(self) -> None:
        hub = self._context.vh.snapshot().settings.get("hub_name", "") or "Hub"
        with ui.header().classes("items-center gap-3 px-4 py-2 bar"):
            ui.icon("hub").classes("text-2xl")
            ui.label(hub).classes("text-lg font-semibold truncate").style("max-width: 40vw")
            self._state = ui.badge("").classes("state")
            ui.space()
            ui.button(icon="dark_mode", on_click=self._toggle_dark).props(
                'flat round dense color=inherit aria-label="Dark or light"')
            with ui.element("form").props('method=post action=/dashboard/logout'):
                ui.button("Log out", icon="logout").props('flat dense no-caps color=inherit type=submit aria-label="Log out"')

    def _overview(self) -> None:
        numbers = Numbers(self._context)
        with ui.element("div").classes("grid grid-cols-1 lg:grid-cols-3 gap-4 w-full mt-4"):
            with ui.card().classes("lg:col-span-2 panel"):
                ui.label("Countries").classes("title")
                world = World(self._context)
            with ui.card().classes("panel"):
                ui.label("What happens").classes("title")
                self._events = ui.log(max_lines=200).classes("w-full grow lines").style("height: 20rem").props(
                    'role=log aria-label="Events"')
        self._parts["Overview"] = [numbers, world]

    def _users(self) -> None:
        self._parts["Users"] = [UserTable(self._context, self._acting)]

    def _chat(self) -> None:
        self._chat_part = Chat(self._context, self._acting)

    def _clones(self) -> None:
        self._parts["Clones"] = [Clones(self._context)]

    def _bans(self) -> None:
        self._parts["Bans"] = [Bans(self._context, self._acting)]

    def _registrations(self) -> None:
        self._parts["Registrations"] = [Registrations(self._context, self._acting)]

    def _queue(self) -> None:
        self._parts["Queue"] = [Lane(self._context)]

    async def _toggle_dark(self) -> None:
        dark = self._dark.value
        if dark is None:  # as the browser wants it, which only the browser knows
            dark = bool(await ui.run_javascript("Quasar.Dark.isActive"))
        self._dark.set_value(not dark)
        self._session.dark = not dark

    def _refresh_soon(self) -> None:
        ui.timer(0.05, self._refresh, once=True)

    async def _refresh(self) -> None:
        """Brings the header and the visible tab up to date."""
        if not self._acting.may(*Scope):
            ui.navigate.to("/login")  # logged out elsewhere, expired, or the token is revoked
            return
        stats, snapshot = self._context.vh.stats(), self._context.vh.snapshot()
        busy = stats["hub_thread_busy_for"] > 1.0
        self._state.set_text(f"hub thread {stats['hub_thread']}" if busy else f"{snapshot.users_count} user{'s' * (snapshot.users_count != 1)}")
        self._state.props(f"color={'negative' if busy else 'positive'}")
        for part in self._parts.get(str(self._tabs.value), []):
            refreshed = part.refresh()  # type: ignore[attr-defined]
            if asyncio.iscoroutine(refreshed):
                await refreshed

    async def _listen(self) -> None:
        """Shows what happens until the visitor has left or the server stops."""
        hooks = frozenset(OFFERED if self._acting.may(*MODERATORS) else OPEN_HOOKS)
        self._show(self._context.stream.recent(hooks, RECENT))
        async for batch in self._context.stream.listen(hooks):
            self._show(batch.events[-RECENT:])

    def _show(self, events: list[HubEvent]) -> None:
        self._chat_part.show(events)
        for event in events:
            if text := told(event.hook, event.args):
                self._events.push(f"{time.strftime('%H:%M:%S', time.localtime(event.time))}  {text}")


def told(hook: str, args: "dict[str, object]") -> str:
    """An event as a line; empty for what is told elsewhere or happens too often."""
    forms = {
        "OnUserLogin": "{nick} has come", "OnUserLogout": "{nick} has gone", "OnOperatorKicks": "{op} kicks {nick}: {reason}",
        "OnOperatorDrops": "{op} drops {nick}", "OnNewBan": "{op} bans {nick}{ip}: {reason}",
        "OnNewReg": "{op} registers {nick}", "OnSetConfig": "{nick} sets {var} to {new}",
    }
    form = forms.get(hook)
    return form.format_map(Blanks(args)) if form else ""


class Blanks(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""
