"""RESULTS for tests, from plain rows."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import RenderableType

from dedup.schema import RESULT_TABLES, Table
from dedup.tables.files import arrow_schema, write_part
from dedup.tables.parts import part_path
from dedup.view.console import stdout_console

RUN = {
    "dedup": {"version": "0.1.0"},
    "versions": {"python": "3.11"},
    "status": "done",
    "options": {"threshold": 0.5, "shingle": 5},
    "inputs": {"paths": ["scrape"], "files": 3, "fingerprint": "f"},
    "counts": {"records": 5, "candidates": 9, "capped_buckets": 0},
    "seconds": {"read": 1.25, "align": 0.5},
    "peak_memory_bytes": 123_000_000,
}

_DEFAULTS: dict[str, dict[str, Any]] = {
    "articles": {"words": 0, "text": "", "body": [], "spun_score": 0.0, "spun": False, "warnings": []},
    "pairs": {
        "kind": "copy",
        "similarity": 0.8,
        "left_containment": 0.8,
        "right_containment": 0.8,
        "jaccard": 0.6,
        "longest_run": 10,
        "swapped_words": 0,
        "views": ["copy"],
        "spans": [],
    },
    "clusters": {"similarity_to_keeper": 1.0},
    "spun": {"signal": "lexicon", "weight": 2.0},
    "skipped": {"stage": "read", "reason": "empty", "message": "the text is empty"},
}


def make_results(
    path: Path,
    run: Mapping[str, Any] = RUN,
    rows_per_part: int = 1_000_000,
    **tables: Sequence[Mapping[str, Any]],
) -> Path:
    """Write RESULTS with the rows of some tables; the others are empty, missing columns null."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "run.json").write_text(json.dumps(run), "utf-8")
    for table in RESULT_TABLES:
        rows = [_whole(table, row, number) for number, row in enumerate(tables.get(table.name, ()), 1)]
        parts = [rows[at : at + rows_per_part] for at in range(0, len(rows), rows_per_part)] or [[]]
        for number, part in enumerate(parts):
            batch = pa.RecordBatch.from_pylist(part, schema=arrow_schema(table))
            write_part(part_path(path / table.name, number), table, [batch] if part else [])
    return path


def _whole(table: Table, row: Mapping[str, Any], number: int) -> dict[str, Any]:
    whole: dict[str, Any] = dict.fromkeys(table.column_names)
    whole.update(_DEFAULTS.get(table.name, {}))
    if table.name == "pairs":
        whole["pair"] = number
    whole.update(row)
    if table.name == "articles":
        whole["path"] = whole["path"] or whole["article"]
        whole["words"] = whole["words"] or len(whole["text"].split())
        whole["body"] = whole["body"] or [{"start": 0, "end": len(whole["text"])}]
    return whole


def pair_of(left: str, right: str, texts: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """The row of a pair whose texts are aligned here."""
    from dedup.align.words import align_texts

    alignment, spans = align_texts(texts[left], texts[right])
    return {
        "left": left,
        "right": right,
        "similarity": alignment.similarity,
        "left_containment": alignment.left_containment,
        "right_containment": alignment.right_containment,
        "longest_run": alignment.longest_run,
        "spans": [span._asdict() for span in spans],
        **more,
    }


def screen(renderable: RenderableType, width: int = 80, colour: bool = False) -> str:
    """What a terminal would be sent."""
    file = io.StringIO()
    terminal = {"force_terminal": True, "color_system": "truecolor", "no_color": False}
    stdout_console(width, file, **(terminal if colour else {})).print(renderable)
    return file.getvalue()
