"""The command line: thin. Flags of ``scan`` come from ``options``; commands import what they need."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import time
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from dedup.errors import DedupError, GateError, Interrupted, SkippedError, Terminated, UsageError
from dedup.options import Options, flag_of, rule_of

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from dedup.engine.protocol import Progress
    from dedup.run import Report
    from dedup.spun import Lexicon

_NOUNS = ("pairs", "clusters", "spun", "skipped", "furniture")
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

Command = Callable[..., Any]


@click.group(context_settings=_CONTEXT)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=lambda *a: _print_versions(*a)
)
def dedup() -> None:
    r"""Find articles that tell the same text, and text put through a synonym spinner.

    \b
    Exit status: 0 done, whatever was found; 1 a gate was hit (--fail-on);
    2 wrong use or nothing to read; 3 the run failed; 4 done, but something was
    skipped (--strict); 130 interrupted, 143 terminated, state kept.
    """


def _print_versions(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from dedup.run import versions

    for name, version in versions().items():
        click.echo(f"{name} {version}")
    context.exit()


# ------------------------------------------------------------------ options as flags


def scan_flags(command: Command) -> Command:
    """Add a flag for every field of ``Options``."""
    hints = typing.get_type_hints(Options)
    for field in reversed(dataclasses.fields(Options)):
        rule = rule_of(field)
        help_text = rule.help + (f" ({rule.unit})" if rule.unit and rule.unit not in rule.help else "")
        flag = flag_of(field.name)
        if hints[field.name] is bool:
            add = click.option(flag, is_flag=True, help=help_text)
        else:
            kind = _click_type(hints[field.name], rule.choices)
            default = None if rule.many else field.default
            add = click.option(
                flag,
                type=kind,
                default=default,
                multiple=rule.many,
                show_default=default is not None,
                help=help_text,
            )
        command = add(command)
    return command


def _click_type(hint: Any, choices: tuple[str, ...]) -> Any:
    if choices:
        return click.Choice(choices)
    if isinstance(hint, types.UnionType):
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    return {int: int, float: float}.get(hint, str)


_width = click.option(
    "--width", type=click.IntRange(40, 1000), help="Columns to use; the terminal's if not given."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead, one value a line.")
_results = click.argument("results", type=click.Path())
_own_swaps = click.option(
    "--lexicon",
    metavar="FILE",
    help=next(rule_of(field).help for field in dataclasses.fields(Options) if field.name == "lexicon"),
)


# ------------------------------------------------------------------ commands


@dedup.command(context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True), metavar="PATH...")
@click.option("-o", "--output", type=click.Path(), metavar="RESULTS", help="Directory to write. [required]")
@click.option(
    "--files-from",
    type=click.Path(allow_dash=True),
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
@_json
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

    PATH - is standard input.
    """
    options = Options(**values)
    if not paths and files_from is None:
        raise UsageError("give a PATH to read, or a list of them: --files-from FILE")
    if files_from == "-" and "-" in paths:
        raise UsageError("standard input can't be both the list of --files-from and an input")
    if output is None and not only_estimate:
        raise UsageError("give RESULTS, a directory to write: -o RESULTS (--output)")
    from dedup.engine.pool import start_server

    start_server(options.workers, not options.no_spun)
    from dedup.read.given import kept_on_disk, read_list

    listed = [] if files_from is None else read_list(files_from, sys.stdin.buffer)
    with kept_on_disk(paths, sys.stdin.buffer) as places:
        if only_estimate or output is None:
            _estimate(places, listed, options, as_json)
            return
        from dedup.pipeline import scan as run_scan

        with _notes(quiet), _progress(quiet or as_json) as progress:
            report = run_scan(places, output, options, progress, listed)
    if as_json:
        _print_json([{**report.run, "up_to_date": report.up_to_date, "snapshot": None}])
    elif not quiet:
        _tell(report)
    _hold_gates(report, options)


def _estimate(paths: Sequence[str], listed: Sequence[bytes], options: Options, as_json: bool) -> None:
    from dedup.estimate import estimate
    from dedup.view import estimate as view

    expected = estimate(paths, options, listed)
    if as_json:
        _print_json([view.estimate_json(expected)])
    else:
        _print(view.render_estimate(expected))


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


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress | None]:
    if quiet:
        yield None
        return
    from dedup.view.console import stderr_console
    from dedup.view.progress import LineProgress, TerminalProgress

    shown = TerminalProgress(stderr_console()) if sys.stderr.isatty() else LineProgress(sys.stderr)
    with shown as progress:
        yield progress


