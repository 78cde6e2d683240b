"""A folder of data for benchmarks that make labelled sets."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.made_sets import SET

_TEXT = "The harbour board voted on Tuesday to close the old fish market. It opens again in spring. " * 12


def write_press(data: Path) -> Path:
    """Write thirty articles more than the crowd takes; the folder."""
    (data / SET).mkdir(parents=True)
    rows = [{"id": f"a{number}", "text": f"{number} {_TEXT}", "source": "s"} for number in range(20_030)]
    (data / SET / "docs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return data
