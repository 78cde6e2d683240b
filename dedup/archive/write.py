"""Writing what an archive holds of a scan's articles, the first or those that extend it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import schema
from dedup.archive import queries
from dedup.archive.keys import Entries, Integers, write_run
from dedup.archive.opened import COUNTED, EXACT, TEXTS, VIEW_TABLES, digest_keys, name_keys
from dedup.archive.rows import write_rows
from dedup.engine.local import LocalEngine
from dedup.engine.texts import files_beside
from dedup.options import Options
from dedup.stored import save_array
from dedup.tables.files import read_batches
from dedup.tables.parts import list_parts


def write_index(
    engine: LocalEngine, work: Path, folder: Path, options: Options, part: str, since: int = 0, pairs: int = 0
) -> None:
    """Write into a folder, as ``opened`` lays it out, what a scan's work tables say of its articles.

    part   names the parts and the runs
    since  the least row of an article of its own
    pairs  how many pairs the archive has already
    """
    views = options.views
    _write_rows(engine, folder, schema.ARCHIVED, part, queries.archived(views, since))
    _write_rows(engine, folder, schema.ARCHIVED_PAIRS, part, queries.archived_pairs(pairs))
    copies = engine.fetch(queries.COPIES)
    exact = np.stack([copies[name].to_numpy() for name in ("row", "first")])
    save_array(folder / EXACT, exact)
    tasks: list[tuple[Any, ...]] = [("write_names", folder, part), ("write_ends", folder, part)]
    tasks.append(("write_copies", folder / "copies" / part, exact))
    for view in views:
        name, table = VIEW_TABLES[view]
        tasks.append(("write_keys", folder / name / part, work / table.name, exact[0]))
    engine.call_all(__name__, tasks)
    link_all(list_parts(work / schema.TEXTS.name), folder / schema.TEXTS.name)
    link_all([work / TEXTS, *files_beside(work / TEXTS)], folder)


def keep_counted(work: Path, folder: Path) -> None:
    """Keep what was counted in a scan."""
    for name in COUNTED.values():
        if (work / name).is_dir():
            link_all(list_parts(work / name), folder / name)
        elif (work / name).exists():
            link_all([work / name], folder)


def link_all(files: Sequence[Path], folder: Path) -> None:
    """The same files in another folder; copies where the file system knows no links."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file.name).unlink(missing_ok=True)
        try:
            os.link(file, folder / file.name)
        except OSError:
            shutil.copyfile(file, folder / file.name)


def _write_rows(engine: LocalEngine, folder: Path, table: schema.Table, part: str, query: str) -> None:
    write_rows(_rows_path(folder, table, part), table, engine.batches(query))


def _rows_path(folder: Path, table: schema.Table, part: str) -> Path:
    return folder / table.name / f"part-{part}.arrow"


# ------------------------------------------------------------------ in a worker, for kernels


def write_keys(path: Path, source: Path, left_out: Integers) -> None:
    """A run of the keys of a table, but for those of some rows."""
    total = sum(batch.num_rows for batch in read_batches(source))
    write_run(path, _entries(source, left_out), total)


def write_names(folder: Path, part: str) -> None:
    """Runs of the names and of the digests of a part of the archived articles."""
    for name, column, keys_of in (("names", "id", name_keys), ("digests", "digest", digest_keys)):
        batches = [
            (batch["row"].filter(batch[column].is_valid()), batch[column].drop_null())
            for batch in _batches(_rows_path(folder, schema.ARCHIVED, part), ["row", column])
        ]
        entries = (Entries(keys_of(values.to_pylist()), rows.to_numpy()) for rows, values in batches)
        write_run(folder / name / part, entries, sum(len(rows) for rows, _ in batches))


def write_ends(folder: Path, part: str) -> None:
    """A run of both ends of the pairs of a part, by the numbers of the pairs."""
    columns = ["number", "left_row", "right_row"]
    batches = list(_batches(_rows_path(folder, schema.ARCHIVED_PAIRS, part), columns))
    numbers = [batch["number"].to_numpy() for batch in batches]
    entries = [
        Entries(batch[side].to_numpy(), number)
        for batch, number in zip(batches, numbers, strict=True)
        for side in columns[1:]
    ]
    write_run(folder / "ends" / part, entries, sum(len(one.keys) for one in entries))


def write_copies(path: Path, exact: Integers) -> None:
    """A run of copies by what they are copies of."""
    write_run(path, [Entries(exact[1], exact[0])], exact.shape[1])


def _batches(part: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    from dedup.tables.files import read_part

    return read_part(part, columns)


def _entries(source: Path, left_out: Integers) -> Iterator[Entries]:
    for batch in read_batches(source):
        kept = pc.invert(pc.is_in(batch["row"], value_set=pa.array(left_out))) if len(left_out) else None
        some = batch if kept is None else batch.filter(kept)
        yield Entries(some["key"].to_numpy(), some["row"].to_numpy())