def _tell(report: Report) -> None:
    if report.up_to_date:
        click.echo(f"{report.results} is up to date: same inputs, same options", err=True)
    from dedup.results import open_results
    from dedup.view.summary import render_dashboard

    _print(render_dashboard(open_results(report.results)))


def _hold_gates(report: Report, options: Options) -> None:
    counts = report.counts
    hit = [gate for gate in options.fail_on if counts["spun" if gate == "spun" else f"{gate}_pairs"]]
    if hit:
        raise GateError(f"found: {', '.join(hit)} (--fail-on)")
    if options.strict and counts["skipped"]:
        raise SkippedError(
            f"{counts['skipped']} skipped (--strict); see: dedup show {report.results} skipped"
        )


@dedup.command(context_settings=_CONTEXT)
@_results
@click.argument("noun", required=False, type=click.Choice(_NOUNS))
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows to show.")
@_width
@_json
def show(results: str, noun: str | None, top: int, width: int | None, as_json: bool) -> None:
    """Show RESULTS: a summary, or the table of pairs, clusters, spun text, skipped inputs or furniture."""
    from dedup.results import open_results

    found = open_results(results)
    if noun is None:
        from dedup.view.summary import dashboard_json, render_dashboard

        if as_json:
            _print_json([dashboard_json(found)])
        else:
            _print(render_dashboard(found), width)
        return
    from dedup.view import listing

    if as_json:
        _print_json(listing.as_json(found, noun))
    else:
        _print(listing.render_table(found, noun, top), width)


@dedup.command(context_settings=_CONTEXT)
@click.argument("where", nargs=-1, required=True, metavar="RESULTS PAIR | RESULTS LEFT RIGHT | FILE FILE")
@click.option(
    "--context",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Equal words shown around a difference.",
)
@click.option("--full", is_flag=True, help="Fold nothing.")
@_own_swaps
@_width
@_json
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
            _print_json([view.diff_json(left, right, row["spans"], view.Verdict.of(row))])
        else:
            _print(view.diff_of_pair(found, _selector(where), width=width, context=words), width)
        return
    if len(where) != 2:
        raise UsageError("dedup diff takes RESULTS and a pair, or two files")
    left, right, compared = _compare_files(*where, _lexicon(lexicon))
    verdict = view.Verdict.of(compared._asdict()) if compared.kind else None
    if as_json:
        _print_json([view.diff_json(left, right, compared.spans, verdict)])
    else:
        _print(view.render_diff(left, right, compared.spans, verdict, width=width, context=words), width)


def _selector(where: tuple[str, ...]) -> list[str]:
    if len(where) not in (2, 3):
        raise UsageError("name a pair by its number, or by its two articles; see: dedup show RESULTS pairs")
    return list(where[1:])


def _lexicon(path: str | None) -> Lexicon | None:
    """The shipped lexicon with the swaps of a file; None without one."""
    if path is None:
        return None
    from dedup.spun import own_lexicon, read_own_rows

    return own_lexicon(read_own_rows(path))


def _compare_files(left: str, right: str, lexicon: Lexicon | None) -> tuple[Any, Any, Any]:
    from dedup.pair import compare
    from dedup.view.diff import Side

    texts = []
    for name in (left, right):
        articles = list(_read_articles((name,)))
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


@dedup.command(context_settings=_CONTEXT)
@_results
@click.argument("which", nargs=-1, required=True, metavar="PAIR | LEFT RIGHT | ARTICLE")
@_width
@_json
def explain(results: str, which: tuple[str, ...], width: int | None, as_json: bool) -> None:
    """Say why a pair is what it is, or what is known of an article."""
    from dedup.results import open_results
    from dedup.view import explain as view

    found = open_results(results)
    if as_json:
        _print_json([view.explain_json(found, which)])
    else:
        _print(view.explain(found, which), width)


