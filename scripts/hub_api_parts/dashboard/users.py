"""The table of users: searched, sorted and cut into pages here, so that a browser has only what it shows; a row's menu of what can be done.
Event loop."""

from typing import Any

from nicegui import ui
from pydantic import ValidationError

from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context
from hub_api_parts.dashboard.acting import Acting
from hub_api_parts.models.requests import BanRequest, MessageRequest, ReasonRequest
from hub_api_parts.people.listing import SORTED_BY, Wanted, list_users
from hub_api_parts.routes import moderating, speaking
from hub_api_parts.text import nick_from_url

PAGE = 25
LENGTHS = {3600: "1 hour", 86_400: "1 day", 7 * 86_400: "1 week", 30 * 86_400: "30 days", 0: "for ever"}
COLUMNS: list[dict[str, Any]] = [
    {"name": "nick", "label": "Nick", "field": "nick", "align": "left", "sortable": True},
    {"name": "class", "label": "Class", "field": "class_name", "align": "left", "sortable": True},
    {"name": "share", "label": "Share", "field": "share_formatted", "align": "right", "sortable": True},
    {"name": "country", "label": "Country", "field": "country_code", "align": "left", "sortable": True, "phone": False},
    {"name": "ip", "label": "Address", "field": "ip", "align": "left", "phone": False, "hidden": True},
    {"name": "asn", "label": "Network", "field": "asn", "align": "left", "phone": False, "hidden": True},
    {"name": "client", "label": "Client", "field": "client", "align": "left", "sortable": True, "phone": False},
    {"name": "description", "label": "Description", "field": "description", "align": "left", "phone": False},
    {"name": "actions", "label": "", "field": "nick", "align": "right"},
]
ACTIONS = """<q-td :props="props" class="q-gutter-xs no-wrap"><template v-if="!props.row.is_bot">%s</template></q-td>"""
BUTTON = """<q-btn flat round dense size="sm" icon="%s" @click="() => $parent.$emit('%s', props.row)"
 :aria-label="'%s ' + props.row.nick"><q-tooltip>%s</q-tooltip></q-btn>"""


