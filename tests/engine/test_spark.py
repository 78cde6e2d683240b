"""The Spark engine, in executors of their own: what it writes is what the local engine writes."""

from __future__ import annotations

import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import dedup
from dedup import schema
from dedup.engine.cluster_session import open_session, plain_errors, ship_package
from dedup.engine.wheel import wheel_name
from dedup.errors import DedupError, UsageError
from dedup.options import Options
from dedup.pipeline.scan import scan
from dedup.tables.files import read_table
from dedup.tables.parts import list_parts
from engine.clusters import MASTER, Killer, executors

if TYPE_CHECKING:
    from conftest import Program, Scrape

SAMPLES = Path(__file__).parents[2] / "samples"


def clean(number: int) -> str:
    return f"Footer of the {number}th house: write to the desk about what you have read in these pages today."


@pytest.fixture(scope="module")
def inputs(new_scrape: type[Scrape], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, and records: stories, copies of them that are edited, cut, put together and repeated."""
    made = new_scrape(tmp_path_factory.mktemp("spark"))
    records = []
    for number in range(300):
        text = made.story(number // 2 if number % 3 == 0 else number, 60 + number % 50)
        if number % 7 == 0:
            text += made.story(number + 7, 60)
        if number % 2:
            text = text.replace(" the ", " a ").replace("garden", "orchard", 2)
        record = {"id": f"n{number % 290}", "text": text + clean(number % 3)}
        if number % 5:
            record["source"] = f"house-{number % 4}"
            record["published"] = f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}"
        records.append(record)
    made.records("first.jsonl", *records[:200], {"id": "first.jsonl#3", "text": made.story(1)}, {"text": 7})
    made.records("second.jsonl", *records[200:], {"text": made.story(4)}, {"text": ""})
    shutil.copytree(SAMPLES, made.inputs / "samples")
    return made.inputs


def tables(results: Path) -> dict[str, Any]:
    names = (*schema.RESULT_TABLES, schema.SKETCHES)
    return {table.name: read_table(results / table.name, table) for table in names}


def counts(results: Path) -> Any:
    run = json.loads((results / "run.json").read_text("utf-8"))
    return run["counts"], run["identity"]


def check_same(inputs: Path, home: Path, progress: Any = None, **options: Any) -> dict[str, Any]:
    """Scan by both engines; their tables, which are the same."""
    given = {"keep_sketches": True, "jobs": 1, **options}
    scan([inputs], home / "local", Options(**given))
    scan([inputs], home / "spark", Options(**given, engine="spark", master=MASTER), progress)
    local, spread = tables(home / "local"), tables(home / "spark")
    for name, rows in local.items():
        assert rows.num_rows == spread[name].num_rows, name
        assert rows.equals(spread[name]), name
        one, other = (list_parts(home / engine / name)[0] for engine in ("local", "spark"))
        assert read_schema(one).equals(read_schema(other), check_metadata=True)
    assert counts(home / "local") == counts(home / "spark")
    return local


def read_schema(part: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_schema(part)


@pytest.mark.slow
def test_both_engines_write_the_same_rows(spark: Any, inputs: Path, tmp_path: Path) -> None:
    found = check_same(inputs, tmp_path, bucket_cap=8)
    kinds = set(found["pairs"]["kind"].to_pylist())
    assert {"exact", "copy", "contains", "partial", "rewrite"} <= kinds
    assert all(rows.num_rows for rows in found.values())
    report = scan([inputs], tmp_path / "spark", Options(bucket_cap=8, keep_sketches=True))
    assert report.up_to_date  # by whatever engine


@pytest.mark.slow
def test_an_executor_that_dies_changes_nothing(
    spark: Any, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it that clusters are found apart, as those of very many pairs are."""
    killer = Killer("bands")
    monkeypatch.setattr("dedup.engine.spark.MOST_EDGES", 0)
    monkeypatch.setattr("dedup.engine.components.EDGES_A_TASK", 40)
    home = tmp_path / r"it's [a] {b} *part*?"  # in Hadoop's eyes a pattern
    check_same(inputs, home, killer, profile="copy", no_text=True, cross_source=True)
    assert killer.killed
    assert killer.killed[0] not in executors()
    assert killer.steps.index("bands") < killer.steps.index("candidates")
    assert not list((home / "spark").rglob(".*"))


@pytest.mark.slow
def test_executors_have_the_wheel(spark: Any) -> None:
    def tell(batches: Any) -> Any:
        yield pa.record_batch([[dedup.__file__], [version("dedup")]], ["file", "version"])

    with open_session(Options(engine="spark")) as session:
        ship_package(session)
        told = session.range(1).mapInArrow(tell, "file string, version string").first()
    assert f"{wheel_name()}/dedup/__init__.py" in told.file
    assert told.version == version("dedup")


@pytest.mark.slow
def test_what_fails_on_an_executor_is_said_in_a_line(spark: Any) -> None:
    def fail(batches: Any) -> Any:
        raise ValueError("no such thing\nat all")

    with (
        pytest.raises(DedupError, match=r"^Spark failed: ValueError: no such thing$"),
        open_session(Options(engine="spark")) as session,
    ):
        session.range(1).mapInArrow(fail, "id bigint").collect()


def test_what_fails_in_java_is_said_by_its_cause() -> None:
    errors = pytest.importorskip("pyspark.errors")
    said = "An error occurred while calling o834.parquet.\n: org.apache.spark.SparkException: Aborted\n\tat x"
    with (
        pytest.raises(DedupError, match=r"^Spark failed: org\.apache\.spark\.SparkException: Aborted$"),
        plain_errors(),
    ):
        raise errors.PySparkException(said)


def test_without_pyspark_a_line_says_how_to_get_it(
    program: Program, scrape: Scrape, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    scrape.write("a.txt", scrape.story(1))
    _, err = program("scan", scrape.inputs, "-o", scrape.results, "--engine", "spark", status=2)
    assert "pip install 'dedup[spark]'" in err
    assert err.count("\n") == 1


def test_only_the_local_engine_is_estimated(program: Program, scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    _, err = program("scan", scrape.inputs, "--estimate", "--engine", "spark", status=2)
    assert "--estimate" in err
    with pytest.raises(UsageError):
        dedup.Options(engine="flink")
