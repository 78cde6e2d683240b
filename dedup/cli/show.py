"""``dedup show``: a summary of RESULTS, or one of its tables."""

from __future__ import annotations

import click

from dedup.cli.flags import CONTEXT, json_flag, results_argument, width_flag
from dedup.cli.output import print_json, print_view

NOUNS = ("pairs", "clusters", "spun", "skipped", "furniture")


@click.command(context_settings=CONTEXT)
@results_argument
@click.argument("noun", required=False, type=click.Choice(NOUNS))
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows to show.")
@width_flag
@json_flag
def show(results: str, noun: str | None, top: int, width: int | None, as_json: bool) -> None:
    """Show RESULTS: a summary, or the table of pairs, clusters, spun text, skipped inputs or furniture."""
    from dedup.results import open_results

    found = open_results(results)
    if noun is None:
        from dedup.view.summary import dashboard_json, render_dashboard

        if as_json:
            print_json([dashboard_json(found)])
        else:
            print_view(render_dashboard(found), width)
        return
    from dedup.view import listing

    if as_json:
        print_json(listing.as_json(found, noun))
    else:
        print_view(listing.render_table(found, noun, top), width)
