"""What every process of a scan is told: the options, and what was drawn from them."""

from __future__ import annotations

from typing import NamedTuple

from dedup.options import Options
from dedup.sketch.scheme import Scheme, draw_scheme
from dedup.stored import digest_of

Swaps = tuple[tuple[str, ...], ...]  # rows of a lexicon


class Plan(NamedTuple):
    """The options of a scan and its sketching scheme, and what was counted in it ('': nothing).

    frequent   the file of its frequent shingles
    recurring  the folder of its recurring lines
    rarity     the file that says how rare its stems are
    neighbours the file that says which stems are neighbours
    templates  the folder of passages that many articles of a source have
    own_swaps  the rows of ``Options.lexicon``
    """

    options: Options
    scheme: Scheme
    frequent: str = ""
    recurring: str = ""
    rarity: str = ""
    neighbours: str = ""
    templates: str = ""
    own_swaps: Swaps = ()


def make_plan(options: Options, own_swaps: Swaps = ()) -> Plan:
    """The plan that follows from the options and their lexicon's rows; always the same one."""
    scheme = draw_scheme(options.permutations, options.seed, options.threshold)
    return Plan(options, scheme, own_swaps=own_swaps)


def read_own_swaps(options: Options) -> Swaps:
    """The rows of ``Options.lexicon``. ``UsageError``: the file can't be read, or what is wrong with it."""
    if options.lexicon is None:
        return ()
    from dedup.spun.own_rows import read_own_rows  # which brings kernels along

    return read_own_rows(options.lexicon)


def digest_of_swaps(swaps: Swaps) -> str:
    """What tells these rows from others."""
    return digest_of(*("\t".join(row).encode() for row in swaps))
