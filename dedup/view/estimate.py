"""What a scan is expected to take, in a few lines."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from dedup.pipeline.estimate import Estimate
from dedup.view import phrases
from dedup.view.parts import plain

_MOST = 4  # steps that are named


def render_estimate(expected: Estimate) -> RenderableType:
    """Time, memory and disk, and what the figures rest on."""
    steps = {step: value for step, value in expected.seconds.items() if step != "total"}
    longest = sorted(steps.items(), key=lambda step: -step[1])[:_MOST]
    named = ", ".join(f"{step} {_duration(value)}" for step, value in longest)
    results, work = phrases.size(expected.results_bytes), phrases.size(expected.work_bytes)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="label", no_wrap=True)
    grid.add_column()
    for label, said in (
        ("input", f"{phrases.size(expected.input_bytes)}, {_about(expected.articles, 'article')}"),
        ("pairs", _about(expected.pairs, "pair")),
        ("time", f"about {_duration(expected.seconds['total'])} ({named})"),
        ("memory", f"about {phrases.size(expected.peak_memory_bytes)}"),
        ("disk", f"about {results} for RESULTS, and {work} in it while the scan goes on"),
    ):
        grid.add_row(label, plain(said))
    sample = phrases.size(expected.sample_bytes), phrases.count(expected.sample_articles, "article")
    took = phrases.duration(expected.sample_seconds)
    return Group(grid, plain(f"from a sample of {sample[0]}, {sample[1]}, that took {took}", "note"))


def estimate_json(expected: Estimate) -> dict[str, Any]:
    """All figures; seconds and bytes."""
    return expected._asdict()


def _duration(seconds: float) -> str:
    return phrases.duration(round(seconds) if seconds >= 10 else round(seconds, 1))


def _about(value: int, one: str) -> str:
    """A number of which two figures may be trusted."""
    digits = max(0, len(str(value)) - 2)
    near = round(value, -digits)
    return f"about {phrases.count(near, one)}" if value >= 100 else phrases.count(value, one)
