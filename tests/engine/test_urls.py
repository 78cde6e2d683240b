"""Inputs and RESULTS at URLs that Spark's Hadoop knows: the same rows as from folders."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.spark import are_same
from dedup import chains, schema
from dedup.engine import executors as spark_tasks
from dedup.engine import tasks
from dedup.engine.hadoop import Hadoop, reach
from dedup.engine.spark import SparkEngine
from dedup.errors import DedupError, UsageError
from dedup.options import Options
from dedup.pipeline.scan import scan
from dedup.places import Entry, Status, is_url, spelt
from dedup.plan import make_plan
from dedup.read.again import Place, read_again
from dedup.read.files import File, find_files
from dedup.read.items import plan_items
from dedup.read.opening import Place as Opened
from dedup.read.reader import read_items
from dedup.read.snapshot import look_again
from dedup.results.opened import open_results
from dedup.results.run import Run, Silence
from dedup.tables.parts import list_parts
from engine.clusters import MASTER, Killer, executors

if TYPE_CHECKING:
    from conftest import Program, Scrape

    from engine.conftest import Mounted

READ = ("texts", "skipped_rows")
SPARK = Options(engine="spark", master=MASTER)
NAMES = """
    a b.txt|p%20q.txt|h#x.txt|s*t.txt|b[1].txt|{x,y}.txt|q?.txt|back\\slash.txt|é文.txt|e\u0301.txt
    comma,x.txt|+&=.txt|_under.txt|_metadata.txt|..hidden.txt|a=1/b=2/part.txt|a=x/part.txt|..d/n.txt|e../..f../n..txt|x.txt._COPYING_
    .hidden/n.txt|deep/er/_n/n.txt|line\nbreak.txt|no ending|UPPER.TXT|viewfs:/x.txt|_SUCCESS
