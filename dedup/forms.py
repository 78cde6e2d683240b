"""Forms: texts that match because both are instances of a template, filled in with other facts.

Two town grants, two weekly reports, two notices of a rate share most of their words, and neither
was made from the other. What tells them from a text that was edited is where the facts stand, the
numbers and names: in a form they *replace* one another, again and again, and those of one text are
nowhere in the other; an editor changes words around facts that stay.
"""

from __future__ import annotations

from typing import NamedTuple

# Facts that differ: so great a weight of them (two names that one article in 250 has), so great a share of
# all facts; of those outside templates, where templates are so great a share of what matches.
LEAST_DIFFERING, MOST_DIFFERING = 10.0, 0.4
TEMPLATE_SHARE, MOST_DIFFERING_IN_TEMPLATE = 0.3, 0.15
# A form that is filled in: of so many edits, so great a share of all, a fact stands in the place of
# another, and so great a weight of facts differs; or else one of these is so great.
LEAST_SLOTS, SLOTS_SHARE, LEAST_DIFFERING_IN_FORM = 3, 0.2, 0.1
MANY_SLOTS, MOST_EDITS, MUCH_DIFFERING = 4, 0.5, 0.2
# In so great a share of all edits facts stand for others, if both texts are of one source, or of any.
OWN_SLOTS_SHARE, MOST_SLOTS, MOST_SLOTS_SHARE = 1 / 3, 8, 0.6
FIGURES_SHARE = 0.3  # of all edits, in which a number stands for another: a table, a report of every month
# A notice of fewer words is another one if two facts differ; or one, where templates are so great a share,
# or where it is so short.
NOTICE, STOCK_SHARE, SHORTEST_NOTICE = 80, 0.4, 30
# Texts of so many matched words are no forms, but works that are kept up, unless templates say otherwise.
LONG_FORM = 400


class Facts(NamedTuple):
    """What two texts say of facts, numbers and names (see ``facts.compare_facts``)."""

    differing: float
    shared: float
    shared_outside: float  # of templates
    number: float
    figures: float = 0.0
    shared_figures: float = 0.0


class Slots(NamedTuple):
    """Places of an alignment where a fact stands for another one (see ``facts.count_slots``)."""

    replaced: int
    own: int  # of these, with facts that the other text hasn't anywhere
    figures: int  # where a number stands for another one
    edits: int


def tell_apart(facts: Facts, slots: Slots, matched: int, template: int, stock: int, one_source: bool) -> bool:
    """Whether two texts that match are about different things: instances of a template.

    matched     words that match
    template    of these, those of templates of the source
    stock       of these, those of stock phrases of any source
    one_source  both are of the same, known source
    """
    share = facts.differing / max(1e-9, facts.differing + facts.shared_outside)
    if matched < NOTICE and _tell_notices_apart(facts, slots, share, matched, max(stock, template)):
        return True
    if matched < LONG_FORM and (_is_form(facts, slots, share) or _is_refilled(slots, share, one_source)):
        return True
    if facts.differing < LEAST_DIFFERING:
        return False
    known = max(stock, template if one_source else 0)
    return known >= TEMPLATE_SHARE * matched and share >= MOST_DIFFERING_IN_TEMPLATE


def _is_form(facts: Facts, slots: Slots, share: float) -> bool:
    if facts.differing >= max(LEAST_DIFFERING, MOST_DIFFERING * (facts.differing + facts.shared)):
        return True
    if slots.figures >= max(LEAST_SLOTS, FIGURES_SHARE * slots.edits):
        return True
    if slots.own < max(LEAST_SLOTS, SLOTS_SHARE * slots.edits) or share < LEAST_DIFFERING_IN_FORM:
        return False
    return slots.own >= min(MANY_SLOTS, MOST_EDITS * slots.edits) or share >= MUCH_DIFFERING


def _is_refilled(slots: Slots, share: float, one_source: bool) -> bool:
    if slots.replaced >= max(MOST_SLOTS, MOST_SLOTS_SHARE * slots.edits):
        return True
    least = max(MANY_SLOTS, OWN_SLOTS_SHARE * slots.edits)
    return one_source and slots.replaced >= least and share >= LEAST_DIFFERING_IN_FORM


def _tell_notices_apart(facts: Facts, slots: Slots, share: float, matched: int, known: int) -> bool:
    of_template = known >= STOCK_SHARE * matched
    if facts.number >= (1 if of_template else 2):
        return True
    if slots.replaced and (of_template or matched < SHORTEST_NOTICE):
        return True
    return slots.replaced >= 2 and share >= LEAST_DIFFERING_IN_FORM / 2
