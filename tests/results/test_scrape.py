"""The scrape written again: what goes is not in it, all else is, and nothing lies elsewhere."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.errors import DedupError, UsageError
from dedup.options import KINDS, Options
from dedup.read.files import File
from dedup.read.given import kept_on_disk
from dedup.read.opening import Place
from dedup.read.without import write_without
from dedup.results import scrape as module
from dedup.results.apply import Fates
from dedup.results.opened import Results, open_results
from dedup.results.scrape import Written, place_below, write_scrape

if TYPE_CHECKING:
    from conftest import Scrape


def written(results: Results, folder: Path, **options: Any) -> Written:
    fates = Fates(results, **options)
    return write_scrape(results, fates.gone(), folder)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if not path.is_dir()
    }


def write_every_format(scrape: Scrape) -> None:
    """Of stories 0 to 5 the first of each is in ``0.txt`` to ``5.txt``, and copies in all the rest."""
    for number in range(6):
        scrape.write(f"{number}.txt", scrape.story(number))
    copies = [scrape.story(number) for number in range(6)]
    own = scrape.story(20)
    scrape.write("a.html", f"<html><body><p>{copies[0]}</p></body></html>")
    scrape.write("deep/b.md", copies[1])
    scrape.records("c.jsonl", {"text": copies[2], "n": 1}, {"text": own, "n": [2]}, {"no": "text"})
    scrape.write("d.json.gz", gzip.compress(json.dumps([{"body": copies[3]}, {"odd": 1}], indent=1).encode()))
    scrape.write("e.csv", f'n,text,mine\r\n1,"{copies[4]}",x\r\n2,"{scrape.story(21)}",y\r\n3,odd\r\n')
    pq.write_table(
        pa.table({"text": [copies[5], scrape.story(22)], "own": [[1], []]}), scrape.inputs / "f.parquet"
    )
    with zipfile.ZipFile(scrape.inputs / "g.zip", "w") as archive:
        archive.writestr("in/copy.txt", copies[1])
        archive.writestr("in/lone.txt", scrape.story(23))
        archive.writestr("lines.jsonl", json.dumps({"text": copies[0]}) + '\n{"text": "short"}\n')
    scrape.write("h.jsonl", b'{"text": "a line that is no copy"}\r\n\xff\n\n')
    scrape.write(".hidden.txt", copies[0])
    scrape.write("picture.png", b"\x89PNG")


def test_each_file_is_there_without_what_goes(scrape: Scrape) -> None:
    write_every_format(scrape)
    results = scrape.scan()
    out = scrape.home / "out"
    done = written(results, out)
    left, given = tree(out), tree(scrape.inputs)
    assert done == Written(len(left), 3, 5)
    assert done.files + done.files_gone == results.run["inputs"]["files"]
    same = [*(f"{number}.txt" for number in range(6)), "h.jsonl"]
    assert {name: left.pop(name) for name in same} == {name: given[name] for name in same}
    assert left.pop("c.jsonl") == b"".join(given["c.jsonl"].splitlines(keepends=True)[1:])
    assert json.loads(gzip.decompress(left.pop("d.json.gz"))) == [{"odd": 1}]
    rows = left.pop("e.csv")
    assert rows == given["e.csv"][: len("n,text,mine\r\n")] + given["e.csv"][given["e.csv"].index(b"2,") :]
    table = pq.read_table(pa.BufferReader(left.pop("f.parquet")))
    assert table.equals(pq.read_table(scrape.inputs / "f.parquet").slice(1))
    assert left == {
        "g.zip/in/lone.txt": scrape.story(23).encode(),
        "g.zip/lines.jsonl": b'{"text": "short"}\n',
    }
    assert tree(scrape.inputs) == given
    assert sorted(os.listdir(scrape.home)) == ["inputs", "out", "results"]


def test_a_scan_of_it_finds_what_stays(scrape: Scrape) -> None:
    write_every_format(scrape)
    results = scrape.scan()
    written(results, scrape.home / "out")
    again = scrape.scan(scrape.home / "out", results=scrape.home / "again")
    gone = {row["article"] for batch in Fates(results).dropped() for row in batch.to_pylist()}
    texts = {row["text"] for row in results.rows("articles") if row["article"] not in gone}
    assert {row["text"] for row in again.rows("articles")} == texts
    assert again.count("pairs") == 0
    assert again.run["counts"]["skipped"] < results.run["counts"]["skipped"]  # hidden ones and pictures


@given(st.sets(st.sampled_from(KINDS), min_size=1), st.booleans())
def test_what_was_scanned_of_a_folder_of_samples(
    samples: dedup.Results, tmp_path_factory: pytest.TempPathFactory, kinds: set[str], drop_spun: bool
) -> None:
    out = tmp_path_factory.mktemp("any") / "out"
    options: dict[str, Any] = {"kinds": sorted(kinds), "drop_spun": drop_spun}
    done = written(samples, out, **options)
    gone = [path for path, _ in Fates(samples, **options).gone()]
    assert done == Written(samples.run["inputs"]["files"] - len(gone), len(gone), 0)
    names = samples.run["snapshot"].keys() - set(gone)
    home = Path(samples.run["inputs"]["roots"][0][1])
    assert tree(out) == {name: (home / name).read_bytes() for name in names}


def test_of_an_extended_archive_and_of_what_is_scanned_against_it(scrape: Scrape) -> None:
    scrape.records("one.jsonl", {"id": "a", "text": scrape.story(1)}, {"id": "b", "text": scrape.story(2)})
    archive = scrape.scan(keep_index=True)
    new = scrape.home / "new"
    new.mkdir()
    story = json.dumps({"id": "c", "text": scrape.story(1)}) + "\n"
    other = json.dumps({"id": "d", "text": scrape.story(3)}) + "\n"
    (new / "two.jsonl").write_text(story + other)
    later = scrape.scan(new, results=scrape.home / "later", against=str(archive.path), extend=True)
    assert written(later, scrape.home / "out") == Written(1, 0, 1)
    assert tree(scrape.home / "out") == {"two.jsonl": other.encode()}
    assert written(open_results(archive.path), scrape.home / "all") == Written(2, 0, 1)
    assert sorted(tree(scrape.home / "all")) == ["one.jsonl", "two.jsonl"]


# ------------------------------------------------------------------ names


def at(shown: str, lies: bytes, member: int | None = None) -> bytes:
    return place_below(File(0, shown, Place(lies, member), "", 0, 0, 0))


def test_names_are_those_that_were_given() -> None:
    assert at("a/b.txt", b"/x/a/b.txt") == b"a/b.txt"
    assert at(r"odd-\xff/b.txt", b"/x/odd-\xff/b.txt") == b"odd-\xff/b.txt"
    assert at(r"2/odd-\xff.txt", b"/x/odd-\xff.txt") == b"2/odd-\xff.txt"
    assert at(r"\xff.txt", rb"/x/\xff.txt") == rb"\xff.txt"
    assert at(r"link-\xff.txt", b"/x/real.txt") == rb"link-\xff.txt"
    assert at(r"\xff.zip/a/b.txt", b"/x/\xff.zip", 3) == b"\xff.zip/a/b.txt"
    assert at(r"link.zip/\xff.txt", b"/x/real.zip", 3) == rb"link.zip/\xff.txt"


@given(
    st.lists(st.sampled_from(["..", ".", "", "a", "b.zip", r"\xff", "\\", "é"]), min_size=1, max_size=5),
    st.lists(st.sampled_from([b"..", b"a", b"b.zip", b"\xff", b"\\", "é".encode()]), max_size=5),
    st.sampled_from([None, 0]),
)
def test_no_name_leads_out(shown: list[str], lies: list[bytes], member: int | None) -> None:
    place = at("/".join(shown), b"/" + b"/".join(lies), member)
    assert b".." not in place.split(b"/")
    assert not place.startswith(b"/")


def test_names_of_hostile_trees(scrape: Scrape) -> None:
    odd = os.fsdecode(b"odd-\xff\n[red].txt")
    scrape.write(odd, scrape.story(1))
    scrape.write("a\\..\\b.txt", scrape.story(2))
    scrape.write("c../b...txt", scrape.story(3))
    with zipfile.ZipFile(scrape.inputs / "z.zip", "w") as archive:
        for name in ("../out.txt", "/abs.txt", "d/../../e.txt", "f//g.txt", "h\n.txt"):
            archive.writestr(name, scrape.story(len(name)))
    done = written(scrape.scan(), scrape.home / "out")
    assert done.files == 5
    assert sorted(tree(scrape.home / "out")) == sorted(
        [odd, "a\\..\\b.txt", "c../b...txt", "z.zip/f/g.txt", "z.zip/h\n.txt"]
    )
    assert sorted(os.listdir(scrape.home)) == ["inputs", "out", "results"]


def test_paths_of_lists_that_lead_up(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    scrape.write("a.txt", scrape.story(1))
    (scrape.home / "here").mkdir()
    monkeypatch.chdir(scrape.home / "here")
    dedup.scan([], scrape.results, Options(jobs=1), listed=[b"../inputs/a.txt"])
    written(open_results(scrape.results), Path("out"))
    assert tree(Path("out")) == {"__/inputs/a.txt": scrape.story(1).encode()}


def test_two_inputs_that_would_lie_in_one_place_are_refused(scrape: Scrape) -> None:
    with zipfile.ZipFile(scrape.inputs / "z.zip", "w") as archive:
        archive.writestr("a/b.txt", scrape.story(1))
        archive.writestr("a//b.txt", scrape.story(2))
    results = scrape.scan()
    with pytest.raises(UsageError, match=r"z\.zip/a/.*b\.txt can't be written beside"):
        written(results, scrape.home / "out")
    assert sorted(os.listdir(scrape.home)) == ["inputs", "results"]


def test_two_inputs_that_are_shown_alike_are_refused(scrape: Scrape) -> None:
    scrape.write(os.fsdecode(b"\xff.txt"), scrape.story(1))
    scrape.write(r"\xff.txt", scrape.story(2))
    with pytest.raises(UsageError, match="under one path; --write-kept"):
        written(scrape.scan(), scrape.home / "out")


# ------------------------------------------------------------------ where, and what can't be written


def test_where_no_scrape_may_be_written(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    scrape.write("a.txt", scrape.story(1))
    monkeypatch.chdir(scrape.home)
    results = scrape.scan(Path("inputs"), results=Path("results"))
    full, file, empty = (scrape.home / name for name in ("full", "file", "empty"))
    full.mkdir()
    (full / "mine").touch()
    file.touch()
    empty.mkdir()
    (scrape.home / "link").symlink_to(empty)
    for place, said in (
        (full, "no empty folder"),
        (file, "no empty folder"),
        (scrape.home / "link", "no empty folder"),
        (scrape.home, "no empty folder"),
        (scrape.results, "no empty folder"),
        (scrape.results / "out", "lies in RESULTS"),
        (Path("inputs/out"), "lies in the input inputs"),
        (scrape.home / "results/../inputs/deep/out", "lies in the input inputs"),
    ):
        with pytest.raises(UsageError, match=said):
            written(results, place)
    with pytest.raises(DedupError, match=r"can't write .*No such file"):
        written(results, scrape.home / "no" / "out")
    monkeypatch.chdir(empty)
    with pytest.raises(UsageError, match="no empty folder"):
        written(results, Path())
    monkeypatch.chdir(scrape.home)
    assert tree(full) == {"mine": b""}
    written(results, empty)
    assert list(tree(empty)) == ["a.txt"]
    written(results, Path("inputs/../beside"))
    assert sorted(os.listdir(scrape.home)) == [
        "beside", "empty", "file", "full", "inputs", "link", "results"
    ]  # fmt: skip


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


@pytest.mark.parametrize(("change", "said"), [(append, "has changed"), (Path.unlink, "is gone")])
@pytest.mark.parametrize("name", ["a.txt", "b.jsonl", "c.txt"])
def test_a_file_that_is_another_one_now(
    scrape: Scrape, name: str, change: Callable[[Path], Any], said: str
) -> None:
    scrape.write("a.txt", scrape.story(1))
    scrape.records("b.jsonl", {"text": scrape.story(1)}, {"text": scrape.story(2)})
    scrape.write("c.txt", scrape.story(3))
    results = scrape.scan()
    change(scrape.inputs / name)
    with pytest.raises(DedupError, match=f"{name} {said} since it was scanned; .*scan again") as caught:
        written(results, scrape.home / "out")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 3
    assert sorted(os.listdir(scrape.home)) == ["inputs", "results"]


def test_a_file_that_changes_while_it_is_written(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    path = scrape.records("a.jsonl", {"text": scrape.story(1)}, {"text": scrape.story(1)})
    results = scrape.scan()

    def late(*given: Any) -> None:
        write_without(*given)
        append(path)

    monkeypatch.setattr(module, "write_without", late)
    with pytest.raises(DedupError, match="has changed"):
        written(results, scrape.home / "out")
    assert sorted(os.listdir(scrape.home)) == ["inputs", "results"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_nothing_behind(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    scrape.write("a.txt", scrape.story(1))
    results = scrape.scan()

    def fail(*given: Any) -> None:
        raise error

    monkeypatch.setattr(module, "copy_as_given", fail)
    with pytest.raises(DedupError if isinstance(error, OSError) else KeyboardInterrupt):
        written(results, scrape.home / "out")
    assert sorted(os.listdir(scrape.home)) == ["inputs", "results"]


def test_damaged_data_of_which_something_goes_are_refused_and_others_copied(scrape: Scrape) -> None:
    lines = b"".join(json.dumps({"text": scrape.story(number)}).encode() + b"\n" for number in range(100))
    damaged = gzip.compress(lines)[:-400]
    scrape.write("a.jsonl.gz", damaged)
    written(scrape.scan(), scrape.home / "same")
    assert tree(scrape.home / "same") == {"a.jsonl.gz": damaged}
    scrape.write("0.txt", scrape.story(1))
    results = scrape.scan(overwrite=True)
    with pytest.raises(
        UsageError, match=r"^a\.jsonl\.gz can't be written again: .*too early; scan without it"
    ) as told:
        written(results, scrape.home / "out")
    assert "--write-kept" in str(told.value)
    assert sorted(os.listdir(scrape.home)) == ["inputs", "results", "same"]


def test_inputs_that_can_not_be_read_again(scrape: Scrape) -> None:
    with kept_on_disk(["-"], io.BytesIO(scrape.story(1).encode())) as paths:
        dedup.scan(paths, scrape.results, Options(jobs=1))
    results = open_results(scrape.results)
    with pytest.raises(UsageError, match=r"standard input can't be read again.*--write-kept"):
        written(results, scrape.home / "out")
    for inputs, said in (
        ({"paths": ["hdfs://nn/x"], "files": 1, "roots": [["", "hdfs://nn/x/"]]}, "is a URL.*--write-kept"),
        ({"paths": ["x"], "files": 1}, "earlier version.*scan into new RESULTS"),
    ):
        results.run["inputs"] = inputs
        with pytest.raises(UsageError, match=said):
            written(results, scrape.home / "out")
    assert sorted(os.listdir(scrape.home)) == ["inputs", "results"]
