"""Clones, bans and registrations as tables. Event loop; bans and registrations are asked of the hub's database when the tab is opened, when
something was searched for or changed, and every ten seconds."""

import time

from typing import Any

from nicegui import ui

from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context
from hub_api_parts.dashboard.acting import Acting
from hub_api_parts.people.listing import clones_of
from hub_api_parts.problems import ApiProblem
from hub_api_parts.routes import managing, moderating, records
from hub_api_parts.text import formatted_size

AGAIN_SECONDS = 10.0
ROWS = 200
NOT_ON_PHONES = {"operator", "logins", "here", "type"}
REMOVE = """<q-td :props="props"><q-btn flat dense no-caps size="sm" icon="delete" label="%s" @click="() => $parent.$emit('remove', props.row)"
 :aria-label="'%s ' + (props.row.nick || props.row.ip)"></q-btn></q-td>"""


class Clones:
    def __init__(self, context: Context) -> None:
        self._context = context
        ui.label("Users with the same address and the same share: most likely one person.").classes("dim mb-2")
        self._table = _table("Clones", [("ip", "Address"), ("share", "Share"), ("number", "Users"), ("nicks", "Nicks")], "key")

    async def refresh(self) -> None:
        clones = await clones_of(self._context, self._context.vh.snapshot())
        rows = [{"key": f"{ip} {share}", "ip": ip, "share": formatted_size(share), "number": len(nicks), "nicks": ", ".join(nicks[:20])}
                for ip, share, nicks in clones.groups()[:ROWS]]
        if rows != self._table.rows:
            self._table.rows = rows


class _Rows:
    """A searchable table of the hub's database, whose rows can be removed by those who may."""

    def __init__(self, acting: Acting, label: str, columns: list[tuple[str, str]], scope: Scope, word: str) -> None:
        self._acting, self._at = acting, 0.0
        self._search = ui.input(placeholder="Search", on_change=self.now).classes("mb-3").props(
            f'outlined dense clearable debounce=300 aria-label="Search {label}"')
        may = acting.may(scope)
        self._table = _table(label, [*columns, *([("actions", "")] if may else [])], "key")
        if may:
            self._table.add_slot("body-cell-actions", REMOVE % (word, word))
            self._table.on("remove", lambda event: self.remove(event.args))

    async def refresh(self) -> None:
        if time.monotonic() - self._at > AGAIN_SECONDS:
            await self.now()

    async def now(self) -> None:
        self._at = time.monotonic()
        try:
            rows = await self.read(str(self._search.value or ""))
        except (ApiProblem, self._acting.context.vh.Error) as error:
            ui.notify(str(error), type="warning")
            return
        if rows != self._table.rows:
            self._table.rows = rows

    async def read(self, search: str) -> list[dict[str, Any]]:
        raise NotImplementedError

    async def remove(self, row: dict[str, Any]) -> None:
        raise NotImplementedError


class Bans(_Rows):
    def __init__(self, context: Context, acting: Acting) -> None:
        super().__init__(acting, "bans", [("nick", "Nick"), ("ip", "Address"), ("type", "Kind"), ("reason", "Reason"), ("operator", "By"),
                                          ("until", "Until")], Scope.MODERATE, "Lift")
        self._context = context

    async def read(self, search: str) -> list[dict[str, Any]]:
        found = (await records.bans(self._context, ROWS, 0, search)).bans
        return [{**ban.model_dump(), "key": f"{ban.ip} {ban.nick} {ban.host}", "until": _when(ban.end) if ban.end else "for ever"}
                for ban in found]

    async def remove(self, row: dict[str, Any]) -> None:
        await self._acting.do(Scope.MODERATE, moderating.unban, "The ban is lifted", nick=row["nick"] or None, ip=row["ip"] or None)
        await self.now()


class Registrations(_Rows):
    def __init__(self, context: Context, acting: Acting) -> None:
        super().__init__(acting, "registrations", [("nick", "Nick"), ("class_name", "Class"), ("here", "Here"), ("seen", "Last login"),
                                                   ("logins", "Logins"), ("operator", "By")], Scope.ADMIN, "Remove")
        self._context = context

    async def read(self, search: str) -> list[dict[str, Any]]:
        found = (await records.registrations(self._context, ROWS, 0, search)).registrations
        return [{**row.model_dump(), "key": row.nick, "here": "yes" if row.online else "", "seen": _when(row.last_login)} for row in found]

    async def remove(self, row: dict[str, Any]) -> None:
        await self._acting.do(Scope.ADMIN, managing.unregister, f"{row['nick']} is no longer registered", nick=row["nick"])
        await self.now()


def _table(label: str, columns: list[tuple[str, str]], key: str) -> Any:
    made = ui.table(columns=[_column(name, text) for name, text in columns], rows=[], row_key=key, pagination=25)
    return made.classes("w-full").props(f'flat aria-label="{label}" no-data-label="None"')


def _column(name: str, text: str) -> dict[str, Any]:
    column = {"name": name, "label": text, "field": name, "align": "left", "sortable": bool(text)}
    return column | ({"classes": "phone-no", "headerClasses": "phone-no"} if name in NOT_ON_PHONES else {})


def _when(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at)) if at else "never"


