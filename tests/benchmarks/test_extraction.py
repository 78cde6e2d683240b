"""The arithmetic of the comparison, and a run on pages of our own."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.extraction import Match, extraction, harmonic_mean, make_tools, match, read_samples, shingles
from dedup.read.extract import EXTRACTORS

BODY = "The old quay was closed on Monday. Two of its piles were torn away by the storm in the night."


def test_shingles_are_counted() -> None:
    assert shingles("a b, c d! a b c d").total() == 5
    assert shingles("a b, c d! a b c d")["a", "b", "c", "d"] == 2
    assert shingles("a b") == {("a", "b"): 1}
    assert not shingles(" ... ")


def test_matches() -> None:
    assert match("a b c d e", "a b c d e") == (1, 1)
    assert match("x a b c d", "a b c d e f") == (1 / 2, 1 / 3)
    assert match("a b c d a b c d", "a b c d") == (1 / 5, 1)
    assert match("", "") == (1, 1)
    assert match("", "a") == (0, 0)
    assert match("a", "") == (0, 0)
    assert Match(0.5, 1).f1 == pytest.approx(2 / 3)
    assert harmonic_mean(0, 1) == 0


def test_a_run(tmp_path: Path) -> None:
    page = f"<html><body><article><p>{BODY}</p></article></body></html>"
    data = tmp_path / "docs.jsonl.gz"
    data.write_bytes(gzip.compress(json.dumps({"html": page, "text": BODY}).encode() + b"\n\n"))
    assert read_samples(data) == [(page, BODY)]
    arguments = ["--data", str(data), "--runs", str(tmp_path / "runs")]
    done = CliRunner().invoke(extraction, arguments, catch_exceptions=False)
    tools = make_tools()
    assert {f"dedup, {extractor}" for extractor in EXTRACTORS} < set(tools)
    for tool in tools:
        assert f"| {tool} | 1.0000 | 1.0000 |" in done.output
    (record,) = (tmp_path / "runs").glob("*/extraction.csv")
    assert len(record.read_text("utf-8").splitlines()) == 1 + len(tools)
    assert BODY not in record.with_suffix(".json").read_text("utf-8")
