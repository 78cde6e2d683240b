"""Labelled sets that are made of real articles, for ``quality``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from benchmarks.crowd import CROWD, first_by_hash, read_rows, write_lines

SET = "senate_press"  # of which the crowd takes a part
_LEAST, _MOST = 120, 1000  # words of an article
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

Ends = tuple[tuple[str, str], tuple[str, str]]  # id and text of either article of a pair


def choose_articles(data: Path, most: int, seed: int) -> list[dict[str, Any]]:
    """At most so many articles that the crowd doesn't have, others for another seed."""
    rows = read_rows(data / SET)
    crowd = {row["id"] for row in first_by_hash(rows, CROWD[SET], lambda row: str(row["id"]))}
    rest = [row for row in rows if row["id"] not in crowd and _LEAST <= len(row["text"].split()) <= _MOST]
    return first_by_hash(rest, most, lambda row: f"{seed} {row['id']}")


def write_sets(out: Path, data: Path, sets: Iterable[tuple[str, list[tuple[str, Ends]]]]) -> None:
    """Write sets, each with its name and its pairs: what they are, and both ends; link those of the crowd."""
    out.mkdir(parents=True, exist_ok=True)
    for name in CROWD:
        if (data / name).is_dir() and not (out / name).exists():
            (out / name).symlink_to((data / name).resolve(), target_is_directory=True)
    names = []
    for name, pairs in sets:
        (out / name).mkdir(exist_ok=True)
        docs = {id_: {"id": id_, "text": text} for _, ends in pairs for id_, text in ends}
        write_lines(out / name / "docs.jsonl", docs.values())
        labels = [{"a": a, "b": b, "label": 1, "kind": kind} for kind, ((a, _), (b, _)) in pairs]
        write_lines(out / name / "pairs.jsonl", labels)
        names.append(name)
    click.echo(f"{out}: {', '.join(names)}", err=True)


def first_half(text: str) -> str:
    """The first half of the sentences of a text."""
    sentences = _SENTENCE_END.split(text)
    return " ".join(sentences[: (len(sentences) + 1) // 2])
