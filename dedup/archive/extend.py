"""Keeping the index of a scan, and adding the articles of another one to it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from dedup.archive.opened import MANIFEST, VIEW_TABLES, Archive, identity_of
from dedup.archive.write import keep_counted, write_index
from dedup.engine.local import LocalEngine
from dedup.run import INDEX, Run

_KEYS = ("names", "digests", "ends", "copies")  # beside those of the views
_FIRST = "000000"  # the name of the first part and run


def keep(engine: LocalEngine, work: Path, home: Path, run: Run, files: int) -> None:
    """Make the archive of a scan's RESULTS from its work tables; it appears whole or not at all.

    ``files``: how many were read.
    """
    folder = home / f".{INDEX}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_index(engine, work, folder, run.options, _FIRST)
    keep_counted(work, folder)
    names = (*_KEYS, *(VIEW_TABLES[view][0] for view in run.options.views))
    manifest = {
        "identity": identity_of(run.identity),
        "files": files,
        "pairs": _count_pairs(engine),
        "state": _digest(run.identity),
        "runs": {name: [_FIRST] for name in names},
        "additions": [],
    }
    _write_json(folder / MANIFEST, manifest)
    folder.replace(home / INDEX)


def extend(engine: LocalEngine, work: Path, archive: Archive, run: Run, files: int) -> None:
    raise NotImplementedError


def _count_pairs(engine: LocalEngine) -> int:
    tables = ("aligned", "keeper_aligned")
    return sum(engine.fetch(f"SELECT count(*) AS n FROM {name}")["n"][0].as_py() for name in tables)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
