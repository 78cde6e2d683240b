"""``dedup tune``: thresholds and judgements of finished RESULTS."""

from __future__ import annotations

import sys

import click

from dedup.cli.flags import CONTEXT, LocalPath, json_flag, results_argument, width_flag
from dedup.cli.output import console, print_json, print_view
from dedup.errors import UsageError


@click.command(context_settings=CONTEXT)
@results_argument
@click.option("--threshold", type=float, help="Where to cut; that of the scan if not given.")
@click.option(
    "-o", "--output", type=LocalPath(), metavar="OTHER", help="Write RESULTS of what holds there to OTHER."
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
    "--judged", type=LocalPath(), metavar="FILE", help="File of judgements; RESULTS/judged.tsv if not given."
)
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, help="Pairs to judge next.")
@width_flag
@json_flag
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
    from dedup.results.judging import Judge
    from dedup.results.opened import open_results

    found = open_results(results)
    judge = Judge(found, judged, adding=ask or bool(answers))
    judge.take(answers)
    from dedup.results.graph import load_graph
    from dedup.results.tune import border

    graph = load_graph(found)
    graph.judge(judge.judged)
    at = graph.own if threshold is None else threshold
    graph.check(at)
    from dedup.view import tune as view

    if ask:
        view.ask(found, border(found, graph, at, top), console(width), _answer, judge.keep)
        graph.judge(judge.judged)
    if judge.kept:
        click.echo(f"dedup: judgements kept in {judge.path}: {judge.kept}", err=True)
    if output is not None:
        from pathlib import Path

        from dedup.results.recut import recut

        run = recut(found, graph, at, judge.judged, Path(output))
        if as_json:
            print_json([run])
        else:
            from dedup.view.summary import render_dashboard

            print_view(render_dashboard(open_results(output)), width)
        return
    shown = view.Tuning.of(found, graph, at, len(judge.judged), top)
    if as_json:
        print_json([view.tuning_json(shown)])
    else:
        print_view(view.render_tuning(shown), width)


def _answer(question: str) -> str:
    """A line of standard input; empty at its end."""
    click.echo(question, nl=False)
    line = sys.stdin.readline()
    if not line:
        click.echo()
    return line
