"""What every process of a scan is told: the options, and what was drawn from them."""

from __future__ import annotations

from typing import NamedTuple

from dedup.options import Options
from dedup.sketch.scheme import Scheme, draw_scheme


class Plan(NamedTuple):
    """The options of a scan and its sketching scheme, and what was counted in it ('': nothing).

    frequent   the file of its frequent shingles
    recurring  the folder of its recurring lines
    rarity     the file that says how rare its stems are
    templates  the folder of passages that many articles of a source have
    """

    options: Options
    scheme: Scheme
    frequent: str = ""
    recurring: str = ""
    rarity: str = ""
    templates: str = ""


def make_plan(options: Options) -> Plan:
    """The plan that follows from the options; always the same one."""
    return Plan(options, draw_scheme(options.permutations, options.seed, options.threshold))
