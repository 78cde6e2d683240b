"""``dedup explain``: why a pair is what it is, or two articles are none."""

from __future__ import annotations

import click

from dedup.cli.flags import CONTEXT, json_flag, results_argument, width_flag
from dedup.cli.output import print_json, print_view


@click.command(context_settings=CONTEXT)
@results_argument
@click.argument("which", nargs=-1, required=True, metavar="PAIR | LEFT RIGHT | ARTICLE")
@width_flag
@json_flag
def explain(results: str, which: tuple[str, ...], width: int | None, as_json: bool) -> None:
    """Say why a pair is what it is, why two articles are none, or what is known of an article."""
    from dedup.results.opened import open_results
    from dedup.view import explain as view

    found = open_results(results)
    if as_json:
        print_json([view.explain_json(found, which)])
    else:
        print_view(view.explain(found, which), width)
