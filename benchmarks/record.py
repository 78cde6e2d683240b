"""Where figures go: ``benchmarks/runs/<date>-<machine>/``, raw, with all that is needed to judge them.

Nothing in a record says whose machine it was: paths are cut to their last part, and there are no
host names.
"""

from __future__ import annotations

import csv
import datetime
import json
import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

RUNS = Path(__file__).parent / "runs"

_PACKAGES = ("dedup", "datasketch", "duckdb", "numba", "numpy", "pyarrow", "rapidfuzz")

Row = Mapping[str, Any]


class Record:
    """The figures of one run of a command: ``<command>.csv``, ``.json`` and ``.svg``.

    The same command on the same day and machine replaces them.
    """

    def __init__(self, command: str, runs: Path = RUNS, python: Path | None = None, **more: Any) -> None:
        """``python``: the one that dedup is run by, if it is another than this."""
        facts = machine()
        self._command = command
        self.folder = runs / f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}-{slug_of(facts)}"
        self.folder.mkdir(parents=True, exist_ok=True)
        content = {"command": command_line(), "versions": versions(python), "machine": facts, **more}
        self.path("json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")

    def path(self, kind: str) -> Path:
        """The file of a kind: csv, json or svg."""
        return self.folder / f"{self._command}.{kind}"

    def write(self, rows: Sequence[Row]) -> None:
        """Write raw figures, a row a run; called anew after each, so that none is lost."""
        columns = list(dict.fromkeys(name for row in rows for name in row))
        with self.path("csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def machine() -> dict[str, Any]:
    """What the figures were taken on; memory in bytes."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def slug_of(facts: Mapping[str, Any]) -> str:
    """A name for a kind of machine that can be part of a path."""
    words = re.sub(r"\(.*?\)|@.*|\b(cpu|processor)\b", " ", str(facts["cpu"]).lower())
    return "-".join(re.findall(r"[a-z0-9]+", f"{words} {facts['cores']} cores"))


def versions(python: Path | None = None) -> dict[str, str]:
    """The versions of dedup and its parts, with the commit; what can't be had is left out.

    Those of the environment of ``python``, or of this one.
    """
    places = None if python is None else [*map(str, python.parents[1].glob("lib/python*/site-packages"))]
    known = distributions() if places is None else distributions(path=places)
    found = {distribution.name.lower(): distribution.version for distribution in known}
    return {**_commit(), **{name: found[name] for name in _PACKAGES if name in found}}


def command_line() -> str:
    """How this process was called."""
    return show_command(["python", "-m", "benchmarks", *sys.argv[1:]])


def show_command(words: Sequence[str]) -> str:
    """A command as one would type it, paths cut to their last part."""
    return shlex.join(map(without_folders, words))


def without_folders(word: str) -> str:
    """An argument with every path in it cut to its last part."""
    return re.sub(r"(?:[^\s=,/]*/)+([^\s=,/]+)/?", r"\1", word)


def _commit() -> dict[str, str]:
    """The commit that is checked out, "dirty" if files differ from it; empty if there is no git."""
    describe = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(describe, capture_output=True, check=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"commit": done.stdout.strip()}


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
