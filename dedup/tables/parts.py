"""Where the parts of a table lie.

A table is a directory; its parts are ``part-000000.parquet`` and so on, and their names
sort in row order, but for parts that were read: those are named after what they were read
from.
"""

from __future__ import annotations

from typing import Any

from dedup.places import AnyFolder
from dedup.schema import (
    ARCHIVED,
    ARCHIVED_PAIRS,
    EVERY_BAND,
    EVERY_LINE,
    EVERY_PASSAGE,
    EVERY_RARE,
    SHINGLES,
    STEMS,
    TEXTS,
)

# Of no use to queries, and hardly smaller when packed.
_ARCHIVE = (ARCHIVED, ARCHIVED_PAIRS)
UNPACKED = {
    table.name
    for table in (TEXTS, SHINGLES, STEMS, EVERY_BAND, EVERY_LINE, EVERY_PASSAGE, EVERY_RARE, *_ARCHIVE)
}


def part_path(directory: AnyFolder, part: int | str) -> AnyFolder:
    """Where a part of a table lies, by its number or its name."""
    ending = "arrow" if directory.name in UNPACKED else "parquet"
    place: Any = directory / f"part-{part if isinstance(part, str) else f'{part:06d}'}.{ending}"
    found: AnyFolder = place
    return found


def list_parts(directory: AnyFolder) -> list[AnyFolder]:
    """The whole parts of a table, in row order; a file is the one part of its table."""
    if directory.is_file():
        return [directory]
    parts: Any = directory.glob("part-*")
    return sorted(path for path in parts if path.suffix in (".arrow", ".parquet"))
