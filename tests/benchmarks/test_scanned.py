"""Readings of articles: how much of them is misread, and what is labelled."""

from __future__ import annotations

from pathlib import Path
from random import Random

from click.testing import CliRunner
from press import write_press

from benchmarks.crowd import find_sets, read_set
from benchmarks.made_sets import SET
from benchmarks.scanned import RATES, read, scanned

TEXT = "The harbour board of Norvik voted on Tuesday to close the old fish market. " * 20


def test_such_a_share_of_the_words_is_misread() -> None:
    assert read(TEXT, 0, Random(1)) == TEXT  # noqa: S311
    read_words = read(TEXT, 0.2, Random(1)).replace("-\n", "").split()  # noqa: S311
    kept = sum(word in TEXT.split() for word in read_words)
    assert 0.7 < kept / len(read_words) < 0.9


def test_sets_are_labelled_and_made_of_what_the_crowd_lacks(tmp_path: Path) -> None:
    data, out = write_press(tmp_path / "data"), tmp_path / "out"
    found = CliRunner().invoke(scanned, [str(out), "--data", str(data), "--articles", "3"])
    assert found.exit_code == 0, found.output
    assert find_sets(out, None) == [f"scanned-{rate:02}" for rate in RATES]
    assert (out / SET / "docs.jsonl").exists()
    one = read_set(out, "scanned-05")
    assert [label.kind for label in one.labels] == ["two readings", "a reading", "a half"]
    assert len(one.articles) == 6
    again = CliRunner().invoke(scanned, [str(tmp_path / "again"), "--data", str(data), "--articles", "3"])
    assert again.exit_code == 0
    written = [folder / "scanned-05" / "docs.jsonl" for folder in (out, tmp_path / "again")]
    assert written[0].read_bytes() == written[1].read_bytes()
