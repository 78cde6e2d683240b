"""Labelled sets of real text, and the crowd of unrelated articles that each is hidden in.

A folder of data has a folder a set, with ``docs.jsonl`` (id, text, and perhaps title, source, date,
group) and, if the set is labelled, ``pairs.jsonl`` and ``neg_pairs.jsonl`` (a, b, label, kind); any may end
in .zst or .gz. Articles get ids of their own, "set/number" and "crowd/number", without spaces and
unique over all sets.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click
import orjson
import pyarrow as pa

from benchmarks.labels import Label

CROWD = {"reuters21578": None, "senate_press": 20_000}  # sets, and how many of each; None: all

_FIELDS = ("text", "title", "source", "date")
_ENDINGS = ("", ".zst", ".gz")
_SETS = "Folder with a folder a set: docs.jsonl, and pairs.jsonl if it is labelled; plain or compressed."
_WORD = re.compile(r"\w+")

Item = TypeVar("Item")
Command = TypeVar("Command", bound=Callable[..., Any])


class Article(NamedTuple):
    """An article of a set or of the crowd.

    id       ours, e.g. "crowd/17"
    name     the id that it has in its set
    fields   text, and title, source and date where there are any
    words    16 bytes that tell its words, case folded, from any others
    group    what it has in common with others of its set, such as their source; '' if that isn't said
    """

    id: str
    name: str
    fields: dict[str, str]
    words: bytes
    group: str = ""


class LabelledSet(NamedTuple):
    """A set; its labels speak of our ids."""

    name: str
    articles: list[Article]
    labels: list[Label]


class Corpus(NamedTuple):
    """A set within its crowd, as files of JSON lines.

    docs      with all fields
    texts     with id and text only
    names     our ids to those of the data
    first     our id of a copy to that of the first article with the same words
    """

    docs: Path
    texts: Path
    names: dict[str, str]
    first: dict[str, str]


def data_option(told: str = _SETS) -> Callable[[Command], Command]:
    """The option for a folder of data; ``told``: what is in it."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.option("--data", required=True, type=folder, help=told)


def find_sets(data: Path, given: str | None) -> list[str]:
    """The names of the labelled sets of a folder, or of those that are given, comma-separated.

    Raises click.BadParameter if one isn't there, or if there is none.
    """
    there = [path.name for path in sorted(data.iterdir()) if path.is_dir() and _pair_files(path)]
    names = there if given is None else [name for name in given.split(",") if name]
    missing = [name for name in names if name not in there]
    if missing or not names:
        known = ", ".join(there) or "none"
        raise click.BadParameter(f"no labelled set {', '.join(missing)} in {data.name}; there are: {known}")
    return names


def read_set(data: Path, name: str) -> LabelledSet:
    """A labelled set.

    Raises click.ClickException if two articles have one id, or if a pair's article isn't there.
    """
    rows = read_rows(data / name)
    articles = [_make_article(f"{name}/{number}", row) for number, row in enumerate(rows)]
    ids = {article.name: article.id for article in articles}
    if len(ids) < len(articles):
        raise click.ClickException(f"{name} has several articles of one id")
    pairs = [row for path in _pair_files(data / name) for row in read_lines(path)]
    try:
        labels = [Label(ids[row["a"]], ids[row["b"]], row["label"], row.get("kind") or "") for row in pairs]
    except KeyError as error:
        raise click.ClickException(f"{name} has pairs of an article that isn't there: {error}") from error
    return LabelledSet(name, articles, labels)


def read_crowd(data: Path, most: int | None) -> list[Article]:
    """The articles of the crowd in the order of their files; at most so many, the first by hash."""
    rows: list[dict[str, Any]] = []
    for name, share in CROWD.items():
        if (data / name).is_dir():
            rows += first_by_hash(read_rows(data / name), share, lambda row: str(row["id"]))
    rows = first_by_hash(rows, most, lambda row: str(row["id"]))
    return [_make_article(f"crowd/{number}", row) for number, row in enumerate(rows)]


def first_by_hash(items: Sequence[Item], most: int | None, name: Callable[[Item], str]) -> list[Item]:
    """At most so many of some things, those whose names hash to the least, in their own order."""
    if most is None or len(items) <= most:
        return list(items)
    chosen = sorted(range(len(items)), key=lambda number: hash_of(name(items[number])))[:most]
    return [items[number] for number in sorted(chosen)]


def hash_of(text: str) -> bytes:
    """16 bytes that stand for a text, by BLAKE2b."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def cut_labels(labels: Sequence[Label], most: int) -> list[Label]:
    """At most so many judged pairs, those that hash to the least."""
    judged = [one for one in labels if one.label is not None]
    return first_by_hash(judged, most, lambda one: f"{one.a} {one.b}")


def write_corpus(place: Path, articles: Iterable[Article]) -> Corpus:
    """Write articles, in their order, below a folder."""
    place.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(place / "docs.jsonl", place / "texts.jsonl", {}, {})
    seen: dict[bytes, str] = {}
    with corpus.docs.open("wb") as docs, corpus.texts.open("wb") as texts:
        for article in articles:
            docs.write(_line({"id": article.id, **article.fields}))
            texts.write(_line({"id": article.id, "text": article.fields["text"]}))
            corpus.names[article.id] = article.name
            first = seen.setdefault(article.words, article.id)
            if first != article.id:
                corpus.first[article.id] = first
    return corpus


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines, plain or compressed."""
    with pa.input_stream(str(path)) as stream:
        yield from (orjson.loads(line) for line in stream.read().splitlines() if line.strip())


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write a file of JSON lines, plain."""
    path.write_bytes(b"".join(map(_line, rows)))


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """The articles of a set as they are written; click.ClickException if it has none."""
    path = _find(folder, "docs.jsonl")
    if path is None:
        raise click.ClickException(f"{folder.name} has no docs.jsonl")
    return list(read_lines(path))


def _make_article(id_: str, row: dict[str, Any]) -> Article:
    fields = {name: row[name] for name in _FIELDS if row.get(name) or name == "text"}
    words = " ".join(_WORD.findall(fields["text"].casefold()))
    return Article(id_, row["id"], fields, hash_of(words), str(row.get("group") or ""))


def _pair_files(folder: Path) -> list[Path]:
    found = (_find(folder, name) for name in ("pairs.jsonl", "neg_pairs.jsonl"))
    return [path for path in found if path is not None]


def _find(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}{ending}" for ending in _ENDINGS)
    return next((path for path in paths if path.exists()), None)


def _line(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record) + b"\n"
