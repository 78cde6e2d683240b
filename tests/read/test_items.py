from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import orjson

from dedup.options import Options
from dedup.read.files import find_files
from dedup.read.items import GROUP_ITEMS, Item, plan_items

from .reading import file_at, rows_of_items, texts, zstd


def plan(path: Path, block: int) -> list[list[Item]]:
    return [group.items for group in plan_items(find_files([path], Options())[0], block)]


def test_small_files_go_together_in_order(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number:02}.txt").write_text("x" * 100)
    groups = plan(tmp_path, 1000)
    assert [len(group) for group in groups] == [10] * 5
    assert [item.file for group in groups for item in group] == list(range(50))
    assert all(item.data is None and item.stop is None for group in groups for item in group)


def test_many_empty_files_are_cut_into_groups(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    files = [file_at(tmp_path / "a.txt", "text")] * (2 * GROUP_ITEMS + 1)
    assert [len(group.items) for group in plan_items(files)] == [GROUP_ITEMS, GROUP_ITEMS, 1]


def test_big_files_are_cut_at_lines(tmp_path: Path) -> None:
    words = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(1000)]
    lines = b"".join(orjson.dumps({"text": words[number]}) + b"\n" for number in range(1000))
    (tmp_path / "a.txt").write_text("small")
    (tmp_path / "b.jsonl").write_bytes(lines)
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(lines))
    (tmp_path / "d.jsonl.zst").write_bytes(zstd(lines))
    (tmp_path / "e.txt").write_text("small")
    groups = plan(tmp_path, 4000)
    plain = [item for group in groups for item in group if item.file == 1]
    assert [(item.data, item.start) for item in plain[:2]] == [(None, 0), (None, plain[0].stop)]
    assert plain[-1].stop == len(lines)
    for file in (2, 3):
        packed = [item for group in groups for item in group if item.file == file]
        assert b"".join(item.data or b"" for item in packed) == lines
        assert [item.first for item in packed] == [item.first for item in plain]
        assert all(len(item.data or b"") <= 4000 for item in packed)
    assert [item.file for group in groups for item in group] == sorted(
        item.file for group in groups for item in group
    )
    rows = rows_of_items(item for group in groups for item in group)
    assert texts(rows) == ["small", *words * 3, "small"]


def test_planning_is_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text":"a"}\n' * 500)
    assert plan(tmp_path, 1000) == plan(tmp_path, 1000)
    assert len(plan(tmp_path, 10**6)) == 1
