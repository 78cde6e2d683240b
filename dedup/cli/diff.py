"""``dedup diff``: two texts word by word."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.articles import lexicon_with, read_articles
from dedup.cli.flags import CONTEXT, json_flag, lexicon_flag, width_flag
from dedup.cli.output import print_json, print_view
from dedup.errors import UsageError

if TYPE_CHECKING:
    from dedup.spun import Lexicon


@click.command(context_settings=CONTEXT)
@click.argument("where", nargs=-1, required=True, metavar="RESULTS PAIR | RESULTS LEFT RIGHT | FILE FILE")
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
@json_flag
def diff(
    where: tuple[str, ...], context: int, full: bool, lexicon: str | None, width: int | None, as_json: bool
) -> None:
    """Show two texts word by word: a pair of RESULTS, or two files."""
    from dedup.view import diff as view

    words = None if full else context
    if os.path.isdir(where[0]):
        if lexicon is not None:
            raise UsageError("--lexicon is for two files; RESULTS tell what their own scan found")
        from dedup.results import open_results

        found = open_results(where[0])
        if as_json:
            row, left, right = view.sides_of_pair(found, _selector(where))
            print_json([view.diff_json(left, right, row["spans"], view.Verdict.of(row))])
        else:
            print_view(view.diff_of_pair(found, _selector(where), width=width, context=words), width)
        return
    if len(where) != 2:
        raise UsageError("dedup diff takes RESULTS and a pair, or two files")
    left, right, compared = _compare_files(*where, lexicon_with(lexicon))
    verdict = view.Verdict.of(compared._asdict()) if compared.kind else None
    if as_json:
        print_json([view.diff_json(left, right, compared.spans, verdict)])
    else:
        print_view(view.render_diff(left, right, compared.spans, verdict, width=width, context=words), width)


def _selector(where: tuple[str, ...]) -> list[str]:
    if len(where) not in (2, 3):
        raise UsageError("name a pair by its number, or by its two articles; see: dedup show RESULTS pairs")
    return list(where[1:])


def _compare_files(left: str, right: str, lexicon: Lexicon | None) -> tuple[Any, Any, Any]:
    from dedup.pair import compare
    from dedup.view.diff import Side

    texts = []
    for name in (left, right):
        articles = list(read_articles((name,)))
        if len(articles) != 1:
            raise UsageError(f"{name} holds {len(articles)} articles; dedup diff takes files of one")
        texts.append(articles[0][1])
    compared = compare(texts[0], texts[1], lexicon=lexicon)
    evidence = (compared.left_evidence, compared.right_evidence)
    sides = [
        Side(name, text, spun=compared.spun_side == side, evidence=tuple(found_here))
        for name, text, side, found_here in zip(
            (left, right), texts, ("left", "right"), evidence, strict=True
        )
    ]
    return sides[0], sides[1], compared
