"""Samples: blocks of whole records from all over the input, the same every time, and not too many."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.options import Options
from dedup.pipeline.sample import Sample, draw, spread
from dedup.read.files import find_files
from dedup.read.reader import read_rows
from dedup.schema import DOCS

if TYPE_CHECKING:
    from conftest import Scrape

TEXT = DOCS.column_names.index("text")
CUT = 2_000


def sample(scrape: Scrape, least: int = 20_000) -> tuple[Sample, list[str]]:
    """A sample and its texts."""
    folder = scrape.home / "folder"
    folder.mkdir(exist_ok=True)
    drawn = draw(find_files([scrape.inputs], Options())[0], folder, least, CUT)
    items = [item for block in drawn.blocks for item in block.items]
    return drawn, [str(row[TEXT]) for item in items for row in read_rows(item, Options())]


def lines(scrape: Scrape, count: int) -> tuple[list[str], bytes]:
    texts = [scrape.story(number, 20 + number % 50) for number in range(count)]
    return texts, "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_lines_of_a_large_file(name: str, scrape: Scrape) -> None:
    texts, data = lines(scrape, 600)
    scrape.write(name, gzip.compress(data) if name.endswith("gz") else data)
    drawn, found = sample(scrape)
    assert drawn.total == len(data)
    assert 8_000 < drawn.weight < 30_000
    assert set(found) < set(texts)
    assert len(set(found)) == len(found)
    places = [texts.index(text) for text in found]
    assert places == sorted(places)
    assert min(places) < 200
    assert max(places) > 400
    rows = [block.first_row for block in drawn.blocks]
    assert rows == sorted(set(rows))
    assert sample(scrape) == (drawn, found)


def test_a_small_input_is_its_own_sample(scrape: Scrape) -> None:
    texts, data = lines(scrape, 20)
    scrape.write("b.jsonl", data)
    scrape.write("a.txt", "Alone.")
    drawn, found = sample(scrape, 10**6)
    assert drawn.weight == drawn.total
    assert found == ["Alone.", *texts]


def test_small_files_and_row_groups_and_tables(scrape: Scrape) -> None:
    texts, _ = lines(scrape, 200)
    for number, text in enumerate(texts):
        scrape.write(f"{number:03d}.txt", text)
    pq.write_table(pa.table({"text": texts}), scrape.inputs / "t.parquet", row_group_size=10)
    scrape.write("t.csv", "text\n" + "".join(f'"{text}"\n' for text in texts))
    drawn, found = sample(scrape)
    assert 0 < drawn.weight < drawn.total
    assert {str(text).strip() for text in found} - {text.strip() for text in texts} <= {found[-1].strip()}
    kinds = {item.format for block in drawn.blocks for item in block.items}
    assert kinds == {"text", "csv", "parquet"}


def test_a_file_that_is_damaged_is_left_to_its_reader(scrape: Scrape, tmp_path: Path) -> None:
    scrape.write("a.jsonl.gz", b"\x1f\x8b no gzip data at all" * 1000)
    drawn, _ = sample(scrape)
    assert [item.path for block in drawn.blocks for item in block.items] == ["a.jsonl.gz"]


def test_groups_for_processes_become_smaller(scrape: Scrape) -> None:
    scrape.write("a.jsonl", lines(scrape, 600)[1])
    drawn, _ = sample(scrape, 100_000)
    groups = list(spread(drawn.blocks, 2))
    assert [item for group in groups for item in group.items] == [i for b in drawn.blocks for i in b.items]
    assert len({group.key for group in groups}) == len(groups) > 4
    assert groups[0].weight > 4 * groups[-1].weight
