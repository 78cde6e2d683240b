"""A cluster's keeper against each member, one diff after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from dedup.results.opened import Results, Row
from dedup.view import layout, phrases
from dedup.view.diff import diff_of_pair
from dedup.view.parts import Name, facts, plain
from dedup.view.sides import diff_json_of_pair


class _Member(NamedTuple):
    """A member, what it is compared with, and their pair; ``exact``: it has the same words."""

    name: str
    other: str
    pair: int | None
    exact: bool


def diffs_of_cluster(
    results: Results, number: int, *, width: int | None = None, context: int | None = layout.CONTEXT
) -> Iterator[RenderableType]:
    """The keeper, and the diff of each other member with it; of an exact copy a line."""
    rows = results.cluster(number)
    title = Text(f"cluster {number:,}   {phrases.count(len(rows), 'article')}", "title")
    yield Group(title, facts([("keeper", Name(rows[0]["keeper"], "name"))]))
    others = list(_members(results, rows))
    for place, member in enumerate(others, 1):
        about = plain(f"{place:,} of {len(others):,}", "note")
        if member.exact:
            line = about.append("   ").append_text(plain(member.name, "name"))
            line.append(" has the same words as ", "default")
            yield Group(Text(""), line.append_text(plain(member.other, "name")))
        elif member.pair is None:
            line = about.append_text(plain(f"   {member.name}: no pair of it and the keeper is known"))
            yield Group(Text(""), line)
        else:
            found = diff_of_pair(results, member.pair, width=width, context=context)
            yield Group(Text(""), about, found)


def diffs_of_cluster_json(results: Results, number: int) -> Iterator[Row]:
    """The same as plain values; an exact copy stands beside the member that it is a copy of."""
    for member in _members(results, results.cluster(number)):
        if member.pair is not None:
            yield {"cluster": number, **diff_json_of_pair(results, member.pair)}


def _members(results: Results, rows: list[Row]) -> Iterator[_Member]:
    """All members but the keeper. An exact copy is paired with the first article of its words alone."""
    keeper = rows[0]["keeper"]
    names = [row["article"] for row in rows if row["article"] != keeper]
    firsts = results.articles(names, ["exact_of"])
    of_keeper = _partners(results, keeper)
    for name in names:
        first = firsts[name]["exact_of"]
        if first is None or first == keeper:
            yield _Member(name, keeper, of_keeper.get(name), first is not None)
        else:
            yield _Member(name, first, _partners(results, name).get(first), True)


def _partners(results: Results, name: str) -> dict[str, int]:
    """The pairs of an article, by the other one."""
    return {
        row["right"] if row["left"] == name else row["left"]: row["pair"] for row in results.pairs_of(name)
    }
