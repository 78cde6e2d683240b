"""RESULTS that are damaged: what of them can't be read, and how they are known without ``run.json``.

Arrow is imported when it is needed, for those who ask are in a hurry (see ``opened``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dedup.errors import DedupError, UsageError
from dedup.places import RUN_FILE, WORK, Folder
from dedup.results.judged import NAME as JUDGED
from dedup.schema import ARTICLES, PAIRS, RESULT_TABLES, SKETCHES, Table
from dedup.tables.parts import list_parts

INDEX = "index"  # the folder of an archive (see ``archive``)
MANIFEST = "manifest.json"  # says there what it was made with, and how large each file is

_TABLES = {table.name for table in RESULT_TABLES}
_KNOWN = {RUN_FILE, WORK, INDEX, f".{INDEX}", JUDGED, SKETCHES.name, *_TABLES}
_PART = re.compile(r"part-\d{6,}\.parquet")


def damaged(results: Folder | str, what: str) -> DedupError:
    """That RESULTS can't be relied on: what of them, and the way out."""
    return DedupError(f"{results} is damaged: {what}; scan again with --overwrite")


def refused(results: Path, table: str, error: Exception) -> DedupError:
    """What reading a table raised."""
    if isinstance(error, OSError) and error.errno is not None:  # the system's own; Arrow's have no number
        return DedupError(f"{results / table} can't be read: {error.strerror or error}")
    return damaged(results, f"its table {table} can't be read: {one_line(error)}")


def sizes_of(index: Path) -> dict[str, int]:
    """The bytes of each file of an archive, but its manifest, by its path below the archive."""
    files = (path for path in sorted(index.rglob("*")) if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(index).as_posix(): path.stat().st_size for path in files}


def find_index_damage(results: Path) -> str | None:
    """Why the archive of RESULTS isn't whole; None: each file that its manifest names has its size."""
    index = results / INDEX
    try:
        sizes = json.loads((index / MANIFEST).read_text("utf-8")).get("sizes", {})
        cut = [name for name, size in sizes.items() if (index / name).stat().st_size != size]
    except FileNotFoundError as error:
        return f"{Path(error.filename).relative_to(results)} is lost"
    except (OSError, ValueError, AttributeError) as error:
        return f"its {INDEX} can't be read: {one_line(error)}"
    return f"{INDEX}/{cut[0]} is cut" if cut else None


def find_damage(results: Folder, tables: Sequence[Table], run: dict[str, Any], thorough: bool) -> str | None:
    """The first of the tables that isn't whole, and why; None: each has all rows that ``run`` tells of.

    thorough  read every row, and not only how many each part says that it has

    Of RESULTS at a URL it is known only which tables are there.
    """
    from dedup.tables.files import UNREADABLE, count_rows, read_batches

    for table in tables:
        folder = results / table.name
        if not list_parts(folder):
            return f"its table {table.name} is missing"
        if not isinstance(folder, Path):
            continue
        try:
            rows, told = count_rows(folder), _rows_told(table, run)
            if thorough:
                rows = sum(batch.num_rows for batch in read_batches(folder))
        except UNREADABLE as error:
            return f"its table {table.name} can't be read: {one_line(error)}"
        if told not in (None, rows):
            return f"its table {table.name} has {rows:,} rows, not {told:,}"
    return None


def _rows_told(table: Table, run: dict[str, Any]) -> int | None:
    counts: Any = run.get("counts")
    if not isinstance(counts, dict):
        return None
    archived = counts.get("archived_articles", 0) if table is ARTICLES else 0
    told = counts.get(table.name if table in (ARTICLES, PAIRS) else f"{table.name}_rows")
    return told + archived if isinstance(told, int) else None


def holds_tables(folder: Folder) -> bool:
    """Whether a folder is RESULTS, even if ``run.json`` is lost: it holds nothing else, and has every table.

    In a table's folder lie its parts alone. One must say in its metadata which table it is of, and none
    that can be read may say otherwise.
    """
    if not isinstance(folder, Path):
        return False
    names = {path.name for path in folder.iterdir()}
    if not _TABLES <= names <= _KNOWN:
        return False
    said: set[bool | None] = set()
    for name in names & {*_TABLES, SKETCHES.name}:
        table = folder / name
        if table.is_symlink() or not table.is_dir():
            return False
        said |= {_is_part(part, name) for part in table.iterdir()}
    return True in said and False not in said


def refuse_strangers(folder: Folder, overwrite: bool) -> None:
    """``UsageError`` if a folder without ``run.json`` is no RESULTS, or one that may not be replaced."""
    if not holds_tables(folder):
        stranger = min((path.name for path in folder.iterdir()), key=lambda name: (name in _KNOWN, name))
        raise UsageError(
            f"{folder} is not a RESULTS directory: it holds {stranger!r}; give an empty or new one"
        )
    if not overwrite:
        raise UsageError(f"{folder} is damaged: its {RUN_FILE} is lost or cut; --overwrite replaces it")


def _is_part(path: Path, table: str) -> bool | None:
    """Whether a file is a part of a table; None: it is called like one and can't be read."""
    import pyarrow.parquet as pq

    from dedup.tables.files import UNREADABLE

    if path.is_symlink() or not path.is_file() or not _PART.fullmatch(path.name):
        return False
    try:
        return (pq.read_schema(path).metadata or {}).get(b"table") == table.encode()
    except UNREADABLE:
        return None


def one_line(error: Exception) -> str:
    """What an error says first."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
