"""``dedup show``: a summary of RESULTS, or one of its tables."""

from __future__ import annotations

import click

from dedup.cli.flags import CONTEXT, json_flag, results_argument, width_flag
from dedup.cli.output import print_json, print_lines, print_view
from dedup.errors import UsageError
from dedup.schema import SHOWN_TABLES

NOUNS = tuple(table.name for table in SHOWN_TABLES)
_TOP = 20


@click.command(context_settings=CONTEXT)
@results_argument
@click.argument("noun", required=False, type=click.Choice(NOUNS))
@click.option("--where", metavar="CONDITION", help="Show rows that hold for a condition in SQL.")
@click.option("--sort", metavar="COLUMN", help="Sort by a column; -COLUMN: the greatest first.")
@click.option(
    "--top", type=click.IntRange(1), help=f"Rows to show; {_TOP} if not given, all with --json and --csv."
)
@width_flag
@json_flag
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print comma-separated values that spreadsheets may open."
)
def show(
    results: str,
    noun: str | None,
    where: str | None,
    sort: str | None,
    top: int | None,
    width: int | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show RESULTS: a summary, or one of its tables.

    CONDITION is over the columns that the README lists, like "kind = 'copy' AND similarity < 0.8"; as columns
    "left" and "right" stand in double quotes.
    """
    if as_json and as_csv:
        raise UsageError("give --json or --csv, not both")
    if noun is None and (where is not None or sort is not None or top is not None or as_csv):
        raise UsageError(f"--where, --sort, --top and --csv are for tables: {', '.join(NOUNS)}")
    from dedup.results.opened import open_results

    found = open_results(results)
    if noun is None:
        from dedup.view.summary import dashboard_json, render_dashboard

        if as_json:
            print_json([dashboard_json(found)])
        else:
            print_view(render_dashboard(found), width)
        return
    from dedup.results.selection import Choice
    from dedup.view import listing

    if as_json:
        print_json(listing.as_json(found, noun, Choice(where, sort, top)))
    elif as_csv:
        print_lines(listing.as_csv(found, noun, Choice(where, sort, top)))
    else:
        print_view(listing.render_table(found, noun, Choice(where, sort, top or _TOP)), width)
