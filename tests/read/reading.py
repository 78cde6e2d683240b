"""Reading small inputs from end to end."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from dedup.options import Options
from dedup.read.files import File, find_files
from dedup.read.items import Item, plan_items
from dedup.read.lines import BLOCK, LONGEST
from dedup.read.opening import Place
from dedup.read.reader import read_items
from dedup.read.rows import BATCH_ROWS
from dedup.schema import DOCS
from dedup.tables.files import arrow_schema

ZSTD = pa.Codec("zstd")


def rows_of(
    path: Path | str, options: Options | None = None, block: int = BLOCK, longest: int = LONGEST
) -> list[dict[str, Any]]:
    """The rows of all files below a path, in order."""
    files, _ = find_files([path], options or Options())
    return rows_of_items(
        (item for group in plan_items(files, block, longest) for item in group.items), options
    )


def rows_of_items(items: Iterable[Item], options: Options | None = None) -> list[dict[str, Any]]:
    """The rows of items; checks what holds for every batch."""
    rows: list[dict[str, Any]] = []
    for batch in read_items(items, options or Options()):
        assert batch.schema.equals(arrow_schema(DOCS), check_metadata=True)
        assert 0 < batch.num_rows <= BATCH_ROWS
        batch.validate(full=True)
        rows += batch.to_pylist()
    for row in rows:
        record = row["record"]
        assert row["row"] & (2**32 - 1) == (record or 0)
        assert record is None or record > 0
        if row["text"] is None:
            assert row["stage"] == "read"
            assert row["reason"].replace("-", "").isalpha()
            assert row["message"].isprintable()
        else:
            assert (row["stage"], row["reason"], row["message"]) == (None, None, None)
    assert [row["row"] for row in rows] == sorted({row["row"] for row in rows})
    return rows


def texts(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The texts of the articles."""
    return [row["text"] for row in rows if row["text"] is not None]


def reasons(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The reasons of the skipped rows."""
    return [row["reason"] for row in rows if row["text"] is None]


def file_at(path: Path, format_: str) -> File:
    """A file as if it had been found, whether it is there or not."""
    size = path.stat().st_size if path.exists() else 0
    return File(0, path.name, Place(bytes(path)), format_, size, 0, size)


def zstd(data: bytes) -> bytes:
    """One zstd frame."""
    return bytes(ZSTD.compress(data))
