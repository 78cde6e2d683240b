"""``dedup query``: single articles against the archive of RESULTS."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.flags import CONTEXT, results_argument
from dedup.cli.output import reader_may_leave
from dedup.errors import UsageError

if TYPE_CHECKING:
    from dedup.query import Searcher


@click.command(context_settings=CONTEXT)
@results_argument
@click.argument("files", nargs=-1, type=click.Path(), metavar="FILE...")
@click.option("--stdin", "stream", is_flag=True, help="Answer each JSON line of standard input as it comes.")
def query(results: str, files: tuple[str, ...], stream: bool) -> None:
    """Look articles up among those of RESULTS, which keep an index; print JSON, a line an article."""
    if bool(files) == stream:
        raise UsageError("give FILE..., or --stdin")
    from dedup.query import Searcher
    from dedup.view.safe import json_line

    searcher = Searcher(results)
    rows = _read(files, searcher)
    with reader_may_leave():
        for row in rows:
            sys.stdout.write(json_line(searcher.answer(row)) + "\n")
            sys.stdout.flush()


def _read(files: tuple[str, ...], searcher: Searcher) -> Iterator[tuple[Any, ...]]:
    from dedup.cli.articles import read_rows_of
    from dedup.query import read_stream

    if files:
        return read_rows_of(files, searcher.options, searcher.file)
    return read_stream(sys.stdin.buffer, searcher.options, searcher.file)
