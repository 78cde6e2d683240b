"""Batches of articles become files that dedup reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema([(name, pa.string()) for name in ("id", "source", "published", "text")])


class Writer(ABC):
    """Writes the articles of a scrape into a folder; a context manager."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.files = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.files.close()

    @abstractmethod
    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch of SCHEMA."""

    @abstractmethod
    def write_long(self, record: dict[str, str], parts: Iterator[str]) -> None:
        """Write one article whose text comes in parts; the record is all but the text."""


class JsonlWriter(Writer):
    """docs.jsonl"""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.file = self.files.enter_context((home / "docs.jsonl").open("wb", 1 << 20))

    def write(self, batch: pa.RecordBatch) -> None:
        self.file.writelines(
            orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in _records(batch)
        )

    def write_long(self, record: dict[str, str], parts: Iterator[str]) -> None:
        self.file.write(orjson.dumps(record)[:-1] + b',"text":"')
        self.file.writelines(orjson.dumps(part)[1:-1] for part in parts)
        self.file.write(b'"}\n')


class ParquetWriter(Writer):
    """docs.parquet"""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        file = pq.ParquetWriter(home / "docs.parquet", SCHEMA, compression="zstd")
        self.file = self.files.enter_context(file)

    def write(self, batch: pa.RecordBatch) -> None:
        self.file.write_batch(batch)

    def write_long(self, record: dict[str, str], parts: Iterator[str]) -> None:
        self.write(pa.RecordBatch.from_pylist([record | {"text": "".join(parts)}], SCHEMA))


class TxtWriter(Writer):
    """docs/SOURCE/ID.txt"""

    def write(self, batch: pa.RecordBatch) -> None:
        for record in _records(batch):
            self.write_long(record, iter([record["text"]]))

    def write_long(self, record: dict[str, str], parts: Iterator[str]) -> None:
        folder = self.home / "docs" / record["source"]
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{record['id']}.txt").open("wb") as file:
            file.writelines(part.encode() for part in parts)


WRITERS: dict[str, type[Writer]] = {"jsonl": JsonlWriter, "parquet": ParquetWriter, "txt": TxtWriter}


def _records(batch: pa.RecordBatch) -> Iterator[dict[str, str]]:
    columns = [column.to_pylist() for column in batch.columns]
    return (dict(zip(SCHEMA.names, values, strict=True)) for values in zip(*columns, strict=True))
