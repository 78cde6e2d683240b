"""Whom a text credits as its origin: an agency, or who published it first.

Credits stand in the dateline ("LONDON (Reuters) -"), in the first lines ("By the Associated Press")
or in the last ones ("This article first appeared in ..."). Running text that says what an agency
reported is none, so only beginnings and ends are looked at, and only forms that are credits. The
names and wordings are data, see ``credit_names``. Every step looks at a bounded piece of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedup.furniture.credit_names import (
    LONGEST,
    Credits,
    Form,
    bare,
    find_agency,
    find_publisher,
    is_publisher,
    load_credits,
    name_key,
    opens_with,
    plain,
    read_name,
)

HEAD, TAIL = 600, 1200  # code points that are looked at

_HEAD_LINES, _TAIL_LINES = 3, 8
_SHORT = 160  # code points of a line that is a credit and nothing else
_PARAGRAPH = 80  # code points of a line that is running text
_DATELINE = 170  # code points in which a dateline ends
_PLACE = 90  # code points of a place and date
_MOST_SMALL = 3  # words in small letters among them
_LAST = 72  # code points at the end of a line that may be a credit
_RANKS = ("first", "alone", "told", "source", "by", "rights")  # which of several credits counts

_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,48})[)\]]|/([^/()]{2,24})/")
_PLACED = re.compile(
    r"[(\[]?(新华社|新華社|中新社|中新网|中央社|人民网|央视网)[^。，,]{0,24}?[电電日](?![视視报報])"
)
_DATED = re.compile(r"[^.!?]{3,60}[-–—] ?(РИА Новости|ТАСС|Интерфакс)\.")
_SHOUTED = re.compile(r"[A-Z][A-Z. ]{2}[^.!?]{0,60}$")
_DASHES = ("-", "–", "—")
_STATION = re.compile(r"(?!WWII|WNBA|WMD)[KW][A-Z]{3}(?:-TV|-FM|-AM)?")
_CLOSED = re.compile(
    r"[.!?…。！？][\"”'»)]{0,2} {0,2}([-–—]{0,3}) {0,2}[(\[/]?([^.!?()\[\]…。]{2,48})[)\]/]?\.?$"
)
_INITIALS = re.compile(r"(?: [A-Z]{2,4}){1,6}$")
_YEARS = re.compile(r"(?:copyright|\(c\)|©|by|\d{4}|[-–, ]){0,8}", re.IGNORECASE)
_BYLINE = re.compile(r" ?[|,–—] ?| - | of the | of | for | from ")
_SENTENCE = re.compile(r"[.!?:;()（）\[\]*_>|\"”“»。！？] {0,2}[(\[*_（［]?")


def find_credit(text: str) -> str | None:
    """Whom a text credits: the short name of an agency or the name of a publisher; None: nobody."""
    return credit_of(text[:HEAD], text[-TAIL:])


def credit_of(head: str, tail: str) -> str | None:
    """The same, of the first ``HEAD`` and the last ``TAIL`` code points of a text."""
    known = load_credits()
    found = _in_head(head, known) or _in_tail(tail, known)
    return found[:LONGEST].strip() if found else None


# ------------------------------------------------------------------ the first lines


def _in_head(head: str, known: Credits) -> str | None:
    if "\\n" in head:
        head = head.replace("\\n", "\n")  # lines that were escaped twice
    for line in _lines(head)[:_HEAD_LINES]:
        found = _dateline(line[:_DATELINE], known)
        if found is None and len(line) <= _SHORT and _may_end(line, known):
            found = _own_line(line, known)
        found = found or _worded([line[: 3 * _SHORT]], known, at_end=False)
        if found:
            return found
    return None


def _dateline(line: str, known: Credits) -> str | None:
    is_foreign = line[:1] > "Ͱ"  # letters beyond the Latin ones
    if not (is_foreign or "(" in line or "/" in line or "[" in line):
        return None
    line = plain(line)
    if is_foreign:
        placed = _PLACED.match(line.replace("【", "[")) or _DATED.match(line)
        if placed:
            return known.datelines[name_key(placed.group(1))]
        line = line.replace("【", "[").replace("】", "]")
    for match in _BRACKETED.finditer(line):
        before, after = line[: match.start()].strip(), line[match.end() :].lstrip(" .")
        inside = (match.group(1) or match.group(2)).strip()
        name = find_agency(inside, known.datelines)
        if name and _is_dateline(before, inside, after, name in known.agencies.values()):
            return name
        if name is None and _SHOUTED.match(before) and after[:1] in _DASHES and _STATION.fullmatch(inside):
            return inside
    return None


def _is_dateline(before: str, inside: str, after: str, is_plain: bool) -> bool:
    """Whether what stands around a name in brackets makes it a dateline."""
    goes_on = bool(after) and after[0] in ("-–—:=" if is_plain else "-–—")
    if not before:
        return is_plain or goes_on
    words = before.split()
    if inside.casefold() in before.casefold() or before[-1] in '”"!?' or _is_named(words):
        return False
    small = sum(word[:1].islower() for word in words)
    dated = before.isupper() or any(sign.isdigit() for sign in before)
    if goes_on:
        if words[-1].isupper() and len(words[-1]) > 2:  # a headline may stand before it
            return True
        is_short = len(before) <= _PLACE and not re.search(r"[a-z]{4}[.!?] ", before)
        return is_short and small <= _MOST_SMALL and (dated or not words[-1][:1].islower())
    if not is_plain or not after[:1].isupper() or len(before) > _PLACE:
        return False
    return small <= 1 if dated else small == 0 and len(words) <= _MOST_SMALL and len(inside) > 2


def _is_named(words: list[str]) -> bool:
    """Whether words end with the full name of an agency, of which the short one follows in brackets."""
    agencies = load_credits().agencies
    return any(find_agency(" ".join(words[-count:]), agencies) for count in (1, 2, 3))


def _lines(piece: str) -> list[str]:
    return [line.strip() for line in piece.split("\n") if line and not line.isspace()]


# ------------------------------------------------------------------ the last lines


def _in_tail(tail: str, known: Credits) -> str | None:
    lines = _lines(tail)
    is_cut = len(tail) >= TAIL and len(lines) <= _TAIL_LINES  # the first may lack its beginning
    lines = lines[-_TAIL_LINES:]
    return _worded(lines, known, is_cut=is_cut) or _last_word(lines, is_cut, known)


def _last_word(lines: list[str], is_cut: bool, known: Credits) -> str | None:
    """The agency that stands below the last paragraph, or at its end."""
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        is_long = len(line) >= _PARAGRAPH
        if _may_end(line, known):
            if not is_long and (number or not is_cut):
                own = _own_line(line, known)
                if own and (line[0] in "([（【/-–—" or (number and _ends(lines[number - 1]))):
                    return own
            found = _after_sentence(line, known)
            if found:
                return found
        if is_long:
            return None
    return None


def _ends(line: str) -> bool:
    """Whether a line is a sentence that ends."""
    return line[-1] in ".!?…”\"'’)。！？»"


def _may_end(line: str, known: Credits) -> bool:
    """Whether a line may end with the name of an agency: a quick look."""
    words = line[-24:].split()
    if words[-1][-2:] > "Ͱ":  # letters without spaces between words
        return True
    word = bare(words[-1])
    return word.isupper() or word.rpartition("/")[2].casefold() in known.ends


def _after_sentence(line: str, known: Credits) -> str | None:
    """The agency that follows the last sentence of a line."""
    match = _CLOSED.search(plain(line[-_LAST:]))
    if not match or (match.group(1) and line[0] in '"“'):  # a quotation, and who said so
        return None
    inside = match.group(2).strip()
    return find_agency(inside, known.agencies) or find_agency(_INITIALS.sub("", inside), known.agencies)


# ------------------------------------------------------------------ lines that are a credit


def _own_line(line: str, known: Credits) -> str | None:
    """The agency that a line consists of, or that stands after its last bar."""
    line = plain(line)
    return find_agency(line, known.agencies) or known.agencies.get(name_key(bare(line.rpartition("|")[2])))


def _worded(lines: list[str], known: Credits, *, at_end: bool = True, is_cut: bool = False) -> str | None:
    """Whom a wording in lines names; of several, the one that says most plainly who was first."""
    found, best = None, len(_RANKS)
    for number, line in enumerate(lines):
        begins = number > 0 or not is_cut
        for form, rest in _forms_in(line, begins, known):
            rank = _RANKS.index(form.kind)
            if rank < best and (at_end or form.kind != "rights"):
                name = _named(form, plain(rest[: 2 * _SHORT]), known)
                found, best = (name, rank) if name else (found, best)
    return found


def _forms_in(line: str, begins: bool, known: Credits) -> Iterator[tuple[Form, str]]:
    """The wordings at the beginning of a line and of its sentences, and the rest of the line after each."""
    if begins:
        line = line.lstrip(' \t-–—*_[(（【|•>"“' if line[:3] not in ("(c)", "(C)") else None)
        yield from _forms_at(line, known)
    for match in _SENTENCE.finditer(line):
        place = match.end()
        if line[place : place + 3] in known.opens or line[place : place + 1] in known.opens:
            in_brackets = match.group(0).strip()[-1:] in ("(", "[", "（", "［")
            for form, rest in _forms_at(line[place : place + 2 * _SHORT], known):
                if form.kind in ("first", "told") or (in_brackets and form.kind == "source"):
                    yield form, rest


def _forms_at(line: str, known: Credits) -> Iterator[tuple[Form, str]]:
    if opens_with(line) not in known.opens:
        return
    piece = plain(line[: 2 * _SHORT])
    folded = piece.casefold()
    for form in known.forms.get(opens_with(folded), ()):
        if folded.startswith(form.begins) and not (
            form.begins[-1].isalpha()
            and form.begins[-1].isascii()
            and folded[len(form.begins) :][:1].isalpha()
        ):
            yield form, piece[len(form.begins) :]


def _named(form: Form, rest: str, known: Credits) -> str | None:
    """Whom the rest of a line names after a wording."""
    if form.needs:
        place = rest.casefold().find(form.needs)
        if place < 0:
            return None
        rest = rest[place + len(form.needs) :].strip()
    if form.kind == "told":
        return form.name
    if form.kind == "rights":
        return find_agency(read_name(_YEARS.sub("", rest, 1), known), known.named)
    if form.kind == "by":
        last = bare(_BYLINE.split(bare(rest))[-1]) if len(rest) <= _PARAGRAPH else ""
        return (find_agency(rest, known.agencies) or known.agencies.get(name_key(last))) if last else None
    if form.kind == "alone" and len(rest) > _SHORT:
        return None
    name = find_publisher(rest, known)
    if form.kind == "source" and not is_publisher(name, rest, known):
        return None
    return name or None
