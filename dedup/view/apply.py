"""What would go, and what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dedup.results.apply import Plan
from dedup.results.opened import Row
from dedup.results.scrape import Written
from dedup.view import phrases
from dedup.view.parts import Name, heading, indent, plain


class Applied(NamedTuple):
    """RESULTS as they were named, what was asked for, and what came of it; None: not written.

    ``written``: what became of the files of the scrape.
    """

    results: str
    kinds: tuple[str, ...]
    drop_spun: bool
    plan: Plan
    kept: Path | None
    dropped: Path | None
    scrape: Path | None = None
    written: Written | None = None


def applied_json(done: Applied) -> Row:
    """The figures as plain values."""
    plan = done.plan
    return {
        "results": done.results,
        "kinds": list(done.kinds),
        "drop_spun": done.drop_spun,
        "articles": plan.articles,
        "kept": plan.articles - plan.going,
        "dropped": plan.going,
        "archived": plan.archived,
        "by_kind": plan.kinds,
        "spun": plan.spun,
        "examples": plan.examples,
        "written": {
            "kept": None if done.kept is None else str(done.kept),
            "dropped": None if done.dropped is None else str(done.dropped),
            "scrape": None if done.scrape is None else str(done.scrape),
        },
        "scrape": None if done.written is None else done.written._asdict(),
    }


def render_applied(done: Applied) -> RenderableType:
    """The same for people."""
    plan = done.plan
    stay = plan.articles - plan.going
    title = plain(done.results, "title")
    told = f"{phrases.count(plan.articles, 'article')}: {stay:,} stay, {plan.going:,} go"
    blocks: list[RenderableType] = [title, Text(""), indent(Text(told))]
    if plan.archived:
        old, be = phrases.count(plan.archived, "archived article"), "is" if plan.archived == 1 else "are"
        blocks.append(indent(Text(f"{old} besides, which {be} neither dropped nor written", "note")))
    if plan.kinds or plan.spun["go"] or plan.spun["stay"]:
        blocks += [Text(""), heading("By kind of pair"), indent(_kinds(done))]
    if plan.examples:
        blocks += [
            Text(""),
            heading("What goes" if plan.going <= len(plan.examples) else "The first that go"),
        ]
        blocks.append(indent(_examples(plan.examples)))
    blocks += [Text(""), *_written(done)]
    return Group(*blocks)


def _kinds(done: Applied) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
    for name in ("", "go", "stay"):
        grid.add_column(name, justify="right" if name else "left", no_wrap=True)
    grid.add_column("")
    for row in done.plan.kinds:
        grid.add_row(
            plain(row["kind"], "kind"),
            phrases.number(row["go"]),
            phrases.number(row["stay"]),
            plain(_why(done, row), "note"),
        )
    spun = done.plan.spun
    if spun["go"] or spun["stay"]:
        why = "" if done.drop_spun else "flagged as spun; --drop-spun drops these"
        why = "flagged as spun, and no copies" if done.drop_spun and spun["go"] else why
        grid.add_row(
            Text("spun", "kind"), phrases.number(spun["go"]), phrases.number(spun["stay"]), plain(why, "note")
        )
    return grid


def _why(done: Applied, row: Row) -> str:
    """Why some of a kind stay."""
    if not row["stay"]:
        return ""
    if row["kind"] not in done.kinds:
        return "with text of their own; --kinds says what goes"
    if row["kind"] == "contains":
        return "longer than their keeper, and with text of their own"
    return "their keeper goes itself"


def _examples(rows: list[Row]) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
    grid.add_column("kind", no_wrap=True)
    grid.add_column("similar", justify="right", no_wrap=True)
    grid.add_column("article")
    grid.add_column("kept in its place")
    for row in rows:
        similar = "" if row["similarity"] is None else phrases.score(row["similarity"])
        grid.add_row(plain(row["kind"]), similar, Name(row["article"]), Name(row["keeper"] or "", "note"))
    return grid


def _written(done: Applied) -> Iterator[RenderableType]:
    if done.kept is not None:
        yield plain(
            f"{phrases.count(done.plan.articles - done.plan.going, 'article')} written to {done.kept}"
        )
    if done.dropped is not None:
        yield plain(f"{done.plan.going:,} that go are listed in {done.dropped}")
    if done.written is not None:
        yield plain(_scrape(done.written, str(done.scrape)))
    if done.kept is None and done.written is None:
        command = phrases.command("dedup", "apply", done.results, "--write-kept", "kept.jsonl")
        files = phrases.command("dedup", "apply", done.results, "--write-scrape", "clean")
        yield Text("Nothing is changed. " if done.dropped is None else "").append(
            "To write what stays, or the scrape without what goes: ", "note"
        )
        yield indent(plain(command, "command"))
        yield indent(plain(files, "command"))


def _scrape(written: Written, folder: str) -> str:
    gone = [
        phrases.count(count, what)
        for count, what in ((written.files_gone, "file"), (written.records_gone, "record"))
        if count
    ]
    without = f", without {' and '.join(gone)} that went" if gone else ""
    return f"{phrases.count(written.files, 'file')} of the scrape written to {folder}{without}"
