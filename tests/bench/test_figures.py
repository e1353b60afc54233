"""How figures are computed: medians, ratios, goals both ways, names; and that every row can be measured at all."""

import json
import re
from pathlib import Path

import pytest

import programs
from figures import as_json, figure, line
from rows import ROWS, Row, at_least, at_most, value_at_most

HERE = Path(__file__).resolve().parent
SAMPLES = {"lane": [9.0, 1.0, 2.0, 3.0, 2.0], "raw": [4.0, 4.0, 1.0, 9.0, 4.0], "none": [0.0] * 5, "few": [1.0] * 4}


def row(goal=None, value="p:lane", baseline="p:raw", scale=1.0):
    return Row("a row", "us", value, baseline, "raw", goal, scale)


def test_medians_and_their_ratio():
    made = figure(row(scale=10), SAMPLES)
    assert (made.value, made.baseline, made.ratio, made.goal, made.ok) == (20, 40, 0.5, None, None)


@pytest.mark.parametrize("goal,ok", [
    (at_most(0.5), True), (at_most(0.49), False), (at_least(0.5), True), (at_least(0.51), False),
    (value_at_most(2), True), (value_at_most(1.9), False),
])
def test_goals(goal, ok):
    made = figure(row(goal), SAMPLES)
    assert made.ok is ok and ("MISSED" in line(made)) is not ok


def test_a_baseline_of_nothing_has_no_ratio():
    made = figure(row(value_at_most(3), baseline="p:none"), SAMPLES)
    assert made.ratio is None and made.ok is True


@pytest.mark.parametrize("name", ["few", "unknown"])
def test_too_few_samples_are_refused(name):
    with pytest.raises(RuntimeError, match=rf"p:{name}: \d samples, at least 5"):
        figure(row(value=f"p:{name}"), SAMPLES)


def test_json_has_the_promised_fields():
    (made,) = json.loads(json.dumps(as_json([figure(row(at_most(1)), SAMPLES)])))
    assert list(made) == ["name", "value", "unit", "baseline", "baseline_name", "ratio", "goal", "ok"]
    assert made["goal"] == "ratio <= 1" and made["ok"] is True


def test_names_of_google_benchmark():
    run = {"run_type": "iteration", "name": "x", "run_name": "lane/4/iterations:1/manual_time", "real_time": 7.5,
           "items_per_second": 2, "iterations": 1, "repetition_index": 0, "time_unit": "ns"}
    mean = {**run, "run_type": "aggregate", "real_time": 99}
    text = "noise\n" + json.dumps({"context": {}, "benchmarks": [run, run, mean]})
    assert programs.from_google_benchmark(text) == {"lane/4": [7.5, 7.5], "lane/4.items_per_second": [2, 2]}


def test_lines_of_python_programs():
    assert programs.from_lines('a word\n{"name": "a", "value": 1}\n{"name": "a", "value": 2}\n') == {"a": [1, 2]}


def test_rows_are_told_apart_and_have_their_programs():
    names = [each.name for each in ROWS]
    assert sorted(set(names)) == sorted(names)
    built = re.findall(r"vhpy_benchmark\((\w+)", (HERE / "CMakeLists.txt").read_text())
    known = {*built, *(path.stem for path in HERE.glob("*.py"))}
    for each in ROWS:
        assert each.program in known and each.baseline.split(":")[0] == each.program, each
