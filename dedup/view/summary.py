"""The dashboard: what a scan found, at a glance, and what to look at next."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from dedup.options import KINDS
from dedup.results import Results, Row
from dedup.view import phrases
from dedup.view.console import is_wide
from dedup.view.parts import Bar, Name, heading, indent, plain
from dedup.view.safe import safe

_BINS = 10  # of the histogram of similarity; a pair of 1.00 stands in the last
_LARGEST = 5


def render_dashboard(results: Results) -> Dashboard:
    """What a scan found, at a glance."""
    return Dashboard(dashboard_json(results), str(results.path))


def dashboard_json(results: Results) -> Row:
    """The figures of the dashboard as plain values."""
    run = results.run
    pairs = results.table("pairs", ["kind", "similarity", "spun_side"])
    columns = pairs.to_pydict()
    kinds: Counter[str] = Counter(columns["kind"])
    spun = results.flagged()
    counts = {
        "records": _of(run, "counts", "records"),
        "articles": results.count("articles"),
        "skipped": results.count("skipped"),
        "pairs": pairs.num_rows,
        "clusters": results.cluster_count(),
        "spun": len(spun),
        "furniture": results.count("furniture"),
        "candidates": _of(run, "counts", "candidates"),
        "capped_buckets": _of(run, "counts", "capped_buckets"),
    }
    seconds = run.get("seconds")
    return {
        "results": str(results.path),
        "dedup": _of(run, "dedup", "version"),
        "files": _of(run, "inputs", "files"),
        "threshold": _of(run, "options", "threshold"),
        "counts": counts,
        "kinds": {kind: kinds[kind] for kind in (*KINDS, *sorted(set(kinds) - set(KINDS))) if kinds[kind]},
        "similarity": _histogram(columns["similarity"]),
        "largest_clusters": _largest(results),
        "spun": spun[:_LARGEST],
        "skipped": dict(Counter(row["reason"] for row in results.rows("skipped", ["reason"])).most_common()),
        "pair_to_see": _pair_to_see(columns),
        "seconds": seconds if isinstance(seconds, dict) else {},
        "peak_memory_bytes": run.get("peak_memory_bytes"),
        "recut": _of(run, "recut", "from"),
    }


def _of(run: Row, group: str, name: str) -> Any:
    found = run.get(group)
    return found.get(name) if isinstance(found, dict) else None


def _histogram(values: Iterable[float]) -> list[Row]:
    """Pairs in steps of 0.1, from the lowest step that has any."""
    steps = Counter(min(int(value * _BINS + 1e-9), _BINS - 1) for value in values)
    lowest = min(steps, default=_BINS)
    return [
        {"from": step / _BINS, "to": (step + 1) / _BINS, "pairs": steps[step]}
        for step in range(lowest, _BINS)
    ]


def _largest(results: Results) -> list[Row]:
    """The largest clusters, each with its least similarity."""
    rows = results.rows("clusters", ["cluster", "size", "keeper", "similarity_to_keeper"])
    groups = itertools.groupby(rows, key=lambda row: (row["cluster"], row["size"], row["keeper"]))
    return [
        {
            "cluster": cluster,
            "size": size,
            "keeper": keeper,
            "least_similarity": min(row["similarity_to_keeper"] for row in members),
        }
        for (cluster, size, keeper), members in itertools.islice(groups, _LARGEST)
    ]


def _pair_to_see(pairs: dict[str, list[Any]]) -> int | None:
    """The number of a pair worth a look: one with a spun side, else one that is not exact."""
    if not pairs["kind"]:
        return None
    sights = ([side is not None for side in pairs["spun_side"]], [kind != "exact" for kind in pairs["kind"]])
    return next((sight.index(True) + 1 for sight in sights if True in sight), 1)


class Dashboard:
    """The renderable that ``render_dashboard`` makes."""

    def __init__(self, figures: Row, path: str) -> None:
        self.figures = figures
        self.path = path

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Name(self.path, "title")
        yield Text("")
        yield indent(self._counts())
        plots = [plot for plot in (self._kinds(), self._similarity()) if plot]
        if len(plots) == 2 and is_wide(options):
            grid = Table.grid(padding=(0, 8, 0, 0))
            grid.add_row(*plots)
            plots = [grid]
        for block in (*plots, self._clusters(), self._spun(), self._run(), self._next()):
            if block is not None:
                yield Text("")
                yield block

    def _counts(self) -> Table:
        figures, counts = self.figures, self.figures["counts"]
        records, files = counts["records"], figures["files"]
        of = [phrases.count(records, "record") if records is not None else ""]
        of += [phrases.count(files, "file") if files is not None else ""]
        read = "from " + " in ".join(part for part in of if part) if any(of) else ""
        reasons = ", ".join(
            f"{n:,} {reason}" for reason, n in itertools.islice(figures["skipped"].items(), 4)
        )
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(justify="right", style="title", no_wrap=True)
        grid.add_column(no_wrap=True)
        grid.add_column(style="note")
        for value, one, note in (
            (counts["articles"], "article", read),
            (counts["skipped"], "skipped", reasons),
            (counts["pairs"], "pair", self._capped()),
            (counts["clusters"], "cluster", ""),
            (counts["spun"], "spun", "reads as if a synonym spinner wrote it" if counts["spun"] else ""),
        ):
            many = one if one in ("skipped", "spun") or value == 1 else one + "s"
            grid.add_row(phrases.number(value), many, plain(note))
        return grid

    def _capped(self) -> str:
        capped = self.figures["counts"]["capped_buckets"]
        return (
            f"{phrases.count(capped, 'over-full bucket')} linked to the first article only" if capped else ""
        )

    def _kinds(self) -> RenderableType | None:
        kinds = self.figures["kinds"]
        return _plot("Kinds", [(safe(kind), n) for kind, n in kinds.items()]) if kinds else None

    def _similarity(self) -> RenderableType | None:
        steps = [
            (f"{step['from']:.1f} - {step['to']:.1f}", step["pairs"]) for step in self.figures["similarity"]
        ]
        return _plot("Similarity of the pairs", steps) if steps else None

    def _clusters(self) -> RenderableType | None:
        clusters = self.figures["largest_clusters"]
        if not clusters:
            return None
        grid = Table(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
        grid.add_column("size", justify="right", no_wrap=True)
        grid.add_column("least", justify="right", no_wrap=True)
        grid.add_column("keeper")
        for row in clusters:
            grid.add_row(
                phrases.number(row["size"]), phrases.score(row["least_similarity"]), Name(row["keeper"])
            )
        return Group(heading("Largest clusters"), indent(grid))

    def _spun(self) -> RenderableType | None:
        spun = self.figures["spun"]
        if not spun:
            return None
        grid = Table(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
        grid.add_column("score", justify="right", no_wrap=True)
        grid.add_column("article")
        for row in spun:
            grid.add_row(phrases.score(row["spun_score"]), Name(row["article"]))
        return Group(heading("Most plainly spun"), indent(grid))

    def _run(self) -> RenderableType | None:
        seconds, peak = self.figures["seconds"], self.figures["peak_memory_bytes"]
        stages = {name: value for name, value in seconds.items() if name != "total" and value is not None}
        said = []
        if seconds:
            said.append("took " + phrases.duration(seconds.get("total") or sum(stages.values())))
        if stages:
            longest = sorted(stages.items(), key=lambda stage: -stage[1])[:4]
            said[-1] += f" ({', '.join(f'{name} {phrases.duration(value)}' for name, value in longest)})"
        said += [f"peak memory {phrases.size(peak)}"] if peak else []
        said += (
            [f"threshold {self.figures['threshold']:.2f}"] if self.figures["threshold"] is not None else []
        )
        said += [f"cut again from {self.figures['recut']}"] if self.figures["recut"] else []
        return plain("; ".join(said), "note") if said else None

    def _next(self) -> Group:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(overflow="fold", style="command")
        grid.add_column(style="note")
        for words, why in self._commands():
            grid.add_row(plain(phrases.command("dedup", words[0], self.path, *words[1:])), why)
        return Group(heading("Next"), indent(grid))

    def _commands(self) -> Iterator[tuple[tuple[object, ...], str]]:
        counts, pair = self.figures["counts"], self.figures["pair_to_see"]
        if pair is not None:
            yield ("show", "pairs"), "the pairs"
            yield ("show", "clusters"), "who keeps, who goes"
            yield ("diff", pair), "one pair word by word"
            yield ("explain", pair), "why it is a pair"
        if counts["spun"]:
            yield ("show", "spun"), "spun phrases"
        if counts["furniture"]:
            yield ("show", "furniture"), "lines left out of bodies"
        if counts["skipped"] or pair is None:
            yield ("show", "skipped"), "what was not read, and why"


def _plot(title: str, rows: list[tuple[str, int]]) -> Group:
    largest = max(n for _, n in rows)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    for label, n in rows:
        grid.add_row(label, phrases.number(n), Bar(n, largest))
    return Group(heading(title), indent(grid))