class UserTable:
    def __init__(self, context: Context, acting: Acting) -> None:
        self._context, self._acting = context, acting
        self._addresses = acting.may(Scope.MODERATE, Scope.ADMIN)
        with ui.row().classes("w-full items-center gap-3 mb-3"):
            self._search = ui.input(placeholder="Search nick, description, tag", on_change=self.refresh).classes("grow").props(
                'outlined dense clearable debounce=300 aria-label="Search users"').style("max-width: 24rem")
            self._bots = ui.checkbox("Bots", value=True, on_change=self.refresh)
            self._clones = ui.checkbox("Clones only", on_change=self.refresh)
            self._clones.set_visibility(self._addresses)
        columns = [_column(column) for column in COLUMNS if self._addresses or not column.get("hidden")]
        self._table = ui.table(columns=columns, rows=[], row_key="url",
                               pagination={"rowsPerPage": PAGE, "page": 1, "sortBy": "nick", "descending": False, "rowsNumber": 0})
        self._table.classes("w-full").props('flat :rows-per-page-options="[10,25,50,100]" aria-label="Users" binary-state-sort')
        self._table.on("request", self._page)
        self._table.add_slot("body-cell-actions", ACTIONS % self._buttons())
        for name, dialog in (("pm", self._ask_pm), ("kick", self._ask_kick), ("ban", self._ask_ban)):
            self._table.on(name, lambda event, dialog=dialog: dialog(event.args))

    async def refresh(self) -> None:
        pages = self._table.pagination
        size = int(pages.get("rowsPerPage") or PAGE)
        sort = pages.get("sortBy")
        wanted = Wanted(text=str(self._search.value or ""), bots=None if self._bots.value else False,
                        cloned=True if self._clones.value and self._addresses else None)
        found = await list_users(self._context, wanted, sort=sort if sort in SORTED_BY else "nick",
                                 descending=bool(pages.get("descending")), offset=(int(pages.get("page", 1)) - 1) * size, limit=size,
                                 with_address=self._addresses)
        rows = [user.model_dump(include=SHOWN) for user in found.users]
        if rows != self._table.rows or pages.get("rowsNumber") != found.total:
            self._table.rows = rows
            self._table.pagination = {**pages, "rowsNumber": found.total}

    async def _page(self, event: Any) -> None:
        self._table.pagination = {**self._table.pagination, **event.args["pagination"]}
        await self.refresh()

    def _buttons(self) -> str:
        made = []
        if self._acting.may(Scope.CHAT):
            made.append(BUTTON % ("mail", "pm", "Message to", "Private message"))
        if self._acting.may(Scope.MODERATE):
            made += [BUTTON % ("logout", "kick", "Kick", "Kick"), BUTTON % ("block", "ban", "Ban", "Ban")]
        return "".join(made)

    def _ask_pm(self, row: dict[str, Any]) -> None:
        async def send(text: str) -> bool:
            return await self._acting.do(Scope.CHAT, speaking.pm, f"Sent to {row['nick']}", nick=_nick(row),
                                         request=MessageRequest(message=text))

        _ask(f"Private message to {row['nick']}", "Message", "Send", send)

    def _ask_kick(self, row: dict[str, Any]) -> None:
        async def kick(reason: str) -> bool:
            done = await self._acting.do(Scope.MODERATE, moderating.kick, f"{row['nick']} is kicked", nick=_nick(row),
                                         request=ReasonRequest(reason=reason))
            await self.refresh()
            return done

        _ask(f"Kick {row['nick']}", "Reason", "Kick", kick)

    def _ask_ban(self, row: dict[str, Any]) -> None:
        async def ban(reason: str, length: int, address: bool) -> bool:
            request = BanRequest(nick=_nick(row), ip=row.get("ip") if address else None, reason=reason, seconds=length or None)
            done = await self._acting.do(Scope.MODERATE, moderating.ban, f"{row['nick']} is banned", request=request)
            await self.refresh()
            return done

        _ask(f"Ban {row['nick']}", "Reason", "Ban", ban, lengths=True, address=row.get("ip") or "")


SHOWN = {column["field"] for column in COLUMNS if column["field"] != "class"} | {"url", "is_bot"}


def _column(column: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in column.items() if name not in ("phone", "hidden")}
    return shown if column.get("phone", True) else {**shown, "classes": "phone-no", "headerClasses": "phone-no"}


def _nick(row: dict[str, Any]) -> str:
    """The nick with every byte, which the row's url has."""
    return nick_from_url(str(row["url"]).removeprefix("/user/").encode())


def _ask(title: str, label: str, word: str, do: Any, *, lengths: bool = False, address: str = "") -> None:
    """A dialog with a text; Enter or its button does it, Escape leaves it."""
    with ui.dialog() as dialog, ui.card().classes("panel").style("width: min(28rem, 92vw)"):
        ui.label(title).classes("title")
        text = ui.input(label).classes("w-full").props("outlined dense autofocus")
        length = ui.select(LENGTHS, value=3600, label="How long").classes("w-full").props("outlined dense") if lengths else None
        also = ui.checkbox(f"Also the address {address}") if address else None

        async def act() -> None:
            try:
                done = await (do(str(text.value), length.value, bool(also and also.value)) if length else do(str(text.value)))
            except ValidationError as error:
                ui.notify(error.errors()[0]["msg"].removeprefix("Value error, "), type="negative")
                return
            if done:
                dialog.close()

        text.on("keydown.enter", act)
        with ui.row().classes("w-full justify-end"):
            ui.button("Cancel", on_click=dialog.close).props("flat no-caps")
            ui.button(word, on_click=act).props("unelevated no-caps")
    dialog.on("hide", dialog.delete)
    dialog.open()
