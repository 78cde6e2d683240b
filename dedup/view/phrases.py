"""Figures in plain words: numbers, dates, durations, what a kind means, who was first."""

from __future__ import annotations

import datetime
import itertools
import shlex
from collections.abc import Iterable, Mapping

from rich.cells import cell_len

# The rule of each kind, in words. DESIGN's figures; the verdict itself is in the tables.
KIND_MEANING = {
    "exact": "the same words; letter case, punctuation and spaces aside",
    "copy": "the same body; site furniture, headline, cropping or small edits differ",
    "contains": "nearly all of the shorter text stands inside the longer one",
    "partial": "passages were copied; each side has text of its own",
    "rewrite": "the same statements in changed words, or in edited pieces",
}


def number(value: float | int | None) -> str:
    """``12,345``; ``-`` for what is unknown."""
    return "-" if value is None else f"{value:,}"


def score(value: float | None) -> str:
    """Two decimals, cut rather than rounded, so that only a true 1 shows as 1.00."""
    return "-" if value is None else f"{int(value * 100 + 1e-9) / 100:.2f}"


def count(value: int, one: str, many: str = "") -> str:
    """``1 pair``, ``2 pairs``."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def reasons(counts: Mapping[str, int], shown: int) -> str:
    """``5 empty, 3 json and 4 more``: the first so many reasons, and how many rows have others."""
    told = dict(itertools.islice(counts.items(), shown))
    more = sum(counts.values()) - sum(told.values())
    said = ", ".join(f"{rows:,} {reason}" for reason, rows in told.items())
    return f"{said} and {more:,} more" if more else said


def size(value: float) -> str:
    """Bytes in the unit that leaves a short number."""
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def duration(seconds: float) -> str:
    """``0.42 s``, ``12.3 s``, ``4 min 10 s``, ``2 h 5 min``, ``3 days 4 h``."""
    if seconds < 60:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if hours == 0:
        return _two(minutes, "min", int(seconds) % 60, "s")
    if days == 0:
        return _two(hours, "h", minutes % 60, "min")
    return _two(days, "day" if days == 1 else "days", hours % 24, "h")


def _two(large: int, unit: str, small: int, small_unit: str) -> str:
    return f"{large:,} {unit} {small} {small_unit}" if small else f"{large:,} {unit}"


def date(published: str | None) -> str:
    """``2024-03-02 08:15``, in UTC; the day alone at midnight."""
    if not published:
        return "no date"
    day, _, time = published.rstrip("Z").partition("T")
    if time in ("", "00:00:00"):
        return day
    return f"{day} {time.removesuffix(':00') if time.count(':') == 2 else time}"


def between(earlier: str | None, later: str | None) -> str:
    """The time between two dates as a duration; empty if either is unknown."""
    try:
        start, end = (datetime.datetime.fromisoformat(value or "") for value in (earlier, later))
        apart = (end - start).total_seconds()
    except (ValueError, TypeError):
        return ""
    return duration(apart) if apart > 0 else ""


def first_by(left: str | None, right: str | None) -> str:
    """Who was first, and by how much, in a few words; empty if neither has a date."""
    if not left or not right:
        known = [(label, date) for label, date in (("left", left), ("right", right)) if date]
        return f"unknown: only the {known[0][0]} one has a date" if known else ""
    apart = between(left, right)
    return f"left, by {apart}" if apart else "both at once"


def who_first(left: str | None, right: str | None) -> str:
    """Why the left article counts as the earlier one, from the two dates of publication."""
    if left and right:
        if left == right:
            return "both have the same date, so the order of their names decides which is left"
        apart = between(left, right)
        by = f" by {apart}" if apart else ""
        return f"left is earlier{by}: {date(left)} against {date(right)} UTC"
    if left:
        return f"only the left one has a date ({date(left)} UTC); one without a date counts as later"
    return (
        "neither has a date, so nobody knows which was first; the order of their names decides which is left"
    )


def matched(words: int, left: int, right: int) -> str:
    """How many words of either side answer each other."""
    return f"{number(words)} of the {number(left)} words on the left and {number(right)} on the right match"


def cut_middle(text: str, width: int) -> str:
    """The text in at most ``width`` columns, its middle left out: a name's ends tell most."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    tail_width = (width - 1) * 3 // 5
    tail = _fit(reversed(text), tail_width)[::-1]
    return _fit(text, width - 1 - cell_len(tail)) + "…" + tail


def command(*words: object) -> str:
    """A command as a shell takes it."""
    return " ".join(shlex.quote(str(word)) for word in words)


def _fit(characters: Iterable[str], width: int) -> str:
    kept: list[str] = []
    for character in characters:
        width -= cell_len(character)
        if width < 0:
            break
        kept.append(character)
    return "".join(kept)
