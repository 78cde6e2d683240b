"""A finished run cut again: other RESULTS of the same articles, of the pairs that hold at a threshold.

Nothing is read or aligned again, so that the new RESULTS know no more than the old ones did:

* A member is only in a cluster with a keeper that it has a verified pair with. A scan at the
  higher threshold would have aligned it with the keepers of *its* clusters too.
* A copy whose similarity is below the threshold goes, though a scan might have called it
  ``partial`` then, for the passages it shares.
* What was found to be spun stays so, though the pair that showed it may be gone.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.errors import DedupError, UsageError
from dedup.options import KINDS
from dedup.places import RUN_FILE
from dedup.results.graph import Graph, Members
from dedup.results.judged import Ends, digest_of, ruled_out
from dedup.results.opened import Results
from dedup.schema import CLUSTERS, PAIRS, RESULT_TABLES, SKETCHES, Table
from dedup.tables.files import PartWriter, arrow_schema, read_batches, with_every_column
from dedup.tables.parts import list_parts, part_path

_MADE_ANEW = {PAIRS.name, CLUSTERS.name}
_ROWS_A_GROUP = 2_048  # as a scan writes them
_ROWS_A_PART = 4 * _ROWS_A_GROUP


def recut(
    results: Results, graph: Graph, threshold: float, judged: Mapping[Ends, bool], home: Path
) -> dict[str, Any]:
    """Write RESULTS of the pairs that hold at the threshold and aren't judged ``no``; its ``run.json``.

    ``UsageError``: the threshold is below that of the run, or the place isn't new or empty.
    """
    begin = time.monotonic()
    graph.check(threshold)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise UsageError(f"{home} is not empty; give a new RESULTS to -o")
    ruled = graph.answers == 0
    kept = graph.holding(threshold) & ~ruled
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{home.name}.", dir=home.parent))
        try:
            members = graph.clusters(kept)
            _copy_tables(results, folder)
            write_table(folder / PAIRS.name, PAIRS, _pairs(results, kept))
            write_table(folder / CLUSTERS.name, CLUSTERS, iter([cluster_rows(graph, members)]))
            run = _report(results, graph, threshold, judged, kept, members)
            run["seconds"] = dict.fromkeys(("recut", "total"), round(time.monotonic() - begin, 3))
            (folder / RUN_FILE).write_text(json.dumps(run, indent=1) + "\n", "utf-8")
            folder.chmod(0o777 & ~_umask())
            folder.replace(home)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise DedupError(f"can't write {error.filename or home}: {error.strerror or error}") from None
    return run


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _copy_tables(old: Results, new: Path) -> None:
    """The tables that don't change: the same files where the file system allows it, else copies."""
    for table in (*RESULT_TABLES, SKETCHES):
        parts = list_parts(old.path / table.name)
        if table.name in _MADE_ANEW or (table is SKETCHES and not parts):
            continue
        old.count(table.name)  # what is damaged isn't copied
        (new / table.name).mkdir()
        for part in parts:
            copy = new / table.name / part.name
            try:
                os.link(part, copy)
            except OSError:
                shutil.copyfile(part, copy)


def _pairs(results: Results, kept: NDArray[np.bool_]) -> Iterator[pa.RecordBatch]:
    """The rows of pairs that are kept, numbered anew; they stand in order."""
    schema = arrow_schema(PAIRS)
    at, number = 0, 1
    with results.reading(PAIRS.name):
        for batch in read_batches(results.path / PAIRS.name):
            here = kept[at : at + batch.num_rows]
            at += batch.num_rows
            if not here.any():
                continue
            some = with_every_column(batch, PAIRS, None).select(PAIRS.column_names).cast(schema)
            some = some.filter(pa.array(here))
            numbers = pa.array(np.arange(number, number + some.num_rows))
            number += some.num_rows
            yield some.set_column(0, schema.field("pair"), numbers)


def cluster_rows(graph: Graph, members: Members) -> pa.RecordBatch:
    """The rows of ``clusters``."""
    names = graph.names
    columns = [
        pa.array(members.cluster),
        names.take(pa.array(members.member)),
        pa.array(members.size),
        names.take(pa.array(members.keeper)),
        pa.array(members.similarity),
        names.take(pa.array(members.matched, mask=members.matched < 0)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=arrow_schema(CLUSTERS))


def write_table(directory: Path, table: Table, batches: Iterator[pa.RecordBatch], first: int = 0) -> int:
    """Write a table's parts, with at least one, numbered from ``first`` on; how many rows there are."""
    writer, part, rows = PartWriter(part_path(directory, first), table, "zstd"), first, 0
    for batch in batches:
        rows += batch.num_rows
        for start in range(0, batch.num_rows, _ROWS_A_GROUP):
            if writer.rows >= _ROWS_A_PART:
                with writer:
                    part += 1
                writer = PartWriter(part_path(directory, part), table, "zstd")
            writer.write(batch.slice(start, _ROWS_A_GROUP))
    with writer:
        pass
    return rows


def _report(
    results: Results,
    graph: Graph,
    threshold: float,
    judged: Mapping[Ends, bool],
    kept: NDArray[np.bool_],
    members: Members,
) -> dict[str, Any]:
    """``run.json``: that of the scan, with what is different now and what it was cut from."""
    old = results.run
    note = {
        "from": os.path.abspath(results.path),
        "threshold": threshold,
        "scanned_threshold": graph.own,
        "pairs": len(kept),
        "left_out": len(kept) - int(kept.sum()),
        "judged_no": int((graph.holding(threshold) & (graph.answers == 0)).sum()),
        "judged": digest_of(ruled_out(judged)),
    }
    counts = old.get("counts") if isinstance(old.get("counts"), dict) else {}
    options = old.get("options") if isinstance(old.get("options"), dict) else {}
    identity = old.get("identity") if isinstance(old.get("identity"), dict) else {}
    kinds = {f"{kind}_pairs": int((kept & (graph.kinds == kind)).sum()) for kind in KINDS}
    now = {"pairs": int(kept.sum()), "clusters_rows": len(members.member)}
    return {
        **old,
        "status": "done",
        "options": {**(options or {}), "threshold": threshold},
        "counts": {**(counts or {}), **kinds, **now},
        "peak_memory_bytes": None,
        "recut": note,
        "identity": {**(identity or {}), "recut": note},  # no scan may take them for its own
    }
