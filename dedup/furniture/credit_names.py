"""The names and wordings of credits, kept as data in ``data/credits.tsv``, and how names are read.

The file says what its kinds mean. Names and wordings are looked up by their key: in small letters
with single spaces; but names of up to four letters as they are written, for many are words, too.
Of a piece of text it is told which agency it is, or where the publisher's name that it begins with
ends.
"""

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import NamedTuple

_EXACT = 4  # letters of a name up to which it is read as it is written
_GAP = " ... "
_NAMES = ("agency", "dateline", "named")
_WORDS = ("paper", "article", "never", "stop")
_OPENS = 3  # letters by which wordings are looked for
LONGEST = 80  # code points of a credit
_WIDE = str.maketrans("\u00a0\u2007\u202f\u3000\t：（）［］＝／’", "     :()[]=/'")
_MOST_WORDS = 8  # of a name
_YEAR = 4  # digits
_AROUND = " \t\"'“”„«»‘*_.,;:-–—()[]<>|/©•"
_JOINT = re.compile(r" ?[/,;&+=] ?| and | with | und | et |-")
_PART = re.compile(r"[a-z]{2,4}|LLC|Inc|Ltd|[^\d]{0,12}\d.{0,24}")  # a desk or a date, beside an agency
_HOST = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,12})(?![\w@.]\w)", re.IGNORECASE
)
_END = re.compile(r"(?<=[^\s.]{3})[.!?](?=\s|$)|(?<=\))\.|[,:;|()\[\]<>\"“”«»。，！？；【】—–]| - ")
_ELIDED = re.compile(r"^[lLdD]'(?=\w)")
_LABELS = (
    "责任编辑",
    "責任編輯",
    "编辑",
    "作者",
    "时间",
    "時間",
    "日期",
    "记者",
    "原标题",
)  # of other fields


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
    by_opens: dict[str, list[Form]] = {}
    for form in sorted(forms, key=lambda form: -len(form.begins)):
        by_opens.setdefault(opens_with(form.begins), []).append(form)
    return Credits(
        names["agency"],
        names["agency"] | names["dateline"],
        names["agency"] | names["named"],
        frozenset(key.casefold().rpartition(" ")[2] for key in names["agency"]),
        {key: tuple(some) for key, some in by_opens.items()},
        frozenset(cased for key in by_opens for cased in (key, key.capitalize(), key.upper())),
        frozenset(paper for paper in papers if "~" not in paper),
        tuple(paper[1:] for paper in papers if paper.startswith("~")),
        frozenset(words["article"]),
        frozenset(words["never"]),
        frozenset(words["stop"]),
    )


def _read() -> str:
    return (resources.files("dedup.furniture") / "data" / "credits.tsv").read_text("utf-8")


# ------------------------------------------------------------------ names


def bare(text: str) -> str:
    """Without signs, brackets and spaces around it."""
    return text.strip(_AROUND)


def find_agency(name: str, names: dict[str, str]) -> str | None:
    """The agency of a name, or the first of several that are joined."""
    name = bare(name)
    found = names.get(name_key(name))
    if found or len(name) <= 4:
        return found
    if name[:4].casefold() == "the ":
        return names.get(name_key(name[4:]))
    parts = [bare(part) for part in _JOINT.split(name)]
    first = names.get(name_key(parts[0]))
    if first and all(name_key(part) in names or _PART.fullmatch(part) for part in parts[1:]):
        return first
    return None


def find_publisher(rest: str, known: Credits) -> str:
    """The publisher that the rest of a line begins with; '': it is none."""
    rest = rest.lstrip(" :\"'“”«»„‘(")
    host = _HOST.match(rest)
    if host and (host.group(1).islower() or "/" in host.group(0)):
        name = host.group(1).lower()
        return known.named.get(name_key(name), name)
    name = read_name(rest, known)
    agency = find_agency(name, known.named)
    if agency:
        return agency
    words = name.split()
    if not 0 < len(words) <= _MOST_WORDS or len(name) > LONGEST or _is_glued(words, known):
        return ""
    begins = words[0][0]
    is_name = begins.isalpha() and not begins.islower() and bare(words[0].casefold()) not in known.never
    return name if is_name else ""


def read_name(rest: str, known: Credits) -> str:
    """The words before a stop, without articles before them."""
    rest = rest.lstrip(" :\"'“”«»„‘(")[: 2 * LONGEST]
    end = _END.search(rest)
    words = _ELIDED.sub("", rest[: end.start()] if end else rest).split()
    while words and words[0] in known.articles:
        del words[0]
    stop = next((place for place, word in enumerate(words) if place and word in known.stops), len(words))
    name = " ".join(words[:stop])
    for label in _LABELS if not name.isascii() else ():
        name = name.partition(label)[0]
    return bare(name)


def _is_glued(words: list[str], known: Credits) -> bool:
    """Whether a word runs on: "TRIBUNEon July 4", "Tribune4 July", "Tribune2021"."""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        letters = word.rstrip("0123456789")
        digits = len(word) - len(letters)
        is_date = digits == _YEAR or (digits and bare(after.casefold()) in known.never)
        if is_date and len(letters) > 2 and letters.isalpha():
            return True
        if any(word.endswith(stop) and word[: -len(stop)].isupper() for stop in known.stops):
            return True
    return False


def is_publisher(name: str, rest: str, known: Credits) -> bool:
    """Whether what follows "Source:" is an agency or a publisher, and hardly anything else."""
    if len(rest) > LONGEST or name in known.named.values():
        return len(rest) <= LONGEST
    if "." in name and " " not in name and name.islower():
        return True
    words = [bare(word) for word in plain(name).casefold().split()]
    return any(word in known.papers or word.endswith(known.paper_ends) for word in words)
