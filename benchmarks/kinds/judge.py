"""What a scan says of cases: a confusion table, and how sure accuracies are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from benchmarks.kinds.scrape import KINDS, NONE, Case

NOT_REPORTED = "not reported"
COLUMNS = (*KINDS[:-1], NOT_REPORTED)
_Z = 1.959963984540054  # of 95 % on both sides of a normal distribution

Reported = Mapping[frozenset[str], str]


class Judged(NamedTuple):
    """A case, and the kind that the scan gives it; NOT_REPORTED: none."""

    case: Case
    said: str

    @property
    def right(self) -> bool:
        """Whether that is what was constructed."""
        return self.said == (NOT_REPORTED if self.case.kind == NONE else self.case.kind)


class Strays(NamedTuple):
    """Pairs that were reported though no case names them.

    within  between articles that cases link, such as instances of one template
    across  between others, which have nothing in common
    """

    within: int
    across: int


def read_reported(results: Path) -> dict[frozenset[str], str]:
    """The kinds of the pairs in RESULTS."""
    table = pq.read_table(results / "pairs", columns=["left", "right", "kind"]).to_pydict()
    ends = zip(table["left"], table["right"], strict=True)
    return dict(zip(map(frozenset, ends), table["kind"], strict=True))


def judge(cases: Iterable[Case], reported: Reported) -> list[Judged]:
    """What was reported of each case."""
    return [Judged(case, reported.get(frozenset((case.one, case.other)), NOT_REPORTED)) for case in cases]


def count_strays(cases: Sequence[Case], reported: Reported) -> Strays:
    """Pairs beside the cases."""
    group: dict[str, str] = {}

    def first(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for case in cases:
        group[first(case.other)] = first(case.one)
    named = {frozenset((case.one, case.other)) for case in cases}
    within = [len({first(name) for name in pair}) == 1 for pair in reported if pair not in named]
    return Strays(sum(within), len(within) - sum(within))


def wilson(right: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson; 0..1, all of that if there are none."""
    if not whole:
        return 0.0, 1.0
    share, weight = right / whole, _Z * _Z / whole
    middle = share + weight / 2
    half = _Z * math.sqrt(share * (1 - share) / whole + weight / whole / 4)
    low, high = (middle - half) / (1 + weight), (middle + half) / (1 + weight)
    return max(0.0, low), min(1.0, high)


def make_rows(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """The figures overall, of each kind, and of each form; "all" stands for what isn't told apart."""
    kinds = [kind for kind in KINDS if any(one.case.kind == kind for one in judged)]
    forms = dict.fromkeys((one.case.kind, one.case.form) for one in judged)
    rows = [_row("all", "all", judged)]
    rows += [_row(kind, "all", [one for one in judged if one.case.kind == kind]) for kind in kinds]
    for kind, form in sorted(forms, key=lambda pair: KINDS.index(pair[0])):
        rows.append(_row(kind, form, [one for one in judged if one.case[:2] == (kind, form)]))
    return rows


def format_tables(rows: Sequence[Mapping[str, Any]]) -> str:
    """Two Markdown tables: of kinds, and of forms."""
    kinds = [row for row in rows if row["form"] == "all"]
    forms = [row for row in rows if row["form"] != "all"]
    return "\n\n".join([_table(kinds, ["constructed as"]), _table(forms, ["constructed as", "how"])])


def _row(kind: str, form: str, judged: Sequence[Judged]) -> dict[str, Any]:
    right = sum(one.right for one in judged)
    low, high = wilson(right, len(judged))
    said = Counter(one.said for one in judged)
    counts = {column: said[column] for column in COLUMNS}
    accuracy = right / len(judged) if judged else None
    return {
        "kind": kind, "form": form, "cases": len(judged), **counts,
        "right": right, "accuracy": accuracy, "low": low, "high": high,
    }  # fmt: skip


def _table(rows: Sequence[Mapping[str, Any]], heads: list[str]) -> str:
    titles = [*heads, *COLUMNS, "accuracy", "95 % interval"]
    lines = [titles, ["---"] * len(heads) + ["---:"] * (len(titles) - len(heads))]
    for row in rows:
        names = [row["kind"], row["form"]][: len(heads)]
        accuracy = "" if row["accuracy"] is None else f"{row['accuracy']:.3f}"
        counts = [str(row[column]) if row[column] else "" for column in COLUMNS]
        lines.append([*names, *counts, accuracy, f"{row['low']:.3f} - {row['high']:.3f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
