"""Records of JSON lines that benchmarks take their samples from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from dedup.read.lines import cut_lines
from dedup.read.opening import Place, Stream


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines, plain or compressed."""
    with Stream(Place(bytes(path))) as stream:
        lines = (line for block in cut_lines(stream) for line in bytes(block.data).splitlines())
        return [orjson.loads(line) for line in lines if line.strip()]
