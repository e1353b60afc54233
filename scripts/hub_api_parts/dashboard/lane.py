"""The queue to the hub thread: how long calls wait, what the hub thread does, who calls most. From vh.stats(); event loop."""

import time
from collections import deque
from typing import Any

from nicegui import ui

from hub_api_parts.context import Context

POINTS = 150
CARDS = ("Waiting calls", "Oldest waits", "Wait, median", "Wait, 99 %", "Run, median", "Run, 99 %", "Calls so far", "Refused")


class Lane:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._points: deque[tuple[int, float, float, int]] = deque(maxlen=POINTS)
        self._labels: dict[str, Any] = {}
        self._doing = ui.label("").classes("dim mb-2")
        with ui.element("div").classes("grid grid-cols-2 sm:grid-cols-4 gap-3 w-full"):
            for name in CARDS:
                with ui.card().classes("panel"):
                    ui.label(name).classes("dim")
                    self._labels[name] = ui.label("").classes("number")
        with ui.element("div").classes("grid grid-cols-1 lg:grid-cols-2 gap-4 w-full mt-4"):
            with ui.card().classes("panel"):
                ui.label("Wait for the hub thread, milliseconds").classes("title")
                self._chart = ui.echart(_chart()).classes("w-full").style("height: 15rem").props(
                    'role=img aria-label="Wait for the hub thread over time"')
            with ui.card().classes("panel"):
                ui.label("Who calls most").classes("title")
                self._callers = ui.table(columns=[
                    {"name": name, "label": label, "field": name, "align": "left" if name == "who" else "right"}
                    for name, label in (("who", "Function or script"), ("calls", "Calls"), ("total", "Time"), ("slowest", "Slowest"))],
                    rows=[], row_key="who").classes("w-full").props('flat dense hide-bottom aria-label="Who calls most"')

    def refresh(self) -> None:
        stats = self._context.vh.stats()
        self._doing.set_text(f"The hub thread: {stats['hub_thread']}.")
        wait, run = stats["wait"], stats["run"]
        refused = stats["refused_full"] + stats["refused_producers"] + stats["refused_closed"]
        for name, text in zip(CARDS, (
            str(stats["depth"]), _time(stats["oldest_age"]), _time(wait["p50"]), _time(wait["p99"]), _time(run["p50"]), _time(run["p99"]),
            f"{stats['ran']:,}", f"{refused:,}",
        ), strict=True):
            self._labels[name].set_text(text)
        self._points.append((int(time.time() * 1000), wait["p50"] * 1e3, wait["p99"] * 1e3, stats["depth"]))
        for number, column in enumerate((1, 2)):
            self._chart.options["series"][number]["data"] = [[point[0], round(point[column], 4)] for point in self._points]
        self._chart.update()
        used = [*stats.get("scripts", {}).values(), *({"name": name, **usage} for name, usage in stats.get("functions", {}).items())]
        rows = [{"who": usage["name"], "calls": f"{usage['calls']:,}", "total": _time(usage["run_total"]), "slowest": _time(usage["slowest"])}
                for usage in sorted(used, key=lambda usage: -usage["run_total"])[:12]]
        if rows != self._callers.rows:
            self._callers.rows = rows


def _time(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} us" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _chart() -> dict[str, Any]:
    grey = "#8a94a3"
    return {
        "animation": False, "grid": {"left": 8, "right": 16, "top": 32, "bottom": 4, "containLabel": True},
        "tooltip": {"trigger": "axis"}, "legend": {"top": 0, "textStyle": {"color": grey}},
        "xAxis": {"type": "time", "axisLabel": {"color": grey, "hideOverlap": True}},
        "yAxis": {"type": "value", "axisLabel": {"color": grey}, "splitLine": {"lineStyle": {"color": "rgba(128,140,155,.2)"}}},
        "series": [{"type": "line", "name": name, "showSymbol": False, "data": [], "lineStyle": {"color": colour}, "itemStyle": {"color": colour}}
                   for name, colour in (("half of the calls", "#2563eb"), ("99 %", "#f59e0b"))],
    }
