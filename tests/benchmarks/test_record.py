from __future__ import annotations

import csv
import json
import platform
import re
import sys
from pathlib import Path

import pytest

from benchmarks import plot
from benchmarks.record import Record, machine, slug_of, versions, without_folders


@pytest.mark.parametrize(
    ("cpu", "cores", "slug"),
    [
        ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 2, "intel-xeon-e5-2680-v4-2-cores"),
        ("AMD EPYC 7763 64-Core Processor", 4, "amd-epyc-7763-64-core-4-cores"),
        ("aarch64", 8, "aarch64-8-cores"),
    ],
)
def test_slugs(cpu: str, cores: int, slug: str) -> None:
    assert slug_of({"cpu": cpu, "cores": cores}) == slug


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("/some/where/docs", "docs"),
        ("some/where/", "where"),
        ("--work=/some/where", "--work=where"),
        ("rensa,gaoya", "rensa,gaoya"),
        ("no spun=--no-spun", "no spun=--no-spun"),
        ("0.5", "0.5"),
    ],
)
def test_folders_are_nobodys_business(word: str, shown: str) -> None:
    assert without_folders(word) == shown


def test_machine() -> None:
    facts = machine()
    assert facts["cores"] >= 1
    assert facts["memory"] > 2**20
    assert platform.node() not in json.dumps(facts)


def test_versions_name_dedup() -> None:
    assert versions()["dedup"]
    assert versions(Path(sys.executable)) == versions()


def test_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["x", "speed", "/some/corpus", "--variant", "a=-b c"])
    record = Record("speed", tmp_path, threads=2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-[a-z0-9-]+-cores", record.folder.name)
    content = json.loads(record.path("json").read_text())
    assert content["command"] == "python -m benchmarks speed corpus --variant 'a=-b c'"
    assert content["threads"] == 2
    assert content["machine"] == machine()
    record.write([{"tool": "a", "seconds": 1.5}])
    record.write([{"tool": "a", "seconds": 1.5}, {"tool": "b", "seconds": 2, "pairs": 3}])
    with record.path("csv").open() as file:
        assert list(csv.reader(file)) == [["tool", "seconds", "pairs"], ["a", "1.5", ""], ["b", "2", "3"]]


def test_plots(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    first, second, grown = tmp_path / "a.svg", tmp_path / "b.svg", tmp_path / "c.svg"
    bars = [plot.Bar("slow", 2.0, "recall 0.900", False), plot.Bar("dedup", 1.0, "recall 0.990", True)]
    plot.draw_bars(first, "title", bars)
    plot.draw_bars(second, "title", bars)
    assert first.read_bytes() == second.read_bytes()
    assert ">1.0 s  recall 0.990<" in first.read_text()
    plot.draw_scaling(grown, "title", [plot.Point(10_000, 250.0, 300.0), plot.Point(1000, 300.0, 200.0)])
    assert ">µs an article<" in grown.read_text()
