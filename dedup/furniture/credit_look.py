"""A quick look at many texts at once: which of them may credit somebody at all.

Only the first and last words of each text are looked at, by their hashes, for names of agencies and
for wordings; and these count only where a credit stands. A wording has to begin a line or a
sentence. A name has to stand behind a sign or a year, and in a bracket among the first words, or
near the end of its line, or in a line that begins with a copyright sign; or it follows a line's
"By" or "Copyright" within a few words. Hardly any other texts pass, so that few are read by
``credit``. What that would find elsewhere is given up: what stands in the first or last lines of a
text, but further in than so many words; a name or wording that is glued to the word before it; an
agency that a line goes on after for long, but for datelines.
"""

from __future__ import annotations

import functools
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.furniture.credit_names import load_credits
from dedup.text.hashing import mix_hash
from dedup.text.words import Words, split_text

_FIRST, _LAST = 40, 80  # words of a text that are looked at
_AFTER_BY = 8  # words of a line within which a name follows "By"
_LINE_END = 40  # bytes from a name to the end of its line
_LONGEST_GAP = 64  # bytes between two words that are looked at
_ROOM = 4  # places of the table for each key, at least
_OPENS = 2**14

# What a table says of words in a row: they are, and what may follow them.
_AGENCY, _DATELINE, _SENTENCE, _LINE, _COLON, _BY, _GOES_ON = 1, 2, 4, 8, 16, 32, 64
_KINDS = {"first": _SENTENCE, "told": _SENTENCE, "alone": _LINE, "source": _LINE, "by": _BY, "rights": _BY}
# What stands before a word.
_SIGN, _BRACKET, _BREAK = 1, 2, 4


