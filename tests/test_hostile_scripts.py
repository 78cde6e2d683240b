"""The scripts that judge a scan from outside pass what is right and find what is wrong."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from count_formats import count_records

if TYPE_CHECKING:
    from conftest import Scrape

HERE = Path(__file__).parent
READ, ERROR, SKIPPED = "read", "error-row", "skipped-with-reason"


class Tree:
    """OUT as a generator writes it, its scan, and what the scripts say of them."""

    def __init__(self, scrape: Scrape) -> None:
        self.scrape = scrape
        self.out = scrape.home / "out"
        self.results = scrape.results
        self.manifest: list[dict[str, Any]] = []
        self.truth: list[dict[str, Any]] = []

    def note(self, name: str, expected: str, **more: Any) -> None:
        """An input of the manifest that is there already."""
        entry = {"path": name, "path_hex": os.fsencode(name).hex(), "kind": "odd", "note": "", **more}
        self.manifest.append({**entry, "expected": expected})
        if "group" in more:
            self.truth.append({"record": None, **entry})

    def put(self, name: str, text: str | bytes, expected: str = READ, **more: Any) -> None:
        path = self.out / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.note(name, expected, **more)

    def copy(self, home: Scrape) -> Tree:
        """Another that may be changed."""
        copy = Tree(home)
        copy.manifest, copy.truth = map(deepcopy, (self.manifest, self.truth))
        shutil.copytree(self.out, copy.out, symlinks=True)
        shutil.copytree(self.results, copy.results)
        return copy

    def hostile(self, *flags: object) -> tuple[int, str]:
        for name, rows in (("manifest", self.manifest), ("truth", self.truth)):
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (self.out / f"{name}.jsonl").write_text(lines)
        return self.run("hostile", self.out, self.results, "--look", self.out, *flags)

    def count(self) -> tuple[int, str]:
        return self.run("count", self.out / "tree", self.results)

    def run(self, script: str, *arguments: object) -> tuple[int, str]:
        """The exit status and what is printed."""
        command = [sys.executable, str(HERE / f"{script}.py"), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.out, capture_output=True, text=True, check=False)  # noqa: S603
        assert not done.stderr
        return done.returncode, done.stdout

    def leave_out(self, table: str, column: str, value: str) -> None:
        """Rewrite a table without some rows."""
        rows = pq.read_table(self.results / table)
        kept = rows.filter(pc.field(column) != value)
        assert len(kept) < len(rows)
        for part in (self.results / table).iterdir():
            part.unlink()
        pq.write_table(kept, self.results / table / "part-0.parquet")


@pytest.fixture(scope="module")
def scanned(new_scrape: type[Scrape], tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Two groups of healthy articles among inputs that are odd or broken in one way each."""
    made = Tree(new_scrape(tmp_path_factory.mktemp("scanned")))
    story, words = made.scrape.story, made.scrape.words
    for number, group in enumerate("AB", 20):
        made.put(f"press/{group}.txt", " ".join(words(number, 90)), group=group)
        made.put(f"press/{group}-copy.md", " ".join(words(number, 90)[:80]), group=group)
    texts = [" ".join(words(20, 90)[5:]), story(1), story(2)]
    good = [json.dumps({"id": f"n{number}", "text": text}) for number, text in enumerate(texts)]
    made.put("lines.jsonl", "\n".join([*good, "no JSON", ""]), ERROR, rows_ok=3)
    made.note("lines.jsonl", READ, group="A", record="n0")
    made.put(os.fsdecode(b"bad-\xff.txt"), story(3))
    made.put("\x1b[31m\u202e.txt", story(4))
    made.put("packed.jsonl.gz", gzip.compress("\n".join(good).encode())[:-9], ERROR)
    made.put("broken.parquet", b"PAR1PAR1", ERROR, also_ok=[SKIPPED])
    made.put("photo.png", b"\x89PNG", SKIPPED)
    made.put("pair-1.txt", story(5), cluster="pair")
    made.put("pair-2.txt", story(5) + "And more.", cluster="pair")
    made.put("rows.csv", f'id,text\n1,"{story(6)}"\n2,"{story(7)}"\n')
    made.put("alone.txt", story(8), must_not_pair=True)
    os.symlink("alone.txt", made.out / "tree" / "link.txt")
    made.note("link.txt", SKIPPED, must_not_pair=True)
    made.scrape.scan(made.out / "tree")
    return made


@pytest.fixture
def tree(scanned: Tree, scrape: Scrape) -> Tree:
    return scanned.copy(scrape)


