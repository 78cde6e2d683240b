"""Real articles translated and translated back: labelled sets for ``quality``.

Who copies an article unseen may put it through a machine, to another language and back: words, their
order and their forms change throughout, and names, figures and what is said stay. Apertium translates, a
free translator by rules (GPL; Debian's packages ``apertium``, ``apertium-eng-spa``, ``apertium-eng-cat``
and ``apertium-hbs-eng``).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from benchmarks.crowd import data_option
from benchmarks.made_sets import Ends, choose_articles, first_half, write_sets

LANGUAGES = {"spa": "Spanish", "cat": "Catalan", "hbs": "Serbo-Croatian"}
_PROGRAM = "apertium"
_AT_ONCE = 50  # articles: to load the dictionaries takes as long as a few of them
_BETWEEN = re.compile(r"\n\n=====(\d+)=====\n\n")

Translate = Callable[[Sequence[str], str], list[str]]


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@data_option("Folder with senate_press and other sets, as for quality.")
@click.option("--articles", default=300, show_default=True, type=click.IntRange(3), help="Of each language.")
@click.option("--seed", default=1, show_default=True)
def translated(out: Path, data: Path, articles: int, seed: int) -> None:
    """Write articles translated and back, labelled, for the command "quality".

    A set a language: a third of its pairs are an article and its translation, a third are translations of it
    by two languages, a third an article and the translation of half of it. Articles are of senate_press, but
    none that is in the crowd; the sets of the crowd are linked. Needs Apertium.
    """
    if shutil.which(_PROGRAM) is None:
        raise click.ClickException(f"{_PROGRAM} is not installed; it is one of Debian's packages")
    chosen = choose_articles(data, articles * len(LANGUAGES), seed)
    shares = {code: chosen[number :: len(LANGUAGES)] for number, code in enumerate(LANGUAGES)}
    sets = ((f"translated-{code}", make_pairs(rows, code, translate)) for code, rows in shares.items())
    write_sets(out, data, sets)


def make_pairs(rows: Sequence[dict[str, Any]], code: str, by: Translate) -> list[tuple[str, Ends]]:
    """Pairs of articles: what they are, and both ends."""
    codes = list(LANGUAGES)
    other = codes[(codes.index(code) + 1) % len(codes)]
    whole, two, halves = rows[::3], rows[1::3], rows[2::3]
    found: list[tuple[str, Ends]] = []
    for kind, some, sources in (
        ("translated", whole, [row["text"] for row in whole]),
        ("two translations", two, [row["text"] for row in two]),
        ("a half", halves, [first_half(row["text"]) for row in halves]),
    ):
        beside = by(sources, other) if some is two else [row["text"] for row in some]
        name = other if some is two else "text"
        for row, text, second in zip(some, by(sources, code), beside, strict=True):
            found.append((kind, ((f"{row['id']}:{code}", text), (f"{row['id']}:{name}", second))))
    return found


def translate(texts: Sequence[str], code: str) -> list[str]:
    """English texts in another language and back; click.ClickException if the translator fails."""
    found: list[str] = []
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        joined = "".join(f"\n\n====={number}=====\n\n{text}" for number, text in enumerate(some))
        for direction in (f"eng-{code}", f"{code}-eng"):
            command = [_PROGRAM, "-u", direction]
            done = subprocess.run(command, input=joined, text=True, capture_output=True, check=False)  # noqa: S603
            if done.returncode:
                raise click.ClickException(f"{' '.join(command)}: {done.stderr.strip()}")
            joined = done.stdout
        pieces = _BETWEEN.split(joined)
        if pieces[1::2] != [str(number) for number in range(len(some))]:
            raise click.ClickException(f"{_PROGRAM} lost a line between articles, translating to {code}")
        found += pieces[2::2]
    return found