@dedup.command(context_settings=_CONTEXT)
@_results
@click.option("--threshold", type=float, help="Where to cut; that of the scan if not given.")
@click.option(
    "-o", "--output", type=click.Path(), metavar="OTHER", help="Write RESULTS of what holds there to OTHER."
)
@click.option(
    "--judge",
    "answers",
    multiple=True,
    metavar="PAIR=yes|no",
    help="Keep a judgement of a pair; many may be given.",
)
@click.option("--ask", is_flag=True, help="Show pairs near the threshold and ask for a judgement of each.")
@click.option(
    "--judged", type=click.Path(), metavar="FILE", help="File of judgements; RESULTS/judged.tsv if not given."
)
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, help="Pairs to judge next.")
@_width
@_json
def tune(
    results: str,
    threshold: float | None,
    output: str | None,
    answers: tuple[str, ...],
    ask: bool,
    judged: str | None,
    top: int,
    width: int | None,
    as_json: bool,
) -> None:
    """Show what each threshold would leave of RESULTS; keep judgements of pairs; cut RESULTS anew.

    Judgements serve dedup scan --ignore FILE too.
    """
    if ask and (as_json or not (sys.stdin.isatty() and sys.stdout.isatty())):
        raise UsageError("--ask needs a terminal, and no --json; elsewhere judge with --judge PAIR=yes|no")
    from dedup.judging import Judge
    from dedup.results import open_results

    found = open_results(results)
    judge = Judge(found, judged, adding=ask or bool(answers))
    judge.take(answers)
    from dedup.graph import load_graph
    from dedup.tune import border

    graph = load_graph(found)
    graph.judge(judge.judged)
    at = graph.own if threshold is None else threshold
    graph.check(at)
    from dedup.view import tune as view

    if ask:
        view.ask(found, border(found, graph, at, top), _console(width), _answer, judge.keep)
        graph.judge(judge.judged)
    if judge.kept:
        click.echo(f"dedup: judgements kept in {judge.path}: {judge.kept}", err=True)
    if output is not None:
        from pathlib import Path

        from dedup.recut import recut

        run = recut(found, graph, at, judge.judged, Path(output))
        if as_json:
            _print_json([run])
        else:
            from dedup.view.summary import render_dashboard

            _print(render_dashboard(open_results(output)), width)
        return
    shown = view.Tuning.of(found, graph, at, len(judge.judged), top)
    if as_json:
        _print_json([view.tuning_json(shown)])
    else:
        _print(view.render_tuning(shown), width)


def _answer(question: str) -> str:
    """A line of standard input; empty at its end."""
    click.echo(question, nl=False)
    line = sys.stdin.readline()
    if not line:
        click.echo()
    return line


@dedup.command(context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path(), metavar="PATH... | --learn RESULTS")
@click.option("--all", "everything", is_flag=True, help="Show articles that are not flagged too.")
@click.option("--fail-on-spun", is_flag=True, help="Exit with status 1 if any article is flagged.")
@_own_swaps
@click.option(
    "--learn",
    "results",
    type=click.Path(),
    metavar="RESULTS",
    help="Print swaps that recur in the pairs of RESULTS and that the lexicon lacks, for review.",
)
@click.option(
    "--least",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="With --learn: pairs that a swap must recur in.",
)
@_width
@_json
def spun(
    paths: tuple[str, ...],
    everything: bool,
    fail_on_spun: bool,
    lexicon: str | None,
    results: str | None,
    least: int,
    width: int | None,
    as_json: bool,
) -> None:
    """Flag text put through a synonym spinner, article by article, without a corpus.

    With --learn: what a spinner did in a finished scan, as TSV if not on a terminal.
    """
    if results is not None:
        if paths or everything or fail_on_spun:
            raise UsageError("--learn RESULTS takes no PATH, no --all and no --fail-on-spun")
        _learn(results, least, width, as_json)
        return
    if not paths:
        raise UsageError("give a PATH to read, or --learn RESULTS")
    from dedup import spun as spun_pass
    from dedup.view import spun as view

    flagged = 0
    known = _lexicon(lexicon)

    def items() -> Iterator[view.SpunItem]:
        nonlocal flagged
        for name, text in _read_articles(paths):
            evidence = spun_pass.find_evidence(text, known)
            verdict = spun_pass.judge(text, evidence)
            flagged += verdict.spun
            if verdict.spun or everything:
                yield view.SpunItem(name, text, evidence, verdict)

    if as_json:
        _print_json(view.spun_json(items()))
    else:
        for item in items():
            _print(view.render_spun([item]), width)
        if not flagged:
            click.echo("no article reads as if a spinner wrote it", err=True)
    if fail_on_spun and flagged:
        raise GateError(f"{flagged} flagged (--fail-on-spun)")


