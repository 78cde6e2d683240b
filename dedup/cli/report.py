"""``dedup report``: what was found as a page for readers without a terminal."""

from __future__ import annotations

import click

from dedup.cli.flags import CONTEXT, LocalPath, results_argument
from dedup.cli.output import progress
from dedup.errors import UsageError


@click.command(context_settings=CONTEXT)
@results_argument
@click.option("-o", "--output", type=LocalPath(), metavar="FILE", help="Page to write. [required]")
@click.option("--overwrite", is_flag=True, help="Replace FILE even if it is no report.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def report(results: str, output: str | None, overwrite: bool, quiet: bool) -> None:
    """Write what RESULTS hold as one offline page: plots, tables, every pair word by word.

    What is too long for a page goes to pages beside it, in the folder FILE-parts.
    """
    if output is None:
        raise UsageError("give the page to write: -o FILE (--output)")
    if output == "-":  # parts of a long report lie in a folder beside the page
        raise UsageError("a report isn't written to standard output; give a file: -o report.html")
    from dedup.results.opened import open_results
    from dedup.view import phrases
    from dedup.view.report import write_report
    from dedup.view.safe import safe

    found = open_results(results)
    with progress(quiet) as shown:
        written = write_report(found, output, overwrite, shown)
    if not quiet:
        beside = f" and {phrases.count(written.parts, 'page')} beside it" if written.parts else ""
        click.echo(f"wrote {safe(str(written.page))}{beside}, {phrases.size(written.bytes)}", err=True)
