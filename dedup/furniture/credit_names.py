"""Names in credits: which agency a piece of text is, and where the name of a publisher ends."""

from __future__ import annotations

import re

from dedup.furniture.credit_forms import Credits, name_key, plain

LONGEST = 80  # code points of a credit

_MOST_WORDS = 8  # of a name
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
    if not 0 < len(words) <= _MOST_WORDS or len(name) > LONGEST:
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


def is_publisher(name: str, rest: str, known: Credits) -> bool:
    """Whether what follows "Source:" is an agency or a publisher, and hardly anything else."""
    if len(rest) > LONGEST or name in known.named.values():
        return len(rest) <= LONGEST
    if "." in name and " " not in name and name.islower():
        return True
    words = [bare(word) for word in plain(name).casefold().split()]
    return any(word in known.papers or word.endswith(known.paper_ends) for word in words)
