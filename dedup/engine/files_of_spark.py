"""What Spark writes below a folder and reads from there: tables as Parquet, and bytes as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dedup.engine.executors import MARK
from dedup.places import Folder

_GLOB = re.compile(r"[\\{}\[\]*?]")  # what Hadoop takes for a pattern


def address(place: Folder) -> str:
    """A place in Hadoop's words, which takes a path alone for one of the cluster's own."""
    return f"file://{place.absolute()}" if isinstance(place, Path) else str(place)


def escaped(address: str) -> str:
    """An address that stands for itself where patterns may be given."""
    return _GLOB.sub(r"\\\g<0>", address)


def is_whole(place: Folder) -> bool:
    """Whether all of a table was written."""
    return (place / "_SUCCESS").exists()


def save(rows: Any, place: Folder) -> None:
    """Write a table."""
    rows.write.mode("overwrite").parquet(address(place))


def load(spark: Any, columns: str | None, *places: Folder) -> Any:
    """Rows that were written; columns as they were, if none are named."""
    reader = spark.read if columns is None else spark.read.schema(columns)
    return reader.parquet(*(escaped(address(place)) for place in places))


def write_parts(rows: Any, place: Folder) -> tuple[dict[int, Any], int] | None:
    """Write bytes that tasks give in pieces (``executors.WRITTEN``), a file a task.

    The files by the numbers of their tasks, and how many rows they hold; null: what was written isn't there.
    """
    from pyspark.sql import Observation, functions

    told = Observation()
    sums = {"rows": "rows", "bytes": f"length(piece) + {len(MARK)}"}
    observed = rows.observe(
        told, *(functions.expr(f"coalesce(sum({sum_}), 0)").alias(name) for name, sum_ in sums.items())
    )
    writer = observed.selectExpr("CAST(piece AS STRING) AS piece").write.mode("overwrite")
    writer = (
        writer.option("lineSep", MARK.decode()).option("compression", "none").option("maxRecordsPerFile", 0)
    )
    writer.text(address(place))
    sizes = {path: path.stat().st_size for path in place.glob("part-*")}
    if sum(sizes.values()) != told.get["bytes"]:
        return None
    return {int(path.name.split("-")[1]): path for path, size in sizes.items() if size}, told.get["rows"]
