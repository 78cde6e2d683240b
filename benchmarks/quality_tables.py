"""The tables of what was detected: for a terminal, and in Markdown."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import rich.box
import rich.markup
import rich.table
from rich.console import Console

from benchmarks.labels import Tally, pooled_f1
from benchmarks.record import Row

_WIDTH = 200  # columns, where there is no terminal
_LABELS = {1: "derived", 0: "not a copy", None: "not judged"}


class Table(NamedTuple):
    """title: a line; heads and rows: text; texts: how many of the columns, from the left, are no numbers."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    texts: int


def make_tables(rows: Sequence[Row], choices: Sequence[Mapping[str, Any]]) -> list[Table]:
    """What was detected by label and kind, by set and tool, and over all sets; how peers were set."""
    tables = [make_kinds(rows), make_sets(rows), make_totals(rows, choices)]
    return [*tables, make_best(choices)] if choices else tables


def make_kinds(rows: Sequence[Row]) -> Table:
    """A row for each label and kind: what share of its pairs each tool reported."""
    kinds = [row for row in rows if row["part"] == "kind"]
    tools = list(dict.fromkeys(row["tool"] for row in kinds))
    found: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in kinds:
        found.setdefault((row["set"], row["label"], row["kind"]), {})[row["tool"]] = row
    lines = []
    for (name, label, kind), by_tool in found.items():
        ours = by_tool[tools[0]]
        shares = [show_share(by_tool.get(tool, {}), "share") for tool in tools]
        lines.append(
            [name, _LABELS[label], kind, f"{ours['labelled']:,}", *shares, _show_kinds(ours["as_kinds"])]
        )
    heads = ["set", "label", "kind", "pairs", *tools, f"{tools[0]} as" if tools else "as"]
    return Table("Share of the labelled pairs that was reported, with its 95 % interval", heads, lines, 3)


def make_sets(rows: Sequence[Row]) -> Table:
    """A row for each set and tool."""
    lines = []
    for row in (row for row in rows if row["part"] == "set"):
        shares = [show_share(row, name) for name in ("recall", "false_alarms", "precision")]
        counts = [f"{row[name]:,}" for name in ("unjudged", "strangers", "crowd_pairs")]
        each, seconds = row.get("candidates_per_article"), row.get("seconds")
        took = ["" if each is None else f"{each:.2f}", "" if seconds is None else f"{seconds:.1f}"]
        lines.append([row["set"], row["tool"], *shares, *counts, _show_kinds(row["crowd_kinds"]), *took])
    heads = ["set", "tool", "recall", "false alarms", "precision", "not judged", "set and crowd"]
    heads += ["in the crowd", "as", "candidates an article", "seconds"]
    title = "Each set in its crowd: shares of judged pairs, and numbers of other pairs that were reported"
    return Table(title, heads, lines, 2)


def make_totals(rows: Sequence[Row], choices: Sequence[Mapping[str, Any]]) -> Table:
    """A row a tool: F1 over all sets, what it gives, how it was set, and the seconds of a peer's run."""
    facts = {choice["tool"]: choice for choice in choices}
    took = {row["tool"]: row for row in rows if row["part"] == "run"}
    tools = list(dict.fromkeys(row["tool"] for row in rows if row["part"] == "set"))
    lines = []
    for tool in [*tools, *(tool for tool in took if tool not in tools)]:
        mine = [row for row in rows if row["part"] == "set" and row["tool"] == tool]
        f1 = pooled_f1(Tally(*(row[name] for name in Tally._fields)) for row in mine)
        choice, run = facts.get(tool, {}), took.get(tool, {})
        seconds = run.get("seconds", sum(row.get("seconds", 0.0) for row in mine))
        articles = run.get("articles", sum(row.get("articles", 0) for row in mine))
        how = [choice.get("gives", "aligned pairs"), choice.get("shown", "as given")]
        shown = f"{f1:.3f}" if mine else "failed"
        lines.append([choice.get("package", tool), *how, shown, f"{articles:,}", f"{seconds:.1f}"])
    heads = ["tool", "gives", "setting", "F1", "articles", "seconds"]
    return Table("All sets, each weighing the same; pairs of set and crowd count as wrong", heads, lines, 3)


def make_best(choices: Sequence[Mapping[str, Any]]) -> Table:
    """A row a set and peer: what would suit the set best, on the share of its labels that was tried."""
    lines = []
    for choice in choices:
        for name, best in choice["best_per_set"].items():
            shown = [f"{best['threshold']:g}", str(best["shingle"]), f"{best['f1']:.3f}"]
            lines.append([choice["tool"], name, *shown, str(best["false"]), str(best["strangers"])])
    heads = ["peer", "set", "threshold", "shingle", "F1", "false alarms", "set and others"]
    return Table(
        "What would suit each set best, by the pairs that the settings were chosen on", heads, lines, 2
    )


def show_share(row: Mapping[str, Any], name: str) -> str:
    """A share with its interval; empty if there is none."""
    value = row.get(name)
    return "" if value is None else f"{value:.3f} [{row[f'{name}_low']:.2f}, {row[f'{name}_high']:.2f}]"


def format_markdown(tables: Sequence[Table]) -> str:
    """Tables in Markdown, each under a line that says what it is."""
    parts = []
    for table in tables:
        rule = ["---"] * table.texts + ["---:"] * (len(table.heads) - table.texts)
        lines = [f"| {' | '.join(cells)} |" for cells in (table.heads, rule, *table.rows)]
        parts.append("\n".join([f"{table.title}:", "", *lines]))
    return "\n\n".join(parts) + "\n"


def print_tables(tables: Sequence[Table], to_stderr: bool = False) -> None:
    """Tables on the terminal, or in a wide form where there is none."""
    stream = sys.stderr if to_stderr else sys.stdout
    console = Console(file=stream, width=None if stream.isatty() else _WIDTH, highlight=False)
    for table in tables:
        grid = rich.table.Table(title=table.title, title_justify="left", box=rich.box.SIMPLE_HEAD)
        for number, head in enumerate(table.heads):
            grid.add_column(head, justify="left" if number < table.texts else "right")
        for row in table.rows:
            grid.add_row(*(rich.markup.escape(cell) for cell in row))
        console.print(grid)


def _show_kinds(kinds: str) -> str:
    counts = sorted(json.loads(kinds).items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{kind} {count:,}" for kind, count in counts)
