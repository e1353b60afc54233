"""The map of countries: an SVG of outlines, coloured by how many users there are of each.

The outlines are those of the package pygal_maps_world, made smaller once: curves become lines, and points and islands that would not be
seen on a screen are left out. Event loop; making the outlines takes about half a second, in a thread.
"""

import asyncio
import functools
import importlib.util
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from nicegui import ui

from hub_api_parts.context import Context

SVG = "{http://www.w3.org/2000/svg}"
NEAR = 2.4  # units of the drawing, of which there are 2754 across: points closer than this are one
SMALL = 4.0  # islands that are smaller than this, both ways, are left out
PART = re.compile(r"([a-zA-Z])|(-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?)")
PAIRS = {"m": 1, "l": 1, "c": 3, "s": 2, "q": 2, "t": 1}  # points of one step of a command; the last one is where it leads
LEFT_OUT = {"aq"}  # Antarctica takes a quarter of the drawing
Point = tuple[float, float]


class World:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._style = ui.html("", sanitize=False).classes("hidden")
        with ui.element("div").classes("w-full world").props('role=img aria-label="Users by country"') as self._place:
            pass
        self._list = ui.row().classes("w-full gap-2 flex-wrap")
        self._last: list[tuple[str, int]] | None = None
        ui.timer(0.05, self._draw, once=True)

    def refresh(self) -> None:
        users = self._context.vh.snapshot().users.values()
        counts = Counter(user.country or "??" for user in users if not user.is_bot)
        found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if found == self._last:
            return
        self._last = found
        most = max(counts.values(), default=1)
        rules = [f".world .c-{code.lower()}{{fill:rgba(37,99,235,{0.35 + 0.65 * number / most:.2f})}}" for code, number in found
                 if code.isalpha()]
        self._style.set_content(f"<style>{''.join(rules)}</style>")
        self._list.clear()
        with self._list:
            for code, number in found[:12]:
                ui.badge(f"{NAMES.get(code, code)} {number}").props("outline").classes("text-sm px-2 py-1")

    async def _draw(self) -> None:
        drawing = await asyncio.to_thread(outlines)
        with self._place:
            ui.html(drawing, sanitize=False).classes("w-full")


NAMES = {"L1": "This machine", "P1": "Private network", "??": "Unknown"}


@functools.cache
def outlines() -> str:
    """The SVG, made once for each process."""
    spec = importlib.util.find_spec("pygal_maps_world")
    if spec is None or not spec.submodule_search_locations:
        return ""
    root = ElementTree.parse(Path(spec.submodule_search_locations[0]) / "worldmap.svg").getroot()
    groups = []
    for group in root.iter(f"{SVG}g"):
        code = group.get("class", "").partition(" ")[0]
        if len(code) != 2 or code in LEFT_OUT:
            continue
        paths = "".join(_smaller(path.get("d", "")) for path in group.iter(f"{SVG}path"))
        if paths:
            groups.append(f'<path class="c-{code}" d="{paths}"><title>{code.upper()}</title></path>')
    return f'<svg viewBox="-20 60 2740 1190" preserveAspectRatio="xMidYMid meet">{"".join(groups)}</svg>'


def _smaller(text: str) -> str:
    """A path's data as lines between whole numbers; empty if it would not be seen."""
    made = []
    for points in _outlines_of(text):
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        if len(points) < 3 or (max(xs) - min(xs) < SMALL and max(ys) - min(ys) < SMALL):
            continue
        kept = [points[0]]
        for point in points[1:]:
            if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= NEAR:
                kept.append(point)
        made.append("M" + " ".join(f"{x:.0f},{y:.0f}" for x, y in kept) + "Z")
    return "".join(made)


def _outlines_of(text: str) -> list[list[Point]]:
    """The corner points of each closed line of a path. Knows the commands m, l, h, v, c, s, q, t and z, relative or not."""
    outlines: list[list[Point]] = []
    command, x, y = "", 0.0, 0.0
    numbers: list[float] = []
    for letter, number in PART.findall(text):
        if letter:
            command, numbers = letter, []
            if letter in "zZ" and outlines:
                x, y = outlines[-1][0]
            continue
        numbers.append(float(number))
        low, relative = command.lower(), command.islower()
        if low in "hv" and command:
            x, y = ((x if relative else 0) + numbers[0], y) if low == "h" else (x, (y if relative else 0) + numbers[0])
        elif len(numbers) == 2 * PAIRS.get(low, 1):
            x, y = ((x, y) if relative else (0.0, 0.0))[0] + numbers[-2], (y if relative else 0.0) + numbers[-1]
        else:
            continue
        numbers = []
        if low == "m":
            outlines.append([])
            command = "l" if relative else "L"
        if not outlines or command in "zZ":
            outlines.append([])
        outlines[-1].append((x, y))
    return [outline for outline in outlines if outline]
