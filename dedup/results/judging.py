"""Judging the pairs of RESULTS: by their numbers, kept in a file by the names of the articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dedup.errors import UsageError
from dedup.results.judged import NAME, Judgements, ends_of, read_judged, write_judged
from dedup.results.opened import Results

_JUDGEMENT = re.compile(r"(.+)=(yes|no)", re.DOTALL)


class Judge:
    """The judgements of one file.

    path    the file
    judged  what it holds
    kept    how many judgements were added or replaced
    """

    def __init__(self, results: Results, path: str | None, adding: bool) -> None:
        """``path`` None: RESULTS/judged.tsv. ``UsageError``: it can't be read, or a file given isn't there.

        ``adding``: judgements will follow, so that a file that isn't there is begun.
        """
        self.path = results.path / NAME if path is None else Path(path)
        self.kept = 0
        self._results = results
        may_lack = path is None or adding
        self.judged: Judgements = {} if may_lack and not self.path.exists() else read_judged(self.path)

    def take(self, answers: Sequence[str]) -> None:
        """Keep judgements given as ``PAIR=yes`` or ``PAIR=no``: all of them, or none if one is wrong."""
        found = []
        for answer in answers:
            match = _JUDGEMENT.fullmatch(answer)
            if match is None:
                raise UsageError(f"--judge {answer!r} is not PAIR=yes or PAIR=no, like 12=yes")
            found.append((self._results.pair_number(match[1]), match[2] == "yes"))
        if found:
            names = self._results.table("pairs", ["left", "right"])
            for number, right in found:
                row = names.slice(number - 1, 1).to_pylist()[0]
                self.judged[ends_of(row["left"], row["right"])] = right
            self._write(len(found))

    def keep(self, left: str, right: str, answer: bool) -> None:
        """Keep one judgement at once."""
        self.judged[ends_of(left, right)] = answer
        self._write(1)

    def _write(self, count: int) -> None:
        write_judged(self.path, self.judged)
        self.kept += count
