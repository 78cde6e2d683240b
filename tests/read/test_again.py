from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup
from dedup.errors import DedupError
from dedup.options import Options
from dedup.read.again import Place, read_again
from dedup.read.files import find_files
from dedup.read.lines import BLOCK
from dedup.read.scanned import find_roots
from dedup.read.snapshot import snapshot

if TYPE_CHECKING:
    from conftest import Scrape


def texts_of(results: dedup.Results) -> dict[str, str]:
    names = [row["article"] for row in results.rows("articles", ["article"])]
    return {name: row["text"] for name, row in results.articles(names, ["text"]).items()}


def write_every_format(scrape: Scrape) -> None:
    stories = [scrape.story(number) for number in range(12)]
    lines = "".join(json.dumps({"body": story}) + "\n\n" for story in stories[:4])
    scrape.write("a.txt", "\ufeff" + stories[4])
    scrape.write("1/deep.md", stories[5])
    scrape.write("b.jsonl", lines)
    scrape.write("c.ndjson.gz", gzip.compress(("no json\n" + lines).encode()))
    scrape.write("d.csv", "id,body\n" + "".join(f'{n},"{stories[n]}"\n' for n in range(6, 9)))
    pq.write_table(pa.table({"body": stories[9:]}), scrape.inputs / "e.parquet", row_group_size=1)
    scrape.write(os.fsdecode(b"odd-\xff.txt"), stories[0] + "ends otherwise")


def test_texts_are_those_that_were_scanned(scrape: Scrape) -> None:
    write_every_format(scrape)
    link = scrape.home / "linked.txt"
    link.symlink_to(scrape.write("hidden/.one.txt", scrape.story(30)))
    more = scrape.home / "more"
    more.mkdir()
    (more / "a.txt").write_text(scrape.story(31))
    paths = (scrape.inputs, link, more)
    kept = scrape.scan(*paths, results=scrape.home / "kept", text_column="body")
    left_out = scrape.scan(*paths, text_column="body", no_text=True)
    assert left_out.table("articles", ["text"])["text"].null_count == kept.count("articles") == 19
    assert texts_of(left_out) == texts_of(kept)
    for name in dedup.open_results(scrape.results).run["counts"]:
        assert left_out.run["counts"][name] == kept.run["counts"][name]


def test_no_part_of_results_holds_a_text(scrape: Scrape) -> None:
    for number in range(4):
        scrape.write(f"{number}.txt", scrape.story(1) + f"unlikely{number}")
    results = scrape.scan(no_text=True)
    assert results.count("pairs") == 6
    for name in ("articles", "pairs", "clusters", "skipped", "furniture", "spun"):
        rows = json.dumps(list(results.rows(name)))
        assert "unlikely" not in rows
        assert scrape.words(1)[0] + " " not in rows


def append(path: Path) -> None:
    path.write_text(path.read_text() + "more")


def rewrite(path: Path) -> None:
    """Another text of as many bytes, and a later time."""
    path.write_text(path.read_text().swapcase())


@pytest.mark.parametrize(
    ("change", "said"), [(append, "changed"), (rewrite, "changed"), (Path.unlink, "gone")]
)
@pytest.mark.parametrize("name", ["a.txt", "b.jsonl"])
def test_never_another_text(scrape: Scrape, name: str, change: Callable[[Path], Any], said: str) -> None:
    path = scrape.records(name, {"text": scrape.story(1)})
    results = scrape.scan(no_text=True)
    os.utime(path, ns=(1, 1)) if change is rewrite else None
    change(path)
    with pytest.raises(DedupError, match=f"{name} .*{said}") as caught:
        texts_of(results)
    assert "\n" not in str(caught.value)


def test_a_text_in_disguise_has_other_words(scrape: Scrape) -> None:
    path = scrape.write("a.txt", "one two three")
    status = path.stat()
    results = scrape.scan(no_text=True)
    path.write_text("onetwo three ")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(DedupError, match=r"a\.txt has changed"):
        texts_of(results)


def test_records_far_into_a_file(tmp_path: Path) -> None:
    """Pieces that hold no wanted record are not taken apart."""
    line = json.dumps({"text": "word " * 20_000})
    path = tmp_path / "a.jsonl"
    count = 3 * BLOCK // len(line)
    path.write_text("".join(line.replace("word", f"w{n}", 1) + "\n" for n in range(count)))
    files, _ = find_files([path], Options())
    places = [Place("a.jsonl", record, 20_000) for record in (count, 1, count // 2)]
    found = read_again(places, find_roots(files), snapshot(files), Options())
    assert [text.split()[0] for text in found] == [f"w{place.record - 1}" for place in places if place.record]
