from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import dedup
from benchmarks.spark import are_same, read_events
from dedup import schema
from dedup.tables.files import read_table, write_part
from dedup.tables.parts import list_parts, part_path


def task(run: int, shuffled: int, spilled: int = 0, written: int = 0) -> dict[str, Any]:
    metrics = {
        "Executor Run Time": run,
        "Shuffle Write Metrics": {"Shuffle Bytes Written": shuffled},
        "Disk Bytes Spilled": spilled,
        "Output Metrics": {"Bytes Written": written},
    }
    return {"Event": "SparkListenerTaskEnd", "Task Metrics": metrics}


def peak(executor: str, java: int, python: int) -> dict[str, Any]:
    metrics = {"ProcessTreeJVMRSSMemory": java, "ProcessTreePythonRSSMemory": python}
    return {
        "Event": "SparkListenerStageExecutorMetrics",
        "Executor ID": executor,
        "Executor Metrics": metrics,
    }


def test_tasks_add_up_and_peaks_are_those_of_an_executor() -> None:
    events = [
        {"Event": "SparkListenerLogStart"},
        task(5, 100),
        task(7, 11, 3, 2),
        {"Event": "SparkListenerTaskEnd", "Task Metrics": None},  # of an executor that died
        peak("driver", 10**9, 10**9),
        peak("0", 500, 20),
        peak("1", 400, 70),
    ]
    assert read_events(map(json.dumps, events)) == {
        "tasks": 2,
        "executor_ms": 12,
        "shuffle_bytes": 111,
        "spilled_bytes": 3,
        "written_bytes": 2,
        "peak_java": 500,
        "peak_python": 70,
    }


def test_results_are_the_same_however_they_are_cut(samples: dedup.Results, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(samples.path, other)
    rows = read_table(other / "pairs", schema.PAIRS)
    (part,) = list_parts(other / "pairs")
    part.unlink()
    write_part(part_path(other / "pairs", 0), schema.PAIRS, rows[:7].to_batches())
    assert not are_same(samples.path, other)
    write_part(part_path(other / "pairs", 1), schema.PAIRS, rows[7:].to_batches())
    assert are_same(samples.path, other)
    assert are_same(other, samples.path)
    write_part(part_path(other / "pairs", 1), schema.PAIRS, rows[8:].to_batches())
    assert not are_same(samples.path, other)
