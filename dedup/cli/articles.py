"""Articles and swaps that commands read from files, without a scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from dedup.options import Options

if TYPE_CHECKING:
    from dedup.spun import Lexicon


def lexicon_with(path: str | None) -> Lexicon | None:
    """The shipped lexicon with the swaps of a file; None without one."""
    if path is None:
        return None
    from dedup.spun import own_lexicon, read_own_rows

    return own_lexicon(read_own_rows(path))


def read_articles(paths: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names of articles and their rows of ``schema.DOCS``; what is skipped goes to stderr, a line each."""
    from dedup.schema import DOCS
    from dedup.view.safe import safe

    for values in read_rows_of(paths, Options()):
        row: dict[str, Any] = dict(zip(DOCS.column_names, values, strict=True))
        name = row["path"] if row["record"] is None else f"{row['path']}#{row['record']}"
        if row["text"] is None:
            click.echo(safe(f"skipped {name}: {row['message']}"), err=True)
        else:
            yield row["id"] or name, row


def read_rows_of(paths: Iterable[str], options: Options, first: int = 0) -> Iterator[tuple[Any, ...]]:
    """The rows of ``schema.DOCS`` of files, numbered from ``first`` on; skipped ones go to stderr."""
    from dedup.read.files import find_files
    from dedup.read.items import plan_items
    from dedup.read.reader import read_rows
    from dedup.view.safe import safe

    files, skipped = find_files(list(paths), options)
    for trouble in skipped:
        click.echo(safe(f"skipped {trouble.path}: {trouble.message}"), err=True)
    for group in plan_items([file._replace(file=first + file.file) for file in files]):
        for item in group.items:
            yield from read_rows(item, options)
