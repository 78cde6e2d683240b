"""The wordings that sites use around articles everywhere, kept as data.

``data/forms.tsv`` holds a kind and a wording a line: ``whole``: the line is that; ``begins``: the
line begins so; ``has``: it stands in a short line; ``heading``: the line is that, and what stands
below it is furniture, too. Case, punctuation and spaces don't matter.
"""

from __future__ import annotations

import functools
from importlib import resources

from dedup.furniture.lines import (
    BEGINS,
    HAS,
    HEADING,
    LONGEST_FORM,
    WHOLE,
    Wordings,
    make_wordings,
    wording_key,
)
from dedup.text.words import split_text

_KINDS = {"whole": WHOLE, "begins": BEGINS, "has": HAS, "heading": HEADING}


@functools.cache
def forms() -> Wordings:
    """The wordings, to be looked for in lines."""
    rows = [line.split("\t") for line in _read().splitlines() if line and not line.startswith("#")]
    keys, kinds = [], []
    for kind, wording in rows:
        words = split_text(wording).hashes
        if not 0 < len(words) <= LONGEST_FORM:
            raise ValueError(f"not a wording of 1 to {LONGEST_FORM} words: {wording}")
        keys.append(wording_key(words))
        kinds.append(_KINDS[kind])
    return make_wordings(keys, kinds)


def _read() -> str:
    return (resources.files("dedup.furniture") / "data" / "forms.tsv").read_text("utf-8")
