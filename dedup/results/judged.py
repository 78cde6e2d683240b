r"""Judgements: pairs of articles of which a reader said whether they are reuse, in a small file.

A line a pair: article, article, ``yes`` or ``no``, parted by tabs. Lines that begin with ``#``
are remarks. In names ``\t``, ``\n``, ``\r`` and ``\\`` stand for a tab, line breaks and a
backslash, and ``\#`` for a ``#`` at the beginning.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from dedup.errors import DedupError, UsageError

NAME = "judged.tsv"  # in RESULTS
HEADER = "# article\tarticle\tyes or no: whether one was made from the other, or both from a third"

Ends = tuple[str, str]  # two articles, in the order of their names
Judgements = dict[Ends, bool]

_ANSWERS = {"yes": True, "no": False}
_ESCAPED = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"}
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\", "#": "#"}
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_SHOWN = 40  # letters of a line that an error shows


def ends_of(one: str, other: str) -> Ends:
    """The two articles in the order in which they are kept."""
    return (one, other) if one <= other else (other, one)


def read_judged(path: str | Path) -> Judgements:
    """The judgements of a file. ``UsageError`` names the line that is none, or says why it can't be read."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a file of judgements: it is not UTF-8") from None
    found: Judgements = {}
    lines: dict[Ends, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if not line or line.startswith("#"):
            continue
        try:
            ends, answer = _parse(line)
        except ValueError as error:
            raise UsageError(f"{path}, line {number}: {error}") from None
        if found.setdefault(ends, answer) != answer:
            raise UsageError(f"{path}, line {number}: line {lines[ends]} judges the same pair otherwise")
        lines.setdefault(ends, number)
    return found


def write_judged(path: str | Path, judged: Mapping[Ends, bool]) -> None:
    """Write a file of judgements, whole or not at all."""
    place = Path(os.path.realpath(path))
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    rows = ("\t".join([*map(_escape, ends), "yes" if answer else "no"]) for ends, answer in judged.items())
    try:
        try:
            unfinished.write_bytes(("\n".join([HEADER, *rows]) + "\n").encode())
            unfinished.replace(place)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise DedupError(f"can't write {path}: {error.strerror or error}") from None


def ruled_out(judged: Mapping[Ends, bool]) -> list[Ends]:
    """The pairs that were judged ``no``, sorted."""
    return sorted(ends for ends, answer in judged.items() if not answer)


def digest_of(pairs: Iterable[Ends]) -> str:
    """What tells these pairs from others."""
    lines = "".join(f"{_escape(one)}\t{_escape(other)}\n" for one, other in pairs)
    return hashlib.sha256(lines.encode()).hexdigest()


def _parse(line: str) -> tuple[Ends, bool]:
    fields = line.split("\t")
    if len(fields) != 3:
        shown = line if len(line) <= _SHOWN else line[:_SHOWN] + "…"
        raise ValueError(f"not two articles and yes or no, parted by tabs: {shown!r}")
    one, other, answer = _meant(fields[0]), _meant(fields[1]), fields[2]
    if answer not in _ANSWERS:
        raise ValueError(f"{answer[:_SHOWN]!r} is neither yes nor no")
    if not one or not other:
        raise ValueError("an article has no name")
    if one == other:
        raise ValueError(f"both articles are {one!r}")
    return ends_of(one, other), _ANSWERS[answer]


def _escape(name: str) -> str:
    escaped = "".join(_ESCAPED.get(character, character) for character in name)
    return "\\" + escaped if escaped.startswith("#") else escaped


def _meant(name: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in _MEANT:
            raise ValueError(f"{match[0]!r} stands for nothing; a backslash is written \\\\")
        return _MEANT[match[1]]

    return _ESCAPE.sub(one, name)
