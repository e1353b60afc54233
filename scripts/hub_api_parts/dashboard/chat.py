"""The main chat, with a line to speak in the hub's name. Event loop."""

import html
import time
from collections.abc import Iterable

from nicegui import ui
from pydantic import ValidationError

from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context
from hub_api_parts.dashboard.acting import Acting
from hub_api_parts.live.stream import HubEvent
from hub_api_parts.models.requests import MAX_MESSAGE, MessageRequest
from hub_api_parts.routes import speaking

MAX_LINES = 300


class Chat:
    def __init__(self, context: Context, acting: Acting) -> None:
        self._context, self._acting = context, acting
        with ui.card().classes("panel"):
            self._area = ui.scroll_area().classes("w-full").style("height: calc(100vh - 16rem); min-height: 14rem").props(
                'role=log aria-label="Main chat"')
            with self._area:
                self._lines = ui.column().classes("w-full gap-0")
                with self._lines:
                    self._empty = ui.label("Nothing has been said since the API was started.").classes("dim")
            if acting.may(Scope.CHAT):
                with ui.row().classes("w-full items-center no-wrap"):
                    self._input = ui.input(placeholder=f"Speak as {context.vh.botname}").classes("grow").props(
                        f'outlined dense maxlength={MAX_MESSAGE} aria-label="Message to the main chat"').on("keydown.enter", self._send)
                    ui.button(icon="send", on_click=self._send).props('unelevated aria-label="Send"')

    def show(self, events: Iterable[HubEvent]) -> None:
        lines = [event for event in events if event.hook in ("OnParsedMsgChat", "OnPublicBotMessage")]
        if not lines:
            return
        self._empty.set_visibility(False)
        with self._lines:
            for event in lines[-MAX_LINES:]:
                ui.html(_line(event), sanitize=False).classes("w-full")
        children = self._lines.default_slot.children
        for old in children[1:max(1, len(children) - MAX_LINES)]:
            old.delete()
        self._area.scroll_to(percent=1.0)

    async def _send(self) -> None:
        text = str(self._input.value or "")
        try:
            request = MessageRequest(message=text)
        except ValidationError:
            if text.strip():
                ui.notify("This cannot be said: it has control characters or is too long", type="negative")
            return
        if await self._acting.do(Scope.CHAT, speaking.chat, "", request=request):
            self._input.set_value("")


def _line(event: HubEvent) -> str:
    """One line as HTML; all that comes from the hub is escaped."""
    at = time.strftime("%H:%M", time.localtime(event.time))
    nick, text = html.escape(str(event.args.get("nick", ""))), html.escape(str(event.args.get("msg", "")))
    kind = " mine" if event.hook == "OnPublicBotMessage" else ""
    return f'<div class="chatline{kind}"><time>{at}</time><span class="nick">{nick}</span> {text}</div>'
