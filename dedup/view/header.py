"""What stands above a diff: verdict, articles, dates, figures, and what the styles mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dedup.view import phrases
from dedup.view.console import MARKS
from dedup.view.parts import Name, plain
from dedup.view.safe import safe
from dedup.view.sides import Side, Verdict, told_figures

_LEGEND = (
    ("delete", "left only", "diff.delete", MARKS.delete),
    ("insert", "right only", "diff.insert", MARKS.insert),
    ("replace", "changed, left", "diff.replace.left", MARKS.replace_left),
    ("replace", "changed, right", "diff.replace.right", MARKS.replace_right),
    ("evidence", "spun evidence", "diff.evidence", MARKS.evidence),
    ("furniture.left", "furniture, left", "diff.furniture", MARKS.furniture_left),
    ("furniture.right", "furniture, right", "diff.furniture", MARKS.furniture_right),
)


def header(
    left: Side, right: Side, verdict: Verdict, copied: Sequence[float] = ()
) -> Iterator[RenderableType]:
    """All but the legend; ``copied`` as ``copied_shares`` gives it."""
    yield _verdict(verdict)
    meaning = phrases.KIND_MEANING.get(verdict.kind or "")
    if meaning:
        yield Text(meaning, "note")
    if verdict.reason and verdict.kind != "exact":
        yield plain(verdict.reason, "note")
    yield Text("")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for label, side in (("left", left), ("right", right)):
        grid.add_row(Text(label, label), Name(side.name, "name"))
        if side.title:
            grid.add_row("", Name(side.title))
        grid.add_row("", _about(side, verdict.spun_side == label))
    if first := phrases.first_by(left.published, right.published):
        grid.add_row(Text("first", "label"), Text(first))
    yield grid
    yield Text("")
    if said := told_figures(verdict, copied):
        yield Text(said)
        yield Text("")


def legend(shown: set[str], colour: bool) -> Text:
    """What the styles mean that are shown, or the marks: operations, ``evidence``, ``furniture.left``,
    ``furniture.right``.
    """
    found = Text()
    seen = set()
    for what, words, style, (opening, closing) in _LEGEND:
        words = words.partition(",")[0] if colour and what.startswith("furniture") else words
        if what in shown and words not in seen:
            seen.add(words)
            found.append("  " if found else "")
            found.append(words if colour else f"{opening}{words}{closing}", style)
    return found


def _verdict(verdict: Verdict) -> Text:
    unknown = "compared" if verdict.similarity is None else "no pair"
    title = Text(safe(verdict.kind or unknown), "kind")
    for name, value in (("similarity", verdict.similarity), ("probability", verdict.probability)):
        if value is not None:
            title.append(f"   {name} {phrases.score(value)}", "default")
    if verdict.pair is not None:
        title.append(f"   pair {phrases.number(verdict.pair)}", "note")
    return title


def _about(side: Side, spun_here: bool) -> Text:
    known = [
        safe(side.source) if side.source else "",
        phrases.date(side.published),
        f"credits {safe(side.credit)}" if side.credit else "",
        phrases.count(side.words, "word") if side.words is not None else "",
    ]
    about = Text().append(" · ".join(fact for fact in known if fact), "note")
    if side.spun or spun_here:
        about.append(" · ", "note").append("spun", "spun")
    return about
