from __future__ import annotations

import csv
from pathlib import Path

from rich.text import Text

from benchmarks.pictures.command import HERE, SAMPLES, _draw


def test_every_sample_has_a_source_and_a_date() -> None:
    with (HERE / "sources.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    readable = {path.name for path in SAMPLES.glob("*.txt") if path.stat().st_size > 200}
    assert {row["file"] for row in rows} >= readable
    assert all(row["source"].endswith(".example") and row["published"].endswith("Z") for row in rows)


def test_a_drawn_terminal_loads_nothing(tmp_path: Path) -> None:
    _draw(tmp_path / "screen.svg", "dedup show results", Text("1 < 2 pairs"))
    drawn = (tmp_path / "screen.svg").read_text("utf-8")
    assert "1&#160;&lt;&#160;2&#160;pairs" in drawn
    assert "url(http" not in drawn
    assert "@font-face" not in drawn
