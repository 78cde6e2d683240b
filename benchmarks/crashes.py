"""Scans that are killed at random moments: whether they go on to the same rows, and what that costs."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import click
import pyarrow.parquet as pq

from benchmarks import environments
from benchmarks.record import RUNS, Record, Row

_PATIENCE = 60.0  # seconds in which all processes of a scan whose main process was killed must end


@click.command()
@click.argument("corpus", type=click.Path(exists=True, path_type=Path))
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to work in.")
@click.option("--times", default=20, show_default=True, type=click.IntRange(1), help="Scans to kill.")
@click.option("--seed", default=1, show_default=True, help="Of the moments.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="For scan.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="crashes", show_default=True, help="Name of the files there.")
def crashes(corpus: Path, work: Path, times: int, seed: int, jobs: int, runs: Path, name: str) -> None:
    """Kill scans of CORPUS (kill -9) at random moments, go on, and compare with a whole scan's tables.

    By turns all processes of a scan are killed, and only its main one. The moments are spread
    over the time of a whole scan. Exit status 1 if a table differs or a process is left.
    """
    own = environments.install_ours(work)
    place = work / "crashes"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    record = Record(name, runs, own, jobs=jobs, seed=seed)

    def command(results: Path) -> list[str]:
        dedup = str(own.with_name("dedup"))
        return [dedup, "scan", str(corpus), "-o", str(results), "-q", "--jobs", str(jobs)]

    whole, broken = place / "whole", place / "broken"
    _scan(command(whole), None)  # the caches are warm after that
    shutil.rmtree(whole)
    seconds = _scan(command(whole), None).seconds
    click.echo(f"a whole scan: {seconds:.1f} s", err=True)
    rows: list[Row] = []
    for number, moment in enumerate(spread(times, seconds, seed), 1):
        shutil.rmtree(broken, ignore_errors=True)
        only_main = number % 2 == 0
        killed = _scan(command(broken), moment, only_main=only_main)
        done = _finished(broken)
        resumed = _scan(command(broken), None)
        again = killed.seconds + resumed.seconds - seconds
        different = compare_tables(whole, broken)
        rows.append(
            {
                "number": number,
                "killed": "main process" if only_main else "all processes",
                "killed_after": killed.seconds,
                "was_done": done,
                "left_after": killed.left,
                "whole": seconds,
                "resumed": resumed.seconds,
                "again": again,
                "share_again": again / seconds,
                "different": " ".join(different),
            }
        )
        record.write(rows)
        click.echo(describe(rows[-1]), err=True)
    shutil.rmtree(place)
    most = max(row["share_again"] for row in rows)
    click.echo(f"{times} scans killed; at most {most:.1%} of a whole scan's time spent again")
    click.echo(f"figures: {record.folder}", err=True)
    if any(row["different"] or row["left_after"] >= _PATIENCE for row in rows):
        sys.exit(1)


def spread(times: int, seconds: float, seed: int) -> list[float]:
    """Random moments within so many seconds, one in each of equal shares of them, in random order."""
    chance = random.Random(seed)  # noqa: S311
    moments = [(number + chance.random()) * seconds / times for number in range(times)]
    chance.shuffle(moments)
    return moments


def compare_tables(one: Path, other: Path) -> list[str]:
    """The parts of tables, and counts, that are not the same row for row in two RESULTS."""
    names = {path.relative_to(home) for home in (one, other) for path in home.glob("*/*.parquet")}
    different = [str(name) for name in sorted(names) if not _same(one / name, other / name)]
    counts = [json.loads((home / "run.json").read_text("utf-8"))["counts"] for home in (one, other)]
    return different if counts[0] == counts[1] else [*different, "counts"]


def describe(row: Row) -> str:
    """A line on one scan."""
    verdict = f"DIFFERENT: {row['different']}" if row["different"] else "same rows"
    return (
        f"{row['killed']} killed after {row['killed_after']:.1f} s, gone after {row['left_after']:.1f} s; "
        f"resumed {row['resumed']:.1f} s, again {row['again']:.1f} s ({row['share_again']:.1%}); {verdict}"
    )


class _Scan(NamedTuple):
    """Seconds until a scan ended or was killed, and until its last process was gone after that."""

    seconds: float
    left: float


def _scan(command: Sequence[str], moment: float | None, *, only_main: bool = False) -> _Scan:
    """Run a scan to its end, or kill it after ``moment`` seconds.

    Raises click.ClickException if it fails.
    """
    os.sync()  # no scan waits for what was written before it
    began = time.perf_counter()
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE)  # noqa: S603
    try:
        if moment is not None:
            time.sleep(moment)
            with suppress(ProcessLookupError):
                (process.kill if only_main else lambda: os.killpg(process.pid, signal.SIGKILL))()
        else:
            _, said = process.communicate()
            if process.returncode:
                raise click.ClickException(f"a scan failed: {said.decode(errors='replace').strip()}")
        process.wait()
        seconds = time.perf_counter() - began
        left = _await_group(process.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return _Scan(seconds, left)


def _await_group(group: int) -> float:
    """Seconds until no process of a group is left, at most ``_PATIENCE``."""
    began = time.perf_counter()
    while _lives(group) and time.perf_counter() - began < _PATIENCE:
        time.sleep(0.02)
    return time.perf_counter() - began


def _lives(group: int) -> bool:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def _finished(results: Path) -> bool:
    return (results / "run.json").exists()


def _same(one: Path, other: Path) -> bool:
    if not (one.exists() and other.exists()):
        return False
    same: bool = pq.read_table(one).equals(pq.read_table(other))
    return same
