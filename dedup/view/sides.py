"""The two texts of a diff, and what is known of each and of both."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dedup.errors import NoPair
from dedup.results.opened import Results, Row, Selector
from dedup.view import phrases
from dedup.view.blocks import Bounds, as_passages
from dedup.view.layout import as_steps
from dedup.view.parts import distinct_evidence, evidence_row, merge
from dedup.view.places import Places


@dataclasses.dataclass(frozen=True)
class Side:
    """One text of a diff and what is known of it."""

    name: str
    text: str
    title: str | None = None
    source: str | None = None
    published: str | None = None
    credit: str | None = None
    words: int | None = None
    body: tuple[Bounds, ...] = ()  # what of the text is its own; nothing: unknown, so all of it
    spun: bool = False
    evidence: tuple[Any, ...] = ()  # anything with start, end, phrase, natural, signal, weight

    @property
    def furniture(self) -> list[Bounds]:
        """Half-open ranges of the text around its body, in order."""
        starts = [0, *(end for _, end in self.body)]
        ends = [*(start for start, _ in self.body), len(self.text) if self.body else 0]
        return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What was found of a pair; None where it is unknown."""

    kind: str | None = None
    similarity: float | None = None
    left_containment: float | None = None
    right_containment: float | None = None
    longest_run: int | None = None
    swapped_words: int | None = None
    spun_side: str | None = None
    probability: float | None = None
    reason: str | None = None
    pair: int | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Verdict:
        """From a row of ``pairs``."""
        return cls(**{field.name: row.get(field.name) for field in dataclasses.fields(cls)})


def sides_of_pair(results: Results, selector: Selector) -> tuple[Row, Side, Side]:
    """A pair's row and both its texts, each with its own evidence and that of this pair.

    Two articles that are no pair have a row, too: see ``remeasure.compare_again``.
    """
    try:
        row = results.pair(selector)
    except NoPair as no_pair:
        from dedup.results.remeasure import compare_again  # here, for it loads a compiler

        row = compare_again(results, *no_pair.names)
    names = (row["left"], row["right"])
    articles = results.articles(names)
    evidence = results.evidence_of(names)
    sides = []
    for name, other in (names, names[::-1]):
        items = [item for item in evidence[name] if item["partner"] in (None, other)]
        article = articles[name]
        sides.append(
            Side(
                name=name,
                text=article["text"] or "",
                title=article["title"],
                source=article["source"],
                published=article["published"],
                credit=article["credit"],
                words=article["words"],
                body=tuple((part["start"], part["end"]) for part in article["body"] or ()),
                spun=bool(article["spun"]),
                evidence=tuple(distinct_evidence(items)),
            )
        )
    return row, sides[0], sides[1]


def copied_shares(left: Side, right: Side, kind: str | None, passages: Iterable[Any]) -> list[float]:
    """The share of each side's own words that stands in copied passages, of a partial copy; else nothing.

    There an alignment in one order tells little: a passage may have moved, and words between match by chance.
    """
    found = as_passages(passages) if kind == "partial" else []
    if not found:
        return []
    ranges = (
        [(one.left_start, one.left_end) for one in found],
        [(one.right_start, one.right_end) for one in found],
    )
    return [
        _count(places, merge(some)) / max(1, _count(places, side.body or ((0, len(side.text)),)))
        for side, some in zip((left, right), ranges, strict=True)
        for places in (Places.of(side.text),)
    ]


def told_figures(verdict: Verdict, copied: Sequence[float] = ()) -> str:
    """How much the two texts share, on a line; ``copied`` as ``copied_shares`` gives it."""
    said = []
    if copied:
        left, right = map(phrases.score, copied)
        said.append(f"copied passages are {left} of the left and {right} of the right")
    elif verdict.left_containment is not None and verdict.right_containment is not None:
        left, right = phrases.score(verdict.left_containment), phrases.score(verdict.right_containment)
        said.append(f"{left} of the left stands in the right, {right} of the right in the left")
    if verdict.longest_run and not copied:
        said.append(f"longest equal run {phrases.count(verdict.longest_run, 'word')}")
    if verdict.swapped_words:
        said.append(phrases.count(verdict.swapped_words, "spinner swap"))
    return "; ".join(said)


def _count(places: Places, ranges: Iterable[Bounds]) -> int:
    return sum(stop - first for first, stop in (places.between(*bounds) for bounds in ranges))


def diff_json(
    left: Side,
    right: Side,
    spans: Iterable[Any],
    verdict: Verdict | None = None,
    passages: Iterable[Any] = (),
) -> Row:
    """A diff as plain values; each step and passage carries the words that it stands for.

    ``schemas/diff.json`` describes it.
    """

    def words(span: Any) -> Row:
        return {
            **span._asdict(),
            "left": left.text[span.left_start : span.left_end],
            "right": right.text[span.right_start : span.right_end],
        }

    return {
        **dataclasses.asdict(verdict or Verdict()),
        "left": _side_json(left),
        "right": _side_json(right),
        "passages": [words(passage) for passage in as_passages(passages)],
        "spans": [words(step) for step in as_steps(spans)],
    }


def diff_json_of_pair(results: Results, selector: Selector) -> Row:
    """The diff of one of the pairs of a run, as plain values."""
    row, left, right = sides_of_pair(results, selector)
    return diff_json(left, right, row["spans"], Verdict.of(row), row["passages"] or ())


def _side_json(side: Side) -> Row:
    known = {field.name: getattr(side, field.name) for field in dataclasses.fields(side)}
    del known["text"], known["evidence"], known["body"]
    return {
        "article": known.pop("name"),
        **known,
        "body": [{"start": start, "end": end} for start, end in side.body],
        "evidence": [evidence_row(item) for item in side.evidence],
    }