""".strip()


def packed_zip(*members: tuple[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


def fill(made: Scrape) -> None:
    """Names that are hard on whoever takes them for more than names, and every way of being read."""
    for number, name in enumerate(NAMES.replace("\n    ", "|").split("|")):
        made.write(name, made.story(number, 30))
    lines = "".join(
        json.dumps({"id": f"j{number}", "text": made.story(number)}) + "\n" for number in range(200)
    )
    made.write("lines.jsonl", lines)
    made.write("marked.jsonl", b"\xef\xbb\xbf" + lines.encode())
    made.write("lines.jsonl.gz", gzip.compress(lines.encode()))
    made.write("lines.jsonl.zst", bytes(pa.compress(lines.encode(), "zstd", asbytes=True)))
    made.write("cut off.jsonl.gz", gzip.compress(lines.encode())[:-400])
    texts = [made.story(number, 50) for number in range(300)]
    rows = pa.table({"text": texts, "number": pa.array(range(300), pa.uint16())})
    pq.write_table(rows, made.inputs / "rows.parquet", row_group_size=40)
    made.write("damaged.parquet", (made.inputs / "rows.parquet").read_bytes()[:-30])
    made.write("page.html", f"<html><body><article><p>{made.story(7, 200)}</p></article></body></html>")
    members = (
        ("m.txt", made.story(8).encode()),
        ("deep/l.jsonl", lines.encode()),
        (".h.txt", b"x"),
        ("../o.txt", b"x"),
    )
    made.write("members.zip", packed_zip(*members))
    made.write("no.zip", b"PK no archive")
    made.write("picture.png", b"\x89PNG\r\n\x1a\n")
    made.write("empty.txt", b"")
    made.write("scanned/run.json", '{"status": "done", "dedup": {"version": "0.1.0", "layout": 1}}')
    made.write("scanned/articles/n.txt", made.story(9))
    made.write(
        "long.txt", "\n".join(made.story(number, 1_000) for number in range(3_000))
    )  # in several pieces
    (made.inputs / "nothing").mkdir()


@pytest.fixture
def there(mounted: Mounted, new_scrape: type[Scrape]) -> Scrape:
    """A scrape in the folder that has a URL."""
    return new_scrape(mounted.folder)


def rows_read(place: str | Path, work: Path, options: Options) -> dict[str, Any]:
    """What is read at a place, by Spark or by the stages alone: texts, and what was skipped."""
    with reach([place], options) as cluster:
        files, skipped = find_files([place], options, cluster=cluster)
        plan = make_plan(options, ())
        unread = {"unread": [skip._asdict() for skip in skipped]}
        if options.engine == "local":
            docs = (read_items(group.items, options) for group in plan_items(files))
            made = [one for batches in docs for one in tasks.run_stages(batches, chains.READ, plan)]
            kept = {
                name: [row for one in made for batch in one.get(name, ()) for row in batch.to_pylist()]
                for name in READ
            }
            return {**unread, **kept}
        with SparkEngine(work, work / "results", plan, Silence(), cluster) as engine:
            for _ in range(2):  # the second time from what is whole
                engine.read(plan_items(files), chains.READ, 0)
            assert look_again(files, cluster) == files
            read = {name: engine.fetch(f"SELECT * FROM {name} ORDER BY row").to_pylist() for name in READ}
            return {**unread, **read}


@pytest.mark.slow
def test_files_at_a_url_give_the_rows_of_a_folder(there: Scrape, mounted: Mounted, tmp_path: Path) -> None:
    fill(there)
    local = rows_read(there.inputs, tmp_path / "local", Options(jobs=1))
    read = rows_read(f"{mounted.url}/inputs", tmp_path / "spark", SPARK)
    for name, rows in local.items():
        assert rows == read[name], name
    assert len(local["texts"]) > 1_000
    reasons = {row["reason"] for name in ("skipped_rows", "unread") for row in local[name]}
    assert {"hidden", "format", "corrupt", "truncated", "empty", "archive", "results"} <= reasons


@pytest.mark.slow
def test_one_file_at_a_url_and_a_folder_beside_it(there: Scrape, mounted: Mounted, tmp_path: Path) -> None:
    there.write(".hidden#1.txt", there.story(1))
    there.write("sub/n.txt", there.story(2))
    here = [there.inputs / ".hidden#1.txt", there.inputs / "sub"]
    local = find_files(here, Options())[0]
    with reach([mounted.url], SPARK) as cluster:
        files = find_files([f"{mounted.url}/inputs/.hidden#1.txt", here[1]], SPARK, cluster=cluster)[0]
        assert [file[:2] for file in files] == [file[:2] for file in local]
        assert [is_url(file.place.path) for file in files] == [True, False]
        listed = f"{mounted.url}/inputs/sub/n.txt".encode()
        (file,), _ = find_files([], SPARK, listed=[listed], cluster=cluster)
        assert file.shown.encode() == listed == file.place.path
        os.truncate(there.inputs / "sub" / "n.txt", 3)
        assert look_again([file], cluster)[0].size == 3
        shutil.rmtree(there.inputs / "sub")
        assert look_again([file], cluster)[0].size == -1


@pytest.mark.slow
def test_what_has_gone_since_it_was_listed_is_a_row(
    scrape: Scrape, spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("a.txt", "gone.txt", "replaced.txt")):
        scrape.write(name, scrape.story(number))
    fetched: list[str] = []
    plain = Hadoop.fetch

    def fetch(cluster: Hadoop, url: str, path: Path) -> None:
        fetched.append(url)
        plain(cluster, url, path)

    monkeypatch.setattr(Hadoop, "fetch", fetch)
    url = scrape.inputs.as_uri()  # without a host, which Java spells otherwise
    with reach([url], SPARK) as cluster:
        files, _ = find_files([url], SPARK, cluster=cluster)
        assert look_again(files, cluster) == files
        (scrape.inputs / "gone.txt").unlink()
        (scrape.inputs / "replaced.txt").unlink()
        scrape.write("replaced.txt/b.txt", "of nobody's")
        with SparkEngine(tmp_path, tmp_path / "out", make_plan(SPARK, ()), Silence(), cluster) as engine:
            engine.read(plan_items(files), chains.READ, 0)
            assert engine.fetch("SELECT path FROM texts")["path"].to_pylist() == ["a.txt"]
            skipped = engine.fetch("SELECT path, reason FROM skipped_rows ORDER BY row").to_pylist()
    assert [tuple(row.values()) for row in skipped] == [
        ("gone.txt", "unreadable"),
        ("replaced.txt", "unreadable"),
    ]
    assert sorted(fetched) == [f"{url}/gone.txt", f"{url}/replaced.txt"]  # executors have read the other


@pytest.mark.slow
def test_what_is_not_at_a_url_is_said_in_a_line(there: Scrape, mounted: Mounted) -> None:
    def refused(url: str) -> str:
        with pytest.raises(UsageError) as raised:
            scan([url], there.results, SPARK)
        assert "\n" not in str(raised.value)
        return str(raised.value)

    assert refused(f"{mounted.url}/none") == f"no such file or directory: {mounted.url}/none"
    assert 'No FileSystem for scheme "nosuch"' in refused("nosuch://host/data")
    assert "Empty Mount table" in refused("viewfs://nowhere/data")
    assert "no input file" in refused(f"{mounted.url}/inputs")


@pytest.mark.slow
def test_what_hadoop_cannot_open_or_hold_is_a_row(
    there: Scrape, mounted: Mounted, tmp_path: Path, spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.write("a.txt", there.story(1))
    there.write("not:opened.txt", there.story(2))  # Java's view of local folders can't, for the sum beside it
    there.write("large.txt", there.story(3, 5_000))
    monkeypatch.setattr("dedup.engine.hadoop._MOST_BYTES", 10_000)
    read = rows_read(f"{mounted.url}/inputs", tmp_path / "spark", SPARK)
    assert [row["path"] for row in read["texts"]] == ["a.txt"]
    (skip,), (unread,) = read["skipped_rows"], read["unread"]
    assert (skip["path"], skip["reason"], "URI" in skip["message"]) == ("not:opened.txt", "unreadable", True)
    assert (unread["path"], unread["reason"]) == ("large.txt", "too-large")


# ------------------------------------------------------------------ RESULTS


@pytest.fixture
def at_url(mounted: Mounted, there: Scrape) -> Callable[..., Any]:
    """Calls a function with what a run of a scan into a URL is."""

    def call(function: Callable[[Run, Any], Any], name: str = "out", **options: Any) -> Any:
        chosen = Options(engine="spark", master=MASTER, **options)
        with reach([mounted.url], chosen) as cluster:
            assert cluster is not None
            home = cluster.folder(f"{mounted.url}/{name}")
            files, _ = find_files([f"{mounted.url}/inputs"], chosen, cluster=cluster)
            return function(Run(home, [], files, chosen), home)

    there.write("a.txt", there.story(1))
    return call


def finish(run: Run, home: Any) -> None:
    with run.working() as work:
        (work / "spark").mkdir(parents=True)
        for table in schema.RESULT_TABLES:
            (home / table.name).mkdir(parents=True)
            (home / table.name / "part-000000.parquet").write_bytes(b"PAR1")
        run.finish({"articles": 1}, {}, 0)


@pytest.mark.slow
def test_results_at_a_url_are_owned_as_those_in_a_folder(
    at_url: Callable[..., Any], mounted: Mounted
) -> None:
    assert not at_url(lambda run, _: run.is_up_to_date())
    at_url(finish)
    assert not (mounted.folder / "out" / ".work").exists()
    assert at_url(lambda run, _: run.is_up_to_date())
    with pytest.raises(UsageError, match=r"results of other options \(threshold\); --overwrite replaces it"):
        at_url(lambda run, _: run.is_up_to_date(), threshold=0.7)
    at_url(finish, threshold=0.7, overwrite=True)
    (mounted.folder / "other").mkdir()
    (mounted.folder / "other" / "b.txt").touch()
    with pytest.raises(UsageError, match=r"/other is not a RESULTS directory: it holds 'b\.txt'"):
        at_url(lambda run, _: run.is_up_to_date(), "other")
    with pytest.raises(UsageError, match="is a file; RESULTS is a directory"):
        at_url(lambda run, _: run.is_up_to_date(), "other/b.txt")
    with pytest.raises(UsageError, match=r"the input a\.txt lies inside"):
        at_url(lambda run, _: None, "")


@pytest.mark.slow
def test_one_scan_at_a_time_writes_to_a_url(at_url: Callable[..., Any], mounted: Mounted) -> None:
    lock = mounted.folder / "out" / ".work" / "lock"

    def again(run: Run, home: Any) -> None:
        with run.working():
            with pytest.raises(
                UsageError, match=rf"another scan is writing to .*hadoop fs -rm {mounted.url}/out/"
            ):
                at_url(finish)
            lock.with_name(".lock.crc").unlink()
            lock.write_text(lock.read_text().replace("on ", "on another"))  # which nobody can look at

    def interrupted(run: Run, others: str) -> None:
        with run.working():
            if others:
                lock.with_name(".lock.crc").unlink()
                lock.write_text(others)
            raise KeyboardInterrupt

    at_url(again)
    for others in ("", "another's"):
        with pytest.raises(KeyboardInterrupt):
            at_url(lambda run, _, others=others: interrupted(run, others))
        assert lock.exists() == bool(others)
    assert lock.read_text() == "another's"
    lock.write_text("process 12, begun at 34, on another")
    with pytest.raises(UsageError, match="process 12, begun at 34, on another"):
        at_url(finish)
    assert lock.exists()
    lock.write_text(f"process {os.getpid()}, begun at 1, on {socket.gethostname()}")
    at_url(finish)  # that process is no more
    assert not lock.parent.exists()


@pytest.mark.slow
def test_an_executor_dies_between_urls(there: Scrape, mounted: Mounted, tmp_path: Path) -> None:
    fill(there)
    killer = Killer("bands")
    options: dict[str, Any] = {"profile": "copy", "keep_sketches": True}
    scan([there.inputs], tmp_path / "local", Options(jobs=1, **options))
    out = f"{mounted.url}/it's [a] {{b}} *part*?"
    chosen = Options(engine="spark", master=MASTER, **options)
    report = scan([f"{mounted.url}/inputs"], out, chosen, killer)
    assert str(report.results) == out
    assert killer.killed
    assert killer.killed[0] not in executors()
    written = mounted.folder / "it's [a] {b} *part*?"
    assert are_same(tmp_path / "local", written)
    for table in schema.RESULT_TABLES:
        one, other = (
            pq.read_schema(list_parts(home / table.name)[0]) for home in (written, tmp_path / "local")
        )
        assert one.equals(other, check_metadata=True)
    assert scan([f"{mounted.url}/inputs"], out, chosen).up_to_date
    fetched = open_results(written)
    assert fetched.count("articles") == report.counts["articles"]


# ------------------------------------------------------------------ without Spark


@given(st.lists(st.sampled_from([b"R", b"1", b"R1", b"PAR1", b"x\n", b"\xff\0"])), st.integers(1, 9))
def test_a_part_is_its_pieces_with_a_mark_behind_each(content: list[bytes], at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(spark_tasks, "_PIECE", at_once)
        part = Path(folder, "part.parquet")
        part.write_bytes(b"".join([*content, b"PAR1"]))
        batches = list(spark_tasks._cut(part, 7))
        pieces = [piece for batch in batches for piece in batch["piece"].to_pylist()]
        assert b"".join(piece + spark_tasks.MARK for piece in pieces) == part.read_bytes()
        assert sum(sum(batch["rows"].to_pylist()) for batch in batches) == 7


def test_files_at_the_top_of_a_host_are_looked_for_there() -> None:
    class Bucket:
        def entries(self, url: str) -> list[Entry]:
            there = {
                "s3a://bucket/": "a.txt",
                "s3a://bucket/in/": "b.txt",
            }  # the host alone is the user's home
            return [Entry(url + there[url], there[url], False, Status(5, 7))]

    cluster: Any = Bucket()
    files = [
        File(0, name, Opened(b"s3a://bucket/" + name.encode()), "txt", 5, 7, 5)
        for name in ("a.txt", "in/b.txt")
    ]
    assert look_again(files, cluster) == files


@pytest.mark.parametrize(
    ("java", "here"),
    [
        ("file:/a/b c.txt", "file:///a/b c.txt"),
        ("hdfs://nn/a:/b.txt", "hdfs://nn/a:/b.txt"),
        ("dbfs:/", "dbfs:///"),
        ("/a:/b", "/a:/b"),
    ],
)
def test_a_url_is_spelt_in_one_way(java: str, here: str) -> None:
    assert spelt(java) == here
    assert spelt(here) == here


def test_a_password_in_a_url_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="password") as raised:
        scan([tmp_path], "ftp://me:secret@host/out", SPARK)
    assert "secret" not in str(raised.value)


def test_texts_of_files_are_read_again_beside_those_of_urls(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("An article of few words.")
    status = (tmp_path / "a.txt").stat()
    roots = [["", "hdfs://nn/in/"], ["", f"{tmp_path}/"]]
    told = {"a.txt": [status.st_size, status.st_mtime_ns]}
    assert read_again([Place("a.txt", None, 5)], roots, told, Options()) == ["An article of few words."]


def test_texts_that_stayed_at_a_url_are_said_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(DedupError, match=r"^a\.txt lies at hdfs://nn/in/a\.txt, and RESULTS keeps no texts"):
        read_again([Place("a.txt", None, 3)], [["", "hdfs://nn/in/"]], {"a.txt": [3, 4]}, Options())


@pytest.mark.parametrize(
    "words",
    [
        ("scan", "hdfs://nn/scrape", "-o", "out"),
        ("scan", ".", "-o", "s3a://bucket/out"),
        ("scan", "hdfs://nn/scrape", "--estimate"),
        ("show", "hdfs://nn/out"),
        ("diff", "hdfs://nn/out", "1"),
        ("apply", "hdfs://nn/out"),
        ("report", "hdfs://nn/out", "-o", "a.html"),
        ("tune", "hdfs://nn/out", "--json"),
        ("query", "hdfs://nn/out", "a.txt"),
        ("scan", ".", "-o", "out", "--against", "hdfs://nn/out"),
        ("spun", "hdfs://nn/scrape/a.txt"),
        ("scan", ".", "-o", "out", "--ignore", "hdfs://nn/judged.tsv"),
        ("scan", ".", "-o", "out", "--lexicon", "hdfs://nn/swaps.tsv"),
        ("scan", "--files-from", "hdfs://nn/list", "-o", "out"),
        ("spun", "a.txt", "--lexicon", "hdfs://nn/swaps.tsv"),
        ("spun", "--learn", "hdfs://nn/out"),
        ("diff", "a.txt", "hdfs://nn/a.txt"),
        ("tune", "out", "-o", "hdfs://nn/cut"),
        ("tune", "out", "--judged", "hdfs://nn/judged.tsv"),
        ("report", "out", "-o", "s3a://bucket/page.html"),
        ("apply", "out", "--write-kept", "s3a://bucket/kept.jsonl"),
        ("apply", "out", "--write-dropped", "s3a://bucket/dropped.jsonl"),
        ("apply", "out", "--write-scrape", "s3a://bucket/scrape"),
    ],
)
def test_elsewhere_a_url_is_refused_with_a_way_out(
    program: Program, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("An article of a few words.")
    _, err = program(*words, status=2)
    url = next(word for word in words if "://" in word)
    assert err.startswith(f"dedup: {url} is a URL, as only PATH and RESULTS of scan --engine spark may be; ")
    assert err.count("\n") == 1
    assert os.listdir(tmp_path) == ["a.txt"]
