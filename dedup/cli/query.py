"""``dedup query``: single articles against the archive of RESULTS."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.flags import CONTEXT, results_argument
from dedup.cli.output import reader_may_leave
from dedup.errors import UsageError

if TYPE_CHECKING:
    from dedup.archive.search import Searcher
    from dedup.archive.shared import SharedIndex

Answer = Callable[[tuple[Any, ...]], dict[str, Any]]


@click.command(context_settings=CONTEXT)
@results_argument
@click.argument("files", nargs=-1, type=click.Path(), metavar="FILE...")
@click.option("--stdin", "stream", is_flag=True, help="Answer each JSON line of standard input as it comes.")
@click.option("--add", is_flag=True, help="Then add each article to the shared index.")
def query(results: str, files: tuple[str, ...], stream: bool, add: bool) -> None:
    """Look articles up among those of RESULTS, which keep an index; print JSON, a line an article.

    RESULTS may be the URL of a shared index of copies: redis://HOST:PORT/DB#NAME.
    """
    if bool(files) == stream:
        raise UsageError("give FILE..., or --stdin")
    shared = results.startswith("redis://")
    if add and not shared:
        raise UsageError("--add is for an index at redis://; scan --against RESULTS --extend adds to RESULTS")
    answer, searcher = _open_shared(results, add) if shared else _open_archive(results)
    from dedup.view.safe import json_line

    rows = _read(files, searcher)
    with reader_may_leave():
        for row in rows:
            sys.stdout.write(json_line(answer(row)) + "\n")
            sys.stdout.flush()


def _open_archive(results: str) -> tuple[Answer, Searcher]:
    from dedup.archive.search import Searcher

    searcher = Searcher(results)
    return searcher.answer, searcher


def _open_shared(url: str, add: bool) -> tuple[Answer, SharedIndex]:
    from dedup.archive.shared import SharedIndex

    index = SharedIndex(url)
    return functools.partial(index.answer, add=add), index


def _read(files: tuple[str, ...], searcher: Searcher | SharedIndex) -> Iterator[tuple[Any, ...]]:
    from dedup.archive.search import read_stream
    from dedup.cli.articles import read_rows_of

    if files:
        return read_rows_of(files, searcher.options, searcher.file)
    return read_stream(sys.stdin.buffer, searcher.options, searcher.file)
