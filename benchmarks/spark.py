"""Whether Spark writes the same rows as this machine alone, and what it takes: time, shuffles, memory.

Executors are processes of their own on this machine (``local-cluster``). What they took is read from
Spark's log of events: its tasks' own metrics, and the memory of their trees of processes.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from benchmarks.measure import measure
from benchmarks.record import RUNS, Record, Row
from benchmarks.scaling import make_corpus
from dedup import schema
from dedup.engine.slices import slices
from dedup.tables.files import read_batches

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.eventLog.logStageExecutorMetrics": "true",
    "spark.executor.processTreeMetrics.enabled": "true",
    "spark.executor.metrics.pollingInterval": "1s",
    "spark.executor.memory": "2g",
    "spark.sql.shuffle.partitions": "32",
}
_ROWS_AT_ONCE = 2_048
_MEMORY = {"peak_java": "ProcessTreeJVMRSSMemory", "peak_python": "ProcessTreePythonRSSMemory"}


@click.command()
@click.argument("inputs", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to work in.")
@click.option(
    "--sizes", default="100000", show_default=True, help="Made-up articles, comma-separated; or: none."
)
@click.option("--master", default="local-cluster[2,1,2048]", show_default=True)
@click.option("--profile", default="rewrite", show_default=True)
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="spark", show_default=True, help="Name of the files there.")
def spark(
    inputs: tuple[Path, ...], work: Path, sizes: str, master: str, profile: str, runs: Path, name: str
) -> None:
    """Scan made-up corpora, and INPUTS of your own, by both engines, and compare all rows.

    Needs the extra "spark" and Java 17. Exit status 1: rows differ, or a scan failed.
    """
    work.mkdir(parents=True, exist_ok=True)
    counts = [] if sizes == "none" else sorted(map(int, sizes.split(",")))
    made = {f"{count} made up": make_corpus(work, count) / "docs.jsonl" for count in counts}
    record = Record(name, runs, master=master, profile=profile, settings=_SETTINGS)
    rows: list[Row] = []
    for what, path in {**made, **{path.name: path for path in inputs}}.items():
        rows.append({"input": what, **_compare(path.absolute(), work.absolute(), master, profile)})
        record.write(rows)
        click.echo(json.dumps(rows[-1]))
    sys.exit(0 if all(row["same"] for row in rows) else 1)


def _compare(path: Path, work: Path, master: str, profile: str) -> dict[str, Any]:
    """Scan by both engines; what Spark took, and whether the rows are the same."""
    events = work / "events"
    for place in (work / "local", work / "spark", events):
        shutil.rmtree(place, ignore_errors=True)
    events.mkdir()
    given = {**_SETTINGS, "spark.eventLog.dir": events.as_uri()}
    submit = " ".join(f"--conf {name}={value}" for name, value in given.items()) + " pyspark-shell"
    scan: list[str | Path] = [sys.executable, "-m", "dedup", "scan", path, "--profile", profile, "-q", "-o"]
    local = measure([*scan, work / "local"], work / "local.log")
    spread = measure(
        [*scan, work / "spark", "--engine", "spark", "--master", master],
        work / "spark.log",
        environment={"PYSPARK_SUBMIT_ARGS": submit, "PYSPARK_PYTHON": sys.executable},
    )
    taken = {"local_": local, "": spread}
    row: dict[str, Any] = {
        f"{whose}{what}": round(getattr(one, what), 1)
        for whose, one in taken.items()
        for what in ("seconds", "cpu_seconds")
    }
    if not (local.ok and spread.ok):
        return {**row, "same": False}
    counts = json.loads((work / "spark" / "run.json").read_text("utf-8"))["counts"]
    return {
        **row,
        "articles": counts["articles"],
        "candidates": counts["candidates"],
        "pairs": counts["pairs"],
        **read_events(_lines(events)),
        "same": are_same(work / "local", work / "spark"),
    }


def are_same(one: Path, other: Path) -> bool:
    """Whether all tables of two RESULTS have the same rows, in order, however they are cut into parts."""
    for table in schema.RESULT_TABLES:
        cut = (slices(read_batches(home / table.name), _ROWS_AT_ONCE) for home in (one, other))
        for ours, theirs in itertools.zip_longest(*cut):
            if ours is None or theirs is None or not ours.equals(theirs):
                return False
    return True


def _lines(events: Path) -> Iterator[str]:
    for path in sorted(events.rglob("events_*")):
        with path.open(encoding="utf-8") as file:
            yield from file


def read_events(lines: Iterable[str]) -> dict[str, int]:
    """What all tasks took together, in bytes and milliseconds, and the peaks of any executor, in bytes."""
    totals = {"executor_ms": 0, "shuffle_bytes": 0, "spilled_bytes": 0, "written_bytes": 0, "tasks": 0}
    peaks = dict.fromkeys(_MEMORY, 0)
    for line in lines:
        event: Mapping[str, Any] = json.loads(line)
        if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            task = event["Task Metrics"]
            totals["tasks"] += 1
            totals["executor_ms"] += task["Executor Run Time"]
            totals["shuffle_bytes"] += task["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            totals["spilled_bytes"] += task["Disk Bytes Spilled"]
            totals["written_bytes"] += task["Output Metrics"]["Bytes Written"]
        elif event["Event"] == "SparkListenerStageExecutorMetrics" and event["Executor ID"] != "driver":
            for name, metric in _MEMORY.items():
                peaks[name] = max(peaks[name], event["Executor Metrics"].get(metric, 0))
    return totals | peaks