def test_both_pass_what_is_right(tree: Tree) -> None:
    status, told = tree.hostile()
    assert status == 0, told
    lines = told.splitlines()
    for entry in tree.manifest:
        assert any(line.startswith("OK ") and entry["expected"] in line for line in lines)
    assert sum("healthy" in line for line in lines) == 5
    assert "OK          cluster pair" in told
    assert lines[-1] == f"{len(lines) - 2} judged: {len(lines) - 2} OK"
    assert not set(told) & {"\x1b", "\u202e"}
    status, told = tree.count()
    assert status == 0, told
    assert "packed.jsonl.gz" in told
    assert told.startswith("damaged")


def test_healthy_inputs_alone_have_the_same_rows(tree: Tree, tmp_path: Path) -> None:
    tree.hostile()
    folder, alone = tmp_path / "healthy", tmp_path / "alone"
    assert tree.run("hostile", "--copy-healthy", tree.out, folder) == (0, "")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert files == {entry["path"] for entry in tree.truth}
    tree.scrape.scan(folder, results=alone)
    status, told = tree.hostile("--alone", alone)
    assert status == 0, told
    assert told.count("alone: articles") == 5
    assert told.count("alone: pairs") == 4
    tree.leave_out("pairs", "right", "press/B.txt")
    status, told = tree.hostile("--alone", alone)
    assert status == 1
    assert "in one of the two scans only" in told


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        ("photo.png", {"expected": READ}, "it was skipped"),
        ("alone.txt", {"expected": SKIPPED}, "without a row of skipped"),
        ("lines.jsonl", {"expected": READ, "rows_ok": 0}, "it has rows of skipped"),
        ("lines.jsonl", {"rows_ok": 4}, "3 of at least 4 good records"),
        ("lines.jsonl", {"record": "n9"}, "no article is this record"),
        ("pair-1.txt", {"must_not_pair": True}, "it must not be grouped with anything"),
        ("alone.txt", {"cluster": "pair"}, "they are not joined"),
        ("press/A.txt", {"path_hex": b"gone.txt".hex()}, "no row of any table names it"),
    ],
)
def test_a_broken_expectation_is_found(tree: Tree, path: str, change: dict[str, Any], said: str) -> None:
    next(entry for entry in tree.manifest if entry["path"] == path).update(change)
    status, told = tree.hostile()
    assert status == 1
    assert "1 WRONG" in told.splitlines()[-1]
    assert said in told


def test_empty_files_were_not_read(tree: Tree) -> None:
    tree.put("empty.jsonl", "", READ)
    tree.scrape.scan(tree.out / "tree", overwrite=True)
    status, told = tree.hostile()
    assert status == 1
    assert "WRONG empty.jsonl" in told


def test_groups_that_are_joined_or_torn_are_found(tree: Tree) -> None:
    assert tree.truth[0]["path"] == "press/A.txt"
    tree.truth[0]["group"] = "B"
    status, told = tree.hostile()
    assert status == 1
    assert "most of group A are in it too" in told
    tree.truth[0]["group"] = "A"
    tree.leave_out("clusters", "article", "press/B.txt")
    tree.leave_out("clusters", "article", "press/B-copy.md")
    assert "WRONG healthy B: press/B.txt" in tree.hostile()[1]


def test_what_root_may_read_is_not_judged(tree: Tree) -> None:
    tree.put("closed.txt", "", SKIPPED, needs_nonroot=True)
    assert tree.hostile()[0] == 1
    status, told = tree.hostile("--root")
    assert status == 0
    assert "not judged  closed.txt" in told


def test_raw_controls_and_files_of_inputs_are_found(tree: Tree, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("plain\n\ttext of the café\n")
    flags: list[object] = ["--output", plain]
    for number, raw in enumerate((b"\x1b[2J", "\u202e".encode(), "\x9b".encode(), b"\x9b", b"\r")):
        (tmp_path / f"raw{number}").write_bytes(raw)
        flags += ["--output", tmp_path / f"raw{number}"]
    status, told = tree.hostile(*flags)
    assert status == 1
    assert "5 WRONG" in told.splitlines()[-1]
    (tree.results / "DEDUP_CANARY_ID").touch()
    status, told = tree.hostile()
    assert status == 1
    assert "there is" in told


@pytest.mark.parametrize(
    ("table", "path"), [("articles", "rows.csv"), ("articles", "alone.txt"), ("skipped", "photo.png")]
)
def test_rows_that_are_lost_are_found(tree: Tree, table: str, path: str) -> None:
    tree.leave_out(table, "path", path)
    status, told = tree.count()
    assert status == 1
    assert f"WRONG    {path}  counted" in told
    assert "WRONG    run.json" in told


def test_files_that_are_new_or_gone_are_found(tree: Tree) -> None:
    (tree.out / "tree" / "new.jsonl").write_text("{}\n\n{}\n")
    (tree.out / "tree" / "alone.txt").unlink()
    status, told = tree.count()
    assert status == 1
    assert "WRONG    new.jsonl  counted 2, rows 0" in told
    assert "WRONG    alone.txt  counted 0, rows 1" in told


def warc(kind: str, content: str) -> bytes:
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n{content}\r\n\r\n".encode()
    )


