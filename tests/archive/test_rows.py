"""Records by number, from many mapped parts."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dedup import schema
from dedup.archive import rows
from dedup.archive.rows import RowTable, write_rows
from dedup.tables.files import arrow_schema

OPEN = Path("/proc/self/fd")


def write_parts(folder: Path, parts: int, each: int) -> None:
    for number in range(parts):
        own = np.arange(number * each, (number + 1) * each)
        columns = {"number": own, "left_row": own, "right_row": own + 1}
        shape = arrow_schema(schema.ARCHIVED_PAIRS)
        empty = {name: columns.get(name, [None] * each) for name in shape.names}
        batch = pa.record_batch([pa.array(empty[field.name], field.type) for field in shape], schema=shape)
        write_rows(folder / f"part-{number:06}.arrow", schema.ARCHIVED_PAIRS, [batch])


def test_records_are_found_again_after_their_pages_were_let_go_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_ROWS", 4)
    monkeypatch.setattr(rows, "_MANY", 2)
    write_parts(tmp_path, 3, 20)
    table = RowTable(tmp_path, schema.ARCHIVED_PAIRS)
    for wanted in ([0, 7, 8, 21, 59], [3], list(range(60))):
        assert table.take(np.array(wanted, np.int64))["number"].to_pylist() == wanted
    with pytest.raises(KeyError, match="60"):
        table.take(np.array([60], np.int64))


@pytest.mark.skipif(not OPEN.exists(), reason="the system doesn't tell what files are open")
def test_a_table_of_many_parts_holds_no_file_open(tmp_path: Path) -> None:
    write_parts(tmp_path, 20, 5)
    before = len(os.listdir(OPEN))
    table = RowTable(tmp_path, schema.ARCHIVED_PAIRS)
    assert table.take(np.arange(100)).num_rows == 100
    assert len(os.listdir(OPEN)) <= before + 2