def may_credit(words: Words, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of n texts may credit somebody: bool[n]. ``data``, ``offsets``: as in ``split_words``."""
    found: NDArray[np.bool_] = _look(*words[:5], data, offsets, *_tables())
    return found


@functools.cache
def _tables() -> tuple[NDArray[np.bool_], NDArray[np.uint64], NDArray[np.uint8]]:
    """By the last bits of a hash: whether a name or wording may begin so; and a hash table of their words.

    Open addressing; a free place has no bits.
    """
    known = load_credits()
    said = [(name, _AGENCY) for name in (*known.agencies, *known.named)]
    said += [(name, _DATELINE) for name in known.datelines]
    said += [(f"the {name}", kind) for name, kind in said]
    for form in (form for some in known.forms.values() for form in some):
        kind = _KINDS[form.kind]
        said.append((form.begins, _COLON if kind == _LINE and form.begins[-1] == ":" else kind))
    opens, bits = np.zeros(_OPENS, np.bool_), dict[int, int]()
    for wording, kind in said:
        hashes = split_text(wording).hashes
        key = np.uint64(0)
        for place, word in enumerate(hashes):
            key = np.uint64(mix_hash(key, word)) if place else word
            bits[int(key)] = bits.get(int(key), 0) | (_GOES_ON if place + 1 < len(hashes) else kind)
        opens[hashes[:1] % np.uint64(_OPENS)] = True
    size = 1 << (_ROOM * len(bits) - 1).bit_length()
    keys, kinds = np.zeros(size, np.uint64), np.zeros(size, np.uint8)
    for one, kind in bits.items():
        slot = one % size
        while kinds[slot]:
            slot = (slot + 1) % size
        keys[slot], kinds[slot] = one, kind
    return opens, keys, kinds


@numba.njit(cache=True, nogil=True)
def _look(
    hashes: Any,
    starts: Any,
    ends: Any,
    first: Any,
    lengths: Any,
    data: Any,
    offsets: Any,
    opens: Any,
    keys: Any,
    kinds: Any,
) -> Any:
    found = np.zeros(len(lengths), np.bool_)
    mask = np.uint64(_OPENS - 1)
    for text in range(len(lengths)):
        begin, end = first[text], first[text + 1]
        piece = data[offsets[text] : offsets[text + 1]]
        is_ascii = len(piece) == lengths[text]
        if _has_station(piece):
            found[text] = True
            continue
        for is_tail in range(2):
            least = max(begin, end - _LAST) if is_tail else begin
            most = end if is_tail else min(end, begin + _FIRST)
            place, point = (len(piece), lengths[text]) if is_tail else (0, 0)
            for word in range(least, most):
                if not opens[hashes[word] & mask]:
                    continue
                if is_ascii:
                    place = starts[word]
                else:
                    place, point = _move(piece, place, starts[word] - point), starts[word]
                before = _before(
                    piece, place, starts[word] - (ends[word - 1] if word > begin else 0), word == begin
                )
                if before and _is_credit(
                    hashes, starts, ends, word, end, piece, place, before, is_tail, keys, kinds, opens
                ):
                    found[text] = True
                    break
            if found[text]:
                break
    return found


@numba.njit(cache=True, nogil=True)
def _is_credit(
    hashes: Any,
    starts: Any,
    ends: Any,
    word: Any,
    end: Any,
    data: Any,
    place: Any,
    before: Any,
    is_tail: Any,
    keys: Any,
    kinds: Any,
    opens: Any,
) -> Any:
    """Whether a name or wording begins with a word and stands where a credit does."""
    last, key = word, hashes[word]
    kind = _kind_of(keys, kinds, key)
    while kind:
        if kind & _SENTENCE or (kind & _LINE and before & (_BREAK | _BRACKET)):
            return True
        if kind & (_COLON | _AGENCY | _DATELINE):
            after = _move(data, place, ends[last] - starts[word])
            if kind & _COLON and before & (_BREAK | _BRACKET) and _has_colon(data, after):
                return True
            is_foreign = before & _BREAK and data[place] >= 0x80  # its line may begin with it
            if kind & (_AGENCY | _DATELINE) and not is_tail and (before & _BRACKET or is_foreign):
                return True
            if kind & _AGENCY and (_ends_line(data, after) or (is_tail and _is_copyright(data, place))):
                return True
        if kind & _BY and before & _BREAK:
            for other in range(last + 1, min(last + 1 + _AFTER_BY, end)):
                if opens[hashes[other] & np.uint64(_OPENS - 1)] and _is_agency(
                    hashes, other, end, keys, kinds
                ):
                    stop = _move(data, place, starts[other] - starts[word])
                    return not np.any(data[place:stop] == 0x0A)
        last += 1
        if not kind & _GOES_ON or last == end:
            return False
        key = mix_hash(key, hashes[last])
        kind = _kind_of(keys, kinds, key)
    return False


@numba.njit(cache=True, nogil=True)
def _is_agency(hashes: Any, word: Any, end: Any, keys: Any, kinds: Any) -> Any:
    """Whether the name of an agency begins with a word."""
    key = hashes[word]
    kind = _kind_of(keys, kinds, key)
    while kind & _GOES_ON and not kind & _AGENCY and word + 1 < end:
        word += 1
        key = mix_hash(key, hashes[word])
        kind = _kind_of(keys, kinds, key)
    return kind & _AGENCY != 0


@numba.njit(cache=True, nogil=True)
def _kind_of(keys: Any, kinds: Any, key: Any) -> Any:
    mask = np.uint64(len(keys) - 1)
    slot = key & mask
    while kinds[slot] != 0 and keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return kinds[slot]


# ------------------------------------------------------------------ bytes around words


@numba.njit(cache=True, nogil=True)
def _move(data: Any, place: Any, points: Any) -> Any:
    """The place so many code points further on, or back."""
    while points > 0:
        place += 1
        while place < len(data) and data[place] & 0xC0 == 0x80:
            place += 1
        points -= 1
    while points < 0:
        place -= 1
        points += data[place] & 0xC0 != 0x80
    return place


@numba.njit(cache=True, nogil=True)
def _before(data: Any, place: Any, points: Any, is_first: Any) -> Any:
    """What stands in so many code points before a word: bits."""
    found = _BREAK if is_first else 0
    least = max(0, place - _LONGEST_GAP)
    while points > 0 and place > least:
        place -= 1
        byte = data[place]
        points -= byte & 0xC0 != 0x80
        if byte == 0x0A:
            return found | _BREAK
        if byte == 0x28 or byte == 0x5B or byte == 0x2F or byte >= 0x80:
            found |= _BRACKET
        elif byte != 0x20 and byte != 0x2C and byte != 0x27:
            found |= _SIGN
    if place > 0 and 0x30 <= data[place - 1] <= 0x39:  # a year
        found |= _SIGN
    return found


@numba.njit(cache=True, nogil=True)
def _has_colon(data: Any, place: Any) -> Any:
    if place < len(data) and data[place] == 0x20:
        place += 1
    return place < len(data) and (data[place] == 0x3A or data[place] == 0xEF)


@numba.njit(cache=True, nogil=True)
def _ends_line(data: Any, place: Any) -> Any:
    """Whether a line ends soon."""
    stop = place + _LINE_END
    return stop >= len(data) or np.any(data[place:stop] == 0x0A)


@numba.njit(cache=True, nogil=True)
def _is_copyright(data: Any, place: Any) -> Any:
    """Whether a line began shortly before with a sign that is not ASCII, as that of a copyright."""
    least = max(0, place - _LINE_END)
    while place > least and data[place - 1] != 0x0A:
        place -= 1
    return (place == 0 or data[place - 1] == 0x0A) and data[place] >= 0x80


@numba.njit(cache=True, nogil=True)
def _has_station(data: Any) -> Any:
    """Whether a bracket is followed by K or W and a capital letter, as in the call letters of a station."""
    for place in range(min(len(data) - 2, 4 * _FIRST)):
        if data[place] == 0x28 or data[place] == 0x5B:
            after = data[place + 1]
            if (after == 0x4B or after == 0x57) and 0x41 <= data[place + 2] <= 0x5A:
                return True
    return False