def arrow(name: str) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.table({"text": ["one", "two", "three"]})
    if name == "parquet":
        pq.write_table(table, sink)
    else:
        new = pa.ipc.new_file if name == "file" else pa.ipc.new_stream
        with new(sink, table.schema) as writer:
            writer.write_table(table)
    return bytes(sink.getvalue())


def archive(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("folder/", b"")
        for name, data in members.items():
            file.writestr(f"folder/{name.replace('_', '.')}", data)
    return held.getvalue()


RECORDS = warc("warcinfo", "by hand") + warc("response", "one\n") + warc("request", "") + warc("revisit", "")
OLD = b"filedesc://x 0.0.0.0 20240102 text/plain 4\n1 0\n\nhttp://x/ 1.2.3.4 20240102 text/html 5\nhello\n"


@pytest.mark.parametrize(
    ("name", "data", "records"),
    [
        ("a.txt", b"", 1),
        ("a.JSONL", b'{}\n \n\r\nno JSON\n{"a":\n{}', 4),
        ("a.ndjson.gz", gzip.compress(b"{}\n" * 5) + gzip.compress(b"{}"), 6),
        ("a.jsonl.zst", pa.compress(b"{}\n\n{}\n", "zstd", asbytes=True), 2),
        ("a.json", b"[1, [2, 3], {}]", 3),
        ("a.json", b'{"a": [1, 2]}', 1),
        ("a.csv", b'\xef\xbb\xbfid,text\n1,"two\nlines, and ""quotes"""\n\n2,x\r\n3,y\r4,z', 4),
        ("a.csv", b'id;text\n1;"two\nlines"\n', 1),
        ("a.csv", b"sep=;\nid;text\n1;x\n2;y\n", 2),
        ("a.tsv", b"id\ttext\n1\tx, y\n", 1),
        ("a.csv", b"", 0),
        ("a.parquet", arrow("parquet"), 3),
        ("a.arrow", arrow("file"), 3),
        ("a.feather", arrow("stream"), 3),
        ("a.warc", RECORDS, 2),
        ("a.warc.gz", gzip.compress(RECORDS) + gzip.compress(warc("resource", "x")), 3),
        ("a.arc", OLD, 1),
        (
            "a.zip",
            archive(a_jsonl=b"{}\n{}", b_parquet=arrow("parquet"), c_png=b"", d_zip=archive(a_txt=b"")),
            7,
        ),
        ("a.zip", archive(a_warc_gz=gzip.compress(RECORDS)), 2),
        ("a.pdf", b"%PDF", 1),
        ("a.parquet.gz", b"", 1),
    ],
)
def test_the_counter_counts_records(name: str, data: bytes, records: int) -> None:
    assert count_records(name, io.BytesIO(data), len(data)) == (records, "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "data", "records"),
    [
        ("a.txt", b"caf\xe9", 1),
        ("a.jsonl.gz", gzip.compress(b"{}\n" * 5)[:-4], 5),
        ("a.jsonl.gz", gzip.compress(b"{}\n" * 5) + b"garbage", 5),
        ("a.jsonl.gz", gzip.compress(b" " * 90_000_000), 0),
        ("a.txt.gz", b"", 1),
        ("a.json", b"[1, 2", 1),
        ("a.csv", b'id,text\n1,"never closed\n2,x\n', 1),
        ("a.parquet", arrow("parquet")[:-1], 0),
        ("a.warc", RECORDS[:-40], 1),
        ("a.warc", warc("response", "x") + b"garbage\n" + warc("response", "y"), 2),
        ("a.zip", archive(a_txt=b"text")[:-5], 0),
    ],
)
def test_the_counter_sees_damages(name: str, data: bytes, records: int) -> None:
    count = count_records(name, io.BytesIO(data), len(data))  # type: ignore[arg-type]
    assert count.records == records
    assert count.damage
