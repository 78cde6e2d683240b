"""DuckDB as the engine uses it, and its failures in our words."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from dedup.errors import DedupError
from dedup.options import Options

SHARE = 0.4  # of the memory allowed; the rest is for the processes


def connect(options: Options, spill: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that puts what doesn't fit into the folder ``spill``."""
    return duckdb.connect(
        config={
            "memory_limit": f"{int(SHARE * options.memory_bytes)}B",
            "threads": options.workers,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "allocator_background_threads": True,  # they return freed memory while no query runs
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


def batches_of(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The batches of a query's result."""
    with plain_errors():
        yield from reader


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise OSError for a full disk, KeyboardInterrupt for Ctrl-C, and else DedupError with one line."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the system's own; Arrow says what DuckDB said as one without a number
        said = str(error).partition("\n")[0]
        if isinstance(error, duckdb.InterruptException) or said == "Query interrupted":
            raise KeyboardInterrupt from error  # a signal handler raised while the query ran
        if "No space left" in said or "max_temp_directory_size" in str(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        if isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in said:
            raise DedupError(f"a query needs more memory than it may take (--max-memory): {said}") from error
        raise DedupError(f"a query failed: {said}") from error
