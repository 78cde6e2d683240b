"""Keeping the index of a scan."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from dedup.archive.opened import identity_of, indexes
from dedup.archive.write import keep_counted, write_index
from dedup.engine.local import LocalEngine
from dedup.results.damage import INDEX, MANIFEST, sizes_of
from dedup.results.run import Run

_FIRST = "000000"  # the name of the first part and run


def keep(engine: LocalEngine, run: Run, files: int) -> None:
    """Make the archive of a scan's RESULTS from its work tables; it appears whole or not at all.

    ``files``: how many were read.
    """
    work, home = engine.work, engine.results
    folder = home / f".{INDEX}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_index(engine, work, folder, run.options, _FIRST)
    keep_counted(work, folder)
    manifest = {
        "sizes": sizes_of(folder),
        "identity": identity_of(run.identity),
        "files": files,
        "pairs": count_pairs(engine),
        "state": digest_of(run.identity),
        "runs": {name: [_FIRST] for name in indexes(run.options.views)},
        "swaps": engine.plan.own_swaps,
        "additions": [],
    }
    write_json(folder / MANIFEST, manifest)
    folder.replace(home / INDEX)


def count_pairs(engine: LocalEngine) -> int:
    """How many pairs a scan verified, of articles with other words."""
    tables = ("aligned", "keeper_aligned")
    return sum(engine.fetch(f"SELECT count(*) AS n FROM {name}")["n"][0].as_py() for name in tables)


def digest_of(value: Any) -> str:
    """What tells plain values from others."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def write_json(path: Path, value: Any) -> None:
    """Write plain values."""
    path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
