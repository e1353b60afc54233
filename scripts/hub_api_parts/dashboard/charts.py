"""Numbers of the hub and how they went: cards, and two lines over the last hours. Event loop."""

import time
from typing import Any

from nicegui import ui

from hub_api_parts.context import Context
from hub_api_parts.text import formatted_size, formatted_time

POINTS = 360  # of a line; more samples are thinned out
GIB = 1 << 30


class Numbers:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._labels: dict[str, Any] = {}
        with ui.element("div").classes("grid grid-cols-2 sm:grid-cols-3 lg:grid-cols-6 gap-3 w-full"):
            for name in ("Users", "Operators", "Shared", "Average share", "Countries", "Uptime"):
                with ui.card().classes("panel"):
                    ui.label(name).classes("dim")
                    self._labels[name] = ui.label("").classes("number")
        with ui.element("div").classes("grid grid-cols-1 lg:grid-cols-2 gap-4 w-full mt-4"):
            self._users = _line("Users", "#2563eb", "")
            self._share = _line("Shared", "#0d9488", " GiB")
        self._drawn = 0

    def refresh(self) -> None:
        vh, snapshot = self._context.vh, self._context.vh.snapshot()
        users = [user for user in snapshot.users.values() if not user.is_bot]
        average = snapshot.total_share // len(users) if users else 0
        for name, text in (
            ("Users", str(snapshot.users_count)), ("Operators", str(sum(user.is_op for user in users))),
            ("Shared", formatted_size(snapshot.total_share)), ("Average share", formatted_size(average)),
            ("Countries", str(len({user.country for user in users if user.country}))),
            ("Uptime", " ".join(formatted_time(time.time() - vh.starttime).split()[:2])),
        ):
            self._labels[name].set_text(text)
        samples = list(self._context.history.samples)
        now = [time.time() * 1000, snapshot.users_count, snapshot.total_share / GIB]
        step = max(1, len(samples) // POINTS)
        rows = [[sample.time * 1000, sample.users, sample.share / GIB] for sample in samples[::step]] + [now]
        large = max(row[2] for row in rows) >= 2048
        for row in rows if large else ():
            row[2] /= 1024
        self._share.options["yAxis"]["axisLabel"]["formatter"] = "{value} TiB" if large else "{value} GiB"
        for chart, column in ((self._users, 1), (self._share, 2)):
            chart.options["series"][0]["data"] = [[int(row[0]), round(row[column], 2)] for row in rows]
            chart.update()


def _line(title: str, colour: str, unit: str) -> Any:
    with ui.card().classes("panel"):
        ui.label(f"{title} over time").classes("title")
        return ui.echart({
            "animation": False,
            "grid": {"left": 8, "right": 16, "top": 16, "bottom": 4, "containLabel": True},
            "tooltip": {"trigger": "axis"},
            "xAxis": {"type": "time", "axisLabel": {"color": "#8a94a3", "hideOverlap": True}, "axisLine": {"lineStyle": {"color": "#8a94a3"}}},
            "yAxis": {"type": "value", "minInterval": 1 if not unit else 0, "axisLabel": {"color": "#8a94a3", "formatter": "{value}" + unit},
                      "splitLine": {"lineStyle": {"color": "rgba(128,140,155,.2)"}}},
            "series": [{"type": "line", "name": title, "showSymbol": False, "step": "end", "data": [],
                        "lineStyle": {"color": colour, "width": 2}, "itemStyle": {"color": colour},
                        "areaStyle": {"color": colour, "opacity": 0.12}}],
        }).classes("w-full").style("height: 11rem").props(f'role=img aria-label="{title} over time"')
