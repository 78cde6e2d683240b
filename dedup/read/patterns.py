"""``--include`` and ``--exclude``: glob patterns over paths, much as in .gitignore.

- ``*`` and ``?`` match within a name, ``**`` also across ``/``; ``[abc]``, ``[a-z]`` and
  ``[!abc]`` match one character. Upper and lower case differ.
- A pattern without ``/`` is matched against every name on the path: ``*.txt``, ``drafts``.
- A pattern with ``/`` is matched from the scanned folder on: ``2024/*.txt``, ``/drafts``.
- What matches a directory holds for everything below it; ``drafts/`` only directories.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


class Patterns:
    """Patterns of one option. ``bool(patterns)`` is false if there are none."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._whole = [_compile(p) for p in patterns if not p.endswith("/")]
        self._directories = [_compile(p.rstrip("/")) for p in patterns if p.endswith("/")]

    def __bool__(self) -> bool:
        return bool(self._whole or self._directories)

    def match_directory(self, path: str) -> bool:
        """Whether the directory at ``path`` (``a/b``), or one above it, is meant."""
        return any(
            p.fullmatch(part) for part in _with_parents(path) for p in (*self._whole, *self._directories)
        )

    def match_file(self, path: str) -> bool:
        """Whether the file at ``path``, or a directory above it, is meant."""
        if any(p.fullmatch(path) for p in self._whole):
            return True
        above, slash, _ = path.rpartition("/")
        return bool(slash) and self.match_directory(above)


def _with_parents(path: str) -> list[str]:
    names = path.split("/")
    return ["/".join(names[:count]) for count in range(1, len(names) + 1)]


def _compile(pattern: str) -> re.Pattern[str]:
    """A pattern without its trailing slash, to be matched against a whole path."""
    anywhere = "" if "/" in pattern else "(?:.*/)?"
    return re.compile(anywhere + _translate(pattern.removeprefix("/")), re.DOTALL)


def _translate(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\])", pattern)
    return "".join(_translate_part(part) for part in parts)


def _translate_part(part: str) -> str:
    if part == "**/":
        return "(?:.*/)?"
    if part in ("**", "*", "?"):
        return {"**": ".*", "*": "[^/]*", "?": "[^/]"}[part]
    if part.startswith("[") and part.endswith("]") and len(part) > 2:
        return _translate_set(part[1:-1])
    return re.escape(part)


def _translate_set(inside: str) -> str:
    negated = inside.startswith("!")
    characters = inside[negated:]
    ranges = re.findall(r"(.)-(.)|(.)", characters, re.DOTALL)
    pieces = [
        re.escape(single) if single else f"{re.escape(low)}-{re.escape(high)}"
        for low, high, single in ranges
        if single or low <= high
    ]
    if not pieces:
        return "[^/]" if negated else "(?!)"  # nothing is in an empty set
    return f"(?!/)[{'^' if negated else ''}{''.join(pieces)}]"
