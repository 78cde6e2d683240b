"""``dedup spun``: spun text, article by article, without a corpus."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from dedup.cli.articles import lexicon_with, read_articles
from dedup.cli.flags import CONTEXT, json_flag, lexicon_flag, width_flag
from dedup.cli.output import print_json, print_lines, print_view
from dedup.errors import GateError, UsageError

if TYPE_CHECKING:
    from dedup.spun import Lexicon


@click.command(context_settings=CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path(), metavar="PATH... | --learn RESULTS")
@click.option("--all", "everything", is_flag=True, help="Show articles that are not flagged too.")
@click.option("--fail-on-spun", is_flag=True, help="Exit with status 1 if any article is flagged.")
@lexicon_flag
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
@width_flag
@json_flag
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
        _learn(results, least, lexicon_with(lexicon), width, as_json)
        return
    if not paths:
        raise UsageError("give a PATH to read, or --learn RESULTS")
    from dedup import spun as spun_pass
    from dedup.view import spun as view

    flagged = 0
    known = lexicon_with(lexicon)

    def items() -> Iterator[view.SpunItem]:
        nonlocal flagged
        for name, row in read_articles(paths):
            text = row["text"]
            evidence = spun_pass.find_evidence(text, known)
            verdict = spun_pass.judge(text, evidence)
            flagged += verdict.spun
            if verdict.spun or everything:
                yield view.SpunItem(name, text, evidence, verdict)

    if as_json:
        print_json(view.spun_json(items()))
    else:
        for item in items():
            print_view(view.render_spun([item]), width)
        if not flagged:
            click.echo("no article reads as if a spinner wrote it", err=True)
    if fail_on_spun and flagged:
        raise GateError(f"{flagged} flagged (--fail-on-spun)")


def _learn(results: str, least: int, known: Lexicon | None, width: int | None, as_json: bool) -> None:
    from dedup.results.learn import learn
    from dedup.results.opened import open_results
    from dedup.view import learn as view

    found = learn(open_results(results), least, known)
    if not found:
        click.echo(f"no swap that the lexicon lacks recurs in {least:,} pairs or more", err=True)
    elif as_json:
        print_json(view.learned_json(found))
    elif sys.stdout.isatty():
        print_view(view.render_learned(found), width)
    else:
        print_lines(view.learned_tsv(found))
