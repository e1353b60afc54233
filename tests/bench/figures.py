"""From samples to figures: medians, ratios, verdicts; as a table and as JSON."""

import statistics
from dataclasses import asdict, dataclass

from programs import Samples
from rows import Row

FEWEST_SAMPLES = 5


@dataclass(frozen=True)
class Figure:
    """As written to the JSON file. `ratio` is value / baseline, null where the baseline is 0; `ok` is null without a goal."""

    name: str
    value: float
    unit: str
    baseline: float
    baseline_name: str
    ratio: float | None
    goal: str | None
    ok: bool | None


def median_of(samples: Samples, name: str) -> float:
    values = samples.get(name.split(":", 1)[1], [])
    if len(values) < FEWEST_SAMPLES:
        raise RuntimeError(f"{name}: {len(values)} samples, at least {FEWEST_SAMPLES} are needed")
    return statistics.median(values)


def figure(row: Row, samples: Samples) -> Figure:
    value = median_of(samples, row.value) * row.scale
    baseline = median_of(samples, row.baseline) * row.scale
    ratio = value / baseline if baseline else None
    ok = None
    if row.goal is not None:
        ok = row.goal.met(value, ratio if ratio is not None else float("inf"))
    return Figure(row.name, value, row.unit, baseline, row.baseline_name, ratio,
                  str(row.goal) if row.goal else None, ok)


def short(number: float | None) -> str:
    """Three digits that count."""
    if number is None:
        return "-"
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"


def line(figure: Figure) -> str:
    verdict = {True: "ok", False: "MISSED", None: ""}[figure.ok]
    return (f"{figure.name[:62]:62} {short(figure.value):>8} {figure.unit:4} {short(figure.baseline):>8} "
            f"{short(figure.ratio):>7}  {figure.goal or '':15} {verdict}")


HEAD = f"{'':62} {'value':>8} {'unit':4} {'baseline':>8} {'ratio':>7}  {'goal':15}   (ratio = value / baseline)"


def as_json(figures: list[Figure]) -> list[dict[str, object]]:
    return [asdict(figure) for figure in figures]
