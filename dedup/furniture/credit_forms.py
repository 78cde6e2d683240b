"""The wordings with which articles name their origin, kept as data: ``data/credits.tsv``.

The file says what its kinds mean. Names and wordings are looked up by their key: in small letters
with single spaces; but names of up to four letters as they are written, for many are words, too.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import NamedTuple

from dedup.text.words import split_text

_EXACT = 4  # letters of a name up to which it is read as it is written
_GAP = " ... "
_NAMES = ("agency", "dateline", "named")
_WORDS = ("common", "paper", "article", "never", "stop")
_OPENS = 3  # letters by which wordings are looked for
_WIDE = str.maketrans("\u00a0\u2007\u202f\u3000\t：（）［］＝／’", "     :()[]=/'")


class Form(NamedTuple):
    """A wording: its kind, its beginning, what follows somewhere in the line, and whom it names."""

    kind: str
    begins: str
    needs: str
    name: str


class Credits(NamedTuple):
    """The file, to be looked things up in.

    agencies   names by key: what a credit may be alone
    datelines  what it may be in a dateline, agencies among them
    named      what it may be after a wording, agencies among them
    ends       last words of the names of agencies
    forms      wordings by their first letters, the longest first
    opens      the same letters, in every case
    """

    agencies: dict[str, str]
    datelines: dict[str, str]
    named: dict[str, str]
    ends: frozenset[str]
    forms: dict[str, tuple[Form, ...]]
    opens: frozenset[str]
    common: frozenset[str]
    papers: frozenset[str]
    paper_ends: tuple[str, ...]
    articles: frozenset[str]
    never: frozenset[str]
    stops: frozenset[str]


def plain(text: str) -> str:
    """The text with plain signs for wide ones and single spaces."""
    return " ".join((text if text.isascii() else text.translate(_WIDE)).split())


def name_key(name: str) -> str:
    """By what a name is looked up."""
    return name if len(name) <= _EXACT else name.casefold()


def opens_with(line: str) -> str:
    """By what the wording at the beginning of a line is looked up."""
    return line[:_OPENS].ljust(_OPENS) if line[:1].isascii() else line[:1]


@functools.cache
def load_credits() -> Credits:
    """The wordings."""
    names: dict[str, dict[str, str]] = {kind: {} for kind in _NAMES}
    words: dict[str, set[str]] = {kind: set() for kind in _WORDS}
    forms: list[Form] = []
    for line in _read().splitlines():
        if line and not line.startswith("#"):
            kind, name, wordings = [*line.split("\t"), ""][:3]
            for wording in (wordings or name).split("|"):
                if kind in names:
                    names[kind][name_key(wording)] = name
                elif kind in words:
                    words[kind].add(wording)
                else:
                    begins, _, needs = wording.partition(_GAP)
                    forms.append(Form(kind, begins, needs, name if wordings else ""))
    papers = words["paper"]
    opens = {opens_with(form.begins) for form in forms}
    by_length = sorted(forms, key=lambda form: -len(form.begins))
    return Credits(
        names["agency"],
        names["agency"] | names["dateline"],
        names["agency"] | names["named"],
        frozenset(key.casefold().rpartition(" ")[2] for key in names["agency"]),
        {key: tuple(form for form in by_length if opens_with(form.begins) == key) for key in opens},
        frozenset(cased for key in opens for cased in (key, key.capitalize(), key.upper())),
        frozenset(words["common"]),
        frozenset(paper for paper in papers if "~" not in paper),
        tuple(paper[1:] for paper in papers if paper.startswith("~")),
        frozenset(words["article"]),
        frozenset(words["never"]),
        frozenset(words["stop"]),
    )


@functools.cache
def telling_words() -> frozenset[str]:
    """A word, or two, of each wording and each name of an agency: a text without any credits nobody."""
    known = load_credits()
    forms = [form for some in known.forms.values() for form in some if form.kind not in ("by", "rights")]
    wordings = [*known.datelines, *(f"{form.begins} {form.needs}" for form in forms)]
    return frozenset(_telling(wording, known.common) for wording in wordings)


def _telling(wording: str, common: frozenset[str]) -> str:
    words = split_text(wording).folded.tobytes().decode().split()
    telling = (word for word in words if len(word) > 1 and word not in common)
    return max(telling, key=len, default=" ".join(words[:2]))


def _read() -> str:
    return (resources.files("dedup.furniture") / "data" / "credits.tsv").read_text("utf-8")
