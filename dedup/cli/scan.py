"""``dedup scan``: read, find, confirm, flag, write."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.flags import CONTEXT, LocalPath, json_flag, scan_flags
from dedup.cli.output import print_json, print_view, progress
from dedup.errors import GateError, SkippedError, UsageError
from dedup.options import Options

if TYPE_CHECKING:
    from dedup.results.run import Report


@click.command(context_settings=CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True), metavar="PATH...")
@click.option("-o", "--output", type=click.Path(), metavar="RESULTS", help="Directory to write. [required]")
@click.option(
    "--files-from",
    type=LocalPath(allow_dash=True),
    metavar="FILE",
    help="Read the paths that FILE lists, a line each or parted by NUL; -: standard input.",
)
@click.option(
    "--estimate",
    "only_estimate",
    is_flag=True,
    help="Scan a sample, say what time, memory and disk a scan takes, and write nothing.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@json_flag
@scan_flags
def scan(
    paths: tuple[str, ...],
    output: str | None,
    files_from: str | None,
    only_estimate: bool,
    quiet: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Read articles from files, directories and zip archives; find, confirm and flag; write RESULTS.

    PATH - is standard input. With --engine spark each PATH, and RESULTS, may be a URL that the cluster's
    Hadoop knows (hdfs://..., s3a://...).
    """
    options = Options(**values)
    if not paths and files_from is None:
        raise UsageError("give a PATH to read, or a list of them: --files-from FILE")
    if files_from == "-" and "-" in paths:
        raise UsageError("standard input can't be both the list of --files-from and an input")
    if only_estimate and options.engine != "local":
        raise UsageError("--estimate tells what the local engine takes; leave out --engine")
    if output is None and not only_estimate:
        raise UsageError("give RESULTS, a directory to write: -o RESULTS (--output)")
    if only_estimate and options.against is not None:
        raise UsageError("--estimate knows nothing of --against")
    if options.engine == "local":
        from dedup.engine.pool import start_server

        start_server(options.workers, not options.no_spun)
    from dedup.read.given import kept_on_disk, read_list

    listed = [] if files_from is None else read_list(files_from, sys.stdin.buffer)
    with kept_on_disk(paths, sys.stdin.buffer) as places:
        if only_estimate or output is None:
            _estimate(places, listed, options, as_json)
            return
        from dedup.pipeline.scan import scan as run_scan

        with _notes(quiet), progress(quiet or as_json) as shown:
            report = run_scan(places, output, options, shown, listed)
    if as_json:
        print_json([{**report.run, "up_to_date": report.up_to_date, "snapshot": None}])
    elif not quiet:
        _tell(report)
    _hold_gates(report, options)


def _estimate(paths: Sequence[str], listed: Sequence[bytes], options: Options, as_json: bool) -> None:
    from dedup.pipeline.estimate import estimate
    from dedup.view import estimate as view

    expected = estimate(paths, options, listed)
    if as_json:
        print_json([view.estimate_json(expected)])
    else:
        print_view(view.render_estimate(expected))


@contextmanager
def _notes(quiet: bool) -> Iterator[None]:
    """What a scan has to say while it goes on is a line on stderr."""
    import logging

    from dedup.view.safe import safe

    log = logging.getLogger("dedup")
    handler = logging.Handler(logging.ERROR if quiet else logging.WARNING)
    handler.emit = lambda record: click.echo(f"dedup: {safe(record.getMessage())}", err=True)  # type: ignore[method-assign]
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


def _tell(report: Report) -> None:
    if report.up_to_date:
        click.echo(f"{report.results} is up to date: same inputs, same options", err=True)
    if not isinstance(report.results, Path):
        found = (f"{report.counts[what]:,} {what}" for what in ("articles", "pairs", "skipped"))
        click.echo(
            f"{report.results}: {', '.join(found)}; to see them: hadoop fs -get {report.results}", err=True
        )
        return
    from dedup.results.opened import open_results
    from dedup.view.summary import render_dashboard

    print_view(render_dashboard(open_results(report.results)))


def _hold_gates(report: Report, options: Options) -> None:
    counts = report.counts
    hit = [gate for gate in options.fail_on if counts["spun" if gate == "spun" else f"{gate}_pairs"]]
    if hit:
        raise GateError(f"found: {', '.join(hit)} (--fail-on)")
    if options.strict and counts["skipped"]:
        raise SkippedError(
            f"{counts['skipped']} skipped (--strict); see: dedup show {report.results} skipped"
        )