def _learn(results: str, least: int, width: int | None, as_json: bool) -> None:
    from dedup.learn import learn
    from dedup.results import open_results
    from dedup.view import learn as view

    found = learn(open_results(results), least)
    if not found:
        click.echo(f"no swap that the lexicon lacks recurs in {least:,} pairs or more", err=True)
    elif as_json:
        _print_json(view.learned_json(found))
    elif sys.stdout.isatty():
        _print(view.render_learned(found), width)
    else:
        with _reader_may_leave():
            sys.stdout.writelines(f"{line}\n" for line in view.learned_tsv(found))


def _read_articles(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names and texts of articles; what is skipped goes to stderr, a line each."""
    from dedup.read.files import find_files
    from dedup.read.items import plan_items
    from dedup.read.reader import read_rows
    from dedup.schema import DOCS
    from dedup.view.safe import safe

    options = Options()
    files, skipped = find_files(list(paths), options)
    for trouble in skipped:
        click.echo(safe(f"skipped {trouble.path}: {trouble.message}"), err=True)
    for group in plan_items(files):
        for item in group.items:
            for values in read_rows(item, options):
                row: dict[str, Any] = dict(zip(DOCS.column_names, values, strict=True))
                name = row["path"] if row["record"] is None else f"{row['path']}#{row['record']}"
                if row["text"] is None:
                    click.echo(safe(f"skipped {name}: {row['message']}"), err=True)
                else:
                    yield row["id"] or name, row["text"]


# ------------------------------------------------------------------ output and endings


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """A reader that closes the pipe has seen enough; that is no failure."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(0) from None


def _console(width: int | None) -> Console:
    from dedup.view.console import stdout_console

    return stdout_console(width)


def _print(view: RenderableType, width: int | None = None) -> None:
    with _reader_may_leave():
        _console(width).print(view)


def _print_json(values: Iterable[Any]) -> None:
    from dedup.view.safe import json_line

    with _reader_may_leave():
        for value in values:
            sys.stdout.write(json_line(value) + "\n")


def main() -> None:
    """Entry point: runs a command and turns its ending into an exit status."""
    sys.exit(_run())


def program() -> None:
    """``main`` in a process of its own, which ends at once.

    To take apart again what was imported takes 0.2 seconds.
    """
    status = _run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(status)
    os._exit(status)


class _Stop:
    """Ctrl-C and SIGTERM raise KeyboardInterrupt, once for signals that come together.

    ``number``: the first signal. Use as a context manager.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._last = -1.0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Stop:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:  # the caller said so
                self._before[number] = signal.signal(number, self._raise)
        return self

    def __exit__(self, *exception: object) -> None:
        """Only the last lines are left to say: signals that come now are late."""
        for number, before in self._before.items():
            signal.signal(number, before if self.number is None else signal.SIG_IGN)

    def _raise(self, number: int, _frame: object) -> None:
        last, self._last = self._last, time.monotonic()
        self.number = self.number or number
        if last < 0 or self._last - last > 1.0:
            raise KeyboardInterrupt

    def ending(self) -> DedupError:
        goes_on = "the same command goes on from what is finished"
        if self.number == signal.SIGTERM:
            return Terminated(f"terminated; {goes_on}")
        return Interrupted(f"interrupted; {goes_on}")


def _run() -> int:
    stop = _Stop()
    try:
        with stop:
            dedup(standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return _end(stop.ending())
    except Exception as error:
        return _end(stop.ending()) if stop.number else _end_with(error)
    return 0


def _end_with(error: Exception) -> int:
    if isinstance(error, DedupError):
        return _end(error)
    if isinstance(error, click.UsageError):
        usage = f"{error.ctx.get_usage()}\n" if error.ctx else ""
        return _end(UsageError(error.format_message()), usage)
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if os.environ.get("DEDUP_TRACEBACK"):
        raise error
    name = type(error).__name__  # a failure that no one foresaw is still one line
    return _end(DedupError(f"{name}: {error} (DEDUP_TRACEBACK=1 shows where)"))


def _end(error: DedupError, before: str = "") -> int:
    from dedup.view.safe import safe

    click.echo(f"{safe(before, newlines=True)}dedup: {safe(str(error))}", err=True)
    return error.exit_status
