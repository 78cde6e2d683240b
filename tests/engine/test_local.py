"""The local engine: order, parts, and going on with what is done."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dedup import schema
from dedup.engine import parts, tasks
from dedup.engine.database import plain_errors
from dedup.engine.local import LocalEngine
from dedup.engine.protocol import Output
from dedup.engine.texts import TextStore, TextStores, save_index
from dedup.errors import DedupError
from dedup.options import Options
from dedup.plan import make_plan
from dedup.results.run import Silence
from dedup.tables.files import PartWriter, arrow_schema, read_table
from dedup.tables.parts import list_parts, part_path


@pytest.mark.parametrize("name", ["plain", "it's [a] *part*?", "two words"])
def test_tables_are_filled_once_and_written_in_parts(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "ROWS_A_GROUP", 3)
    monkeypatch.setattr(parts, "ROWS_A_PART", 6)
    work = tmp_path / name / "work"
    rows = pa.table(
        [list(range(20)), [f"n{number}" for number in range(20)]], schema=arrow_schema(schema.NAMES)
    )
    with LocalEngine(work, tmp_path / name, make_plan(Options(jobs=1)), Silence()) as engine:
        engine.put(schema.NAMES, rows)
        engine.sql(schema.EXACT, "SELECT row, row + 1 AS first FROM names WHERE row < 4")
        query = (
            "SELECT article AS path, row AS record, 'a' AS stage, 'b' AS reason, 'c' AS message FROM names"
        )
        written = engine.write([Output(schema.SKIPPED, [f"{query} ORDER BY row"])])
    with LocalEngine(work, tmp_path / name, make_plan(Options(jobs=1)), Silence()) as again:
        again.sql(schema.EXACT, "SELECT 1 AS row, 1 AS first")  # filled already
        assert again.fetch("SELECT count(*) AS n FROM exact")["n"].to_pylist() == [4]
    assert written == {schema.SKIPPED.name: 20}
    assert len(list_parts(tmp_path / name / "skipped")) == 4
    read = read_table(tmp_path / name / "skipped", schema.SKIPPED)
    assert read["record"].to_pylist() == list(range(20))


def test_parts_that_are_written_stay_where_they_are_cut_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = tasks.write

    def watched(task: tasks.WriteTask) -> tasks.Outcome:
        written.append(task.path.name)
        return write(task)

    def run(work: str = "work", rows: int = 20) -> list[int]:
        written.clear()
        query = f"""SELECT 'p' AS path, CAST(n AS BIGINT) AS record, 'a' AS stage, 'b' AS reason,
                    'c' AS message FROM range(1, {rows + 1}) AS r(n) ORDER BY n"""
        with LocalEngine(tmp_path / work, tmp_path, make_plan(Options(jobs=1)), Silence()) as engine:
            assert engine.write([Output(schema.SKIPPED, [query])]) == {schema.SKIPPED.name: rows}
        found = read_table(tmp_path / "skipped", schema.SKIPPED)["record"].to_pylist()
        assert found == list(range(1, rows + 1))
        assert not list((tmp_path / "skipped").glob(".*"))
        return [int(name[5:11]) for name in written]

    monkeypatch.setattr(tasks, "write", watched)
    monkeypatch.setattr(tasks, "ROWS_A_GROUP", 3)
    monkeypatch.setattr(parts, "ROWS_A_PART", 6)
    assert run() == [0, 1, 2, 3]
    assert run() == []
    (tmp_path / "skipped" / "part-000001.parquet").unlink()
    (tmp_path / "skipped" / ".part-000001.parquet.77").touch()
    assert run() == [1]
    monkeypatch.setattr(parts, "ROWS_A_PART", 12)
    assert run() == [0, 1]
    assert run("another") == [0, 1]
    assert run("a third", 0) == []


def texts_of(rows: Iterable[int], texts: list[str]) -> pa.RecordBatch:
    """A batch of the table of texts."""
    empty = dict.fromkeys(schema.TEXTS.column_names)
    found = [{**empty, "row": row, "text": text} for row, text in zip(rows, texts, strict=True)]
    return pa.RecordBatch.from_pylist(found, schema=arrow_schema(schema.TEXTS))


def test_texts_are_found_by_row(tmp_path: Path) -> None:
    index = []
    for part, first in enumerate((1, 2**32, 2**33)):
        path = part_path(tmp_path / "texts", part)
        with PartWriter(path, schema.TEXTS) as writer:
            rows = [first, first + 2]
            writer.write(texts_of(rows, [f"text {row}" for row in rows]))
        index.append((first, str(path)))
    save_index(tmp_path / "texts.json", index)
    store = TextStore.load(tmp_path / "texts.json")
    assert store.take(np.array([3, 2**32, 2**33 + 2])).to_pylist() == [
        "text 3", f"text {2**32}", f"text {2**33 + 2}",
    ]  # fmt: skip
    for missing in (0, 2, 4, 2**33 + 1):
        with pytest.raises((KeyError, IndexError)):
            store.take(np.array([missing]))


def test_a_writer_that_fails_leaves_no_part(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), PartWriter(part_path(tmp_path, 0), schema.NAMES):
        raise RuntimeError
    assert not list(tmp_path.iterdir())


def test_pairs_are_cut_by_the_size_of_their_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "TEXT_AT_ONCE", 100)
    path = part_path(tmp_path / "texts", 0)
    sizes = [10, 10, 500, 40, 60, 0]
    with PartWriter(path, schema.TEXTS) as writer:
        writer.write(texts_of(range(6), ["x" * size for size in sizes]))
    save_index(tmp_path / "texts.json", [(0, str(path))])
    store = TextStores([tmp_path / "texts.json"])
    left, right = [0, 1, 0, 3, 4, 2], [1, 3, 2, 4, 5, 5]
    bodies = 2 * [pa.nulls(6, pa.list_(pa.int64()))]
    pairs = pa.RecordBatch.from_arrays(
        [
            pa.array(left),
            pa.array(right),
            pa.array(["copy"] * 6),
            *bodies,
            pa.array([0] * 6),
            pa.array([0] * 6),
        ],
        schema=arrow_schema(schema.CANDIDATES),
    )
    cuts = list(tasks.cut_pairs(pairs, store))
    assert [cut.num_rows for cut in cuts] == [2, 1, 1, 1, 1]
    assert pa.Table.from_batches(cuts) == pa.Table.from_batches([pairs])
    assert store.sizes(np.array([2, 0, 5])).tolist() == [500, 10, 0]


def test_a_result_table_may_come_from_several_queries(tmp_path: Path) -> None:
    def query(some: str) -> str:
        return f"SELECT 'p' AS path, n AS record, 'a' AS stage, 'b' AS reason, 'c' AS message FROM {some}"

    with LocalEngine(tmp_path / "work", tmp_path, make_plan(Options(jobs=1)), Silence()) as engine:
        queries = [query(f"range({start}, {start + 5}) AS r(n)") for start in (0, 5, 10)]
        assert engine.write([Output(schema.SKIPPED, queries)]) == {schema.SKIPPED.name: 15}
    read = read_table(tmp_path / "skipped", schema.SKIPPED)
    assert read["record"].to_pylist() == list(range(15))


def test_a_query_that_needs_too_much_memory_says_so_in_a_line(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("Out of Memory Error: failed to pin a block\n\nPossible solutions: many")

    with pytest.raises(DedupError, match="--max-memory") as caught, plain_errors():
        fail()
    assert "\n" not in str(caught.value)
    with pytest.raises(FileNotFoundError), plain_errors():
        (tmp_path / "missing").read_text()
