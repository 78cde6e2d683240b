"""Batches of articles become files that dedup reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema([(name, pa.string()) for name in ("id", "source", "published", "text")])


class Write(Protocol):
    """Writes a batch of SCHEMA, or one of its records whose text comes in parts."""

    def __call__(self, batch: pa.RecordBatch) -> None: ...


def open_output(home: Path, format: str) -> AbstractContextManager[Write]:
    """What writes the articles of OUT in a format: jsonl, parquet or txt."""
    return {"jsonl": _jsonl, "parquet": _parquet, "txt": _txt}[format](home)


@contextmanager
def _jsonl(home: Path) -> Iterator[Write]:
    with (home / "docs.jsonl").open("wb") as file:

        def write(batch: pa.RecordBatch) -> None:
            file.writelines(
                orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in _records(batch)
            )

        yield write


@contextmanager
def _parquet(home: Path) -> Iterator[Write]:
    with pq.ParquetWriter(home / "docs.parquet", SCHEMA, compression="zstd") as file:
        yield file.write_batch


@contextmanager
def _txt(home: Path) -> Iterator[Write]:
    def write(batch: pa.RecordBatch) -> None:
        for record in _records(batch):
            folder = home / "docs" / record["source"]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{record['id']}.txt").write_bytes(record["text"].encode())

    yield write


def _records(batch: pa.RecordBatch) -> Iterator[dict[str, str]]:
    columns = [column.to_pylist() for column in batch.columns]
    return (dict(zip(SCHEMA.names, values, strict=True)) for values in zip(*columns, strict=True))
