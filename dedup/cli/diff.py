"""``dedup diff``: two texts word by word."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.articles import lexicon_with, read_articles
from dedup.cli.flags import CONTEXT, json_flag, lexicon_flag, pager_flag, width_flag
from dedup.cli.output import print_json, print_views
from dedup.errors import UsageError

if TYPE_CHECKING:
    from dedup.spun import Lexicon


@click.command(context_settings=CONTEXT)
@click.argument("where", nargs=-1, required=True, metavar="RESULTS [PAIR | LEFT RIGHT] | FILE FILE")
@click.option(
    "--cluster",
    type=click.IntRange(1),
    help="Show the keeper of a cluster against each member. See: dedup show RESULTS clusters.",
)
@click.option(
    "--context",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Equal words shown around a difference.",
)
@click.option("--full", is_flag=True, help="Fold nothing.")
@lexicon_flag
@width_flag
@pager_flag
@json_flag
def diff(
    where: tuple[str, ...],
    cluster: int | None,
    context: int,
    full: bool,
    lexicon: str | None,
    width: int | None,
    pager: bool,
    as_json: bool,
) -> None:
    """Show two texts word by word: a pair or two articles of RESULTS, a cluster's pairs, or two files."""
    words = None if full else context
    if os.path.isdir(where[0]):
        if lexicon is not None:
            raise UsageError("--lexicon is for two files; RESULTS tell what their own scan found")
        found = _of_results(where, cluster, width, words, as_json)
    elif cluster is not None:
        raise UsageError("--cluster is for RESULTS")
    else:
        found = _of_files(where, lexicon_with(lexicon), width, words, as_json)
    if as_json:
        print_json(found)
    else:
        print_views(found, width, pager)


def _of_results(
    where: tuple[str, ...], cluster: int | None, width: int | None, context: int | None, as_json: bool
) -> Iterable[Any]:
    """Values for JSON, or renderables."""
    from dedup.results.opened import open_results
    from dedup.view import cluster as clusters
    from dedup.view import diff as view

    results, pair = open_results(where[0]), list(where[1:])
    if cluster is not None:
        if pair:
            raise UsageError("name a pair or a --cluster, not both")
        if as_json:
            return clusters.diffs_of_cluster_json(results, cluster)
        return clusters.diffs_of_cluster(results, cluster, width=width, context=context)
    if len(pair) not in (1, 2):
        raise UsageError("name a pair by its number, or by its two articles; see: dedup show RESULTS pairs")
    if as_json:
        return [view.diff_json_of_pair(results, pair)]
    return [view.diff_of_pair(results, pair, width=width, context=context)]


def _of_files(
    where: tuple[str, ...], lexicon: Lexicon | None, width: int | None, context: int | None, as_json: bool
) -> Iterable[Any]:
    """Values for JSON, or renderables."""
    from dedup.view import diff as view

    if len(where) != 2:
        raise UsageError("dedup diff takes RESULTS and a pair, or two files")
    left, right, compared = _compare(*where, lexicon)
    verdict = view.Verdict.of(compared._asdict())
    if as_json:
        return [view.diff_json(left, right, compared.spans, verdict, compared.passages)]
    passages = compared.passages
    return [
        view.render_diff(
            left, right, compared.spans, verdict, passages=passages, width=width, context=context
        )
    ]


def _compare(left: str, right: str, lexicon: Lexicon | None) -> tuple[Any, Any, Any]:
    from dedup.verify.pair import compare
    from dedup.view.diff import Side

    rows = []
    for name in (left, right):
        articles = list(read_articles((name,)))
        if len(articles) != 1:
            raise UsageError(f"{name} holds {len(articles)} articles; dedup diff takes files of one")
        rows.append(articles[0][1])
    compared = compare(rows[0]["text"], rows[1]["text"], lexicon=lexicon)
    evidence = (compared.left_evidence, compared.right_evidence)
    sides = [
        Side(
            name=name,
            text=row["text"],
            title=row["title"],
            source=row["source"],
            published=row["published"],
            spun=compared.spun_side == side,
            evidence=tuple(found_here),
        )
        for name, row, side, found_here in zip((left, right), rows, ("left", "right"), evidence, strict=True)
    ]
    return sides[0], sides[1], compared
