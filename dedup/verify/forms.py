"""Forms: texts that match because both are instances of a template, filled in with other facts.

Two town grants, two weekly reports, two notices of a rate share most of their words, and neither
was made from the other. What tells them from a text that was edited is where the facts stand, the
numbers and names: in a form they *replace* one another, again and again, and those of one text are
nowhere in the other; an editor changes words around facts that stay.
"""

from __future__ import annotations

from typing import NamedTuple

# Facts that differ: so great a weight of them (two names that one article in 250 has), so great a share of
# all facts, where so many stand for others; of those outside templates, where templates are so great a share
# of what matches.
LEAST_DIFFERING, MOST_DIFFERING, LEAST_REPLACED = 10.0, 0.4, 2
TEMPLATE_SHARE, MOST_DIFFERING_IN_TEMPLATE = 0.3, 0.15
# A form that is filled in: of so many edits, so great a share of all (also of those a week apart and more), a
# fact stands in the place of another, and so great a weight of facts differs; or one of these is so great.
LEAST_SLOTS, SLOTS_SHARE, SLOTS_SHARE_LATER, LEAST_DIFFERING_IN_FORM = 3, 0.25, 0.2, 0.1
MANY_SLOTS, MOST_EDITS, MUCH_DIFFERING = 4, 0.5, 0.2
# In so great a share of all edits facts stand for others, if both texts are of one source, or of any.
OWN_SLOTS_SHARE, MOST_SLOTS, MOST_SLOTS_SHARE = 1 / 3, 8, 0.6
FIGURES_SHARE = 0.3  # of all edits, in which a number stands for another: a table, a report of every month
# A notice of fewer words is another one if two facts differ; or one, where templates are so great a share,
# or where it is so short.
NOTICE, STOCK_SHARE, SHORTEST_NOTICE = 80, 0.4, 30
# But not for fewer facts that differ, to a figure that both have: results of a company, sent again; unless
# facts alone were changed in so few words: prices of another hour.
MOST_CORRECTED, SHORT_TABLE = 0.3, 40
# Texts of different days that are so short, or of which so few words match and such a share of these is
# standing text, are two notices, unless such a share of the shorter one matches and no fact stands for
# another.
SHORT_NOTICE, LONG_NOTICE, STANDING_SHARE, SAME_NOTICE = 100, 200, 0.25, 0.9
# Facts that differ, as above, in so short texts of one source, or more than a week apart.
SHORT_FORM, MOST_DIFFERING_AKIN = 200, 0.25
WEEK, UNKNOWN = 7, -1  # days
# What comes back after so many days, of whose matched words such a share is standing text, with other facts
# in it: the call for applications, the budget of another year.
ROUND, ROUND_SHARE = 300, 0.45
# A passage is a form's if facts stand for others so often, and in more than such a share of its edits.
SLOTS_IN_PASSAGE, SLOTS_SHARE_IN_PASSAGE = 2, 0.5
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


class Match(NamedTuple):
    """Two texts that match.

    matched     words that match
    shorter     words of the shorter text
    template    of those that match, those of templates of the source
    stock       of those, the ones of stock phrases of any source
    standing    of those, the ones of standing paragraphs, stock phrases among them
    one_source  both are of the same, known source
    days        from one to the other; ``UNKNOWN``
    """

    matched: int
    shorter: int
    template: int = 0
    stock: int = 0
    standing: int = 0
    one_source: bool = False
    days: int = UNKNOWN


def tell_apart(facts: Facts, slots: Slots, match: Match) -> bool:
    """Whether two texts that match are about different things: instances of a template."""
    share = _differing_share(facts)
    if match.days > 0 and _are_two_notices(slots, match):
        return True
    if match.days >= ROUND and _comes_round(slots, match):
        return True
    if match.matched < NOTICE and _tell_notices_apart(facts, slots, share, match):
        return True
    if match.matched < LONG_FORM and (
        _is_form(facts, slots, share, match) or _is_refilled(slots, share, match)
    ):
        return True
    if facts.differing < LEAST_DIFFERING:
        return False
    known = max(match.stock, match.template if match.one_source else 0)
    return known >= TEMPLATE_SHARE * match.matched and share >= MOST_DIFFERING_IN_TEMPLATE


def tell_pieces_apart(facts: Facts, slots: Slots, match: Match) -> bool:
    """The same of texts that share pieces: one of them may be much longer, and no notice beside the other."""
    return _is_form(facts, slots, _differing_share(facts), match)


def is_filled_in(slots: Slots) -> bool:
    """Whether a passage is a template's, filled in with the facts of either text."""
    return slots.own >= SLOTS_IN_PASSAGE and slots.own > SLOTS_SHARE_IN_PASSAGE * slots.edits


def _differing_share(facts: Facts) -> float:
    return facts.differing / max(1e-9, facts.differing + facts.shared_outside)


def _are_two_notices(slots: Slots, match: Match) -> bool:
    is_known = match.standing >= STANDING_SHARE * match.matched
    if match.shorter >= SHORT_NOTICE and not (is_known and match.matched < LONG_NOTICE):
        return False
    if is_known and match.shorter < SHORT_NOTICE:
        return True
    return match.matched < SAME_NOTICE * match.shorter or slots.replaced + slots.figures > 0


def _comes_round(slots: Slots, match: Match) -> bool:
    return match.standing >= ROUND_SHARE * match.matched and slots.own + slots.figures > 0


def _is_form(facts: Facts, slots: Slots, share: float, match: Match) -> bool:
    are_akin = match.matched < SHORT_FORM and (match.one_source or match.days > WEEK)
    most = MOST_DIFFERING_AKIN if are_akin else MOST_DIFFERING
    differ = facts.differing >= max(LEAST_DIFFERING, most * (facts.differing + facts.shared))
    if differ and max(slots.replaced, slots.figures) >= LEAST_REPLACED:
        return True
    if slots.figures >= max(LEAST_SLOTS, FIGURES_SHARE * slots.edits):
        return True
    least = SLOTS_SHARE_LATER if match.days > WEEK else SLOTS_SHARE
    if slots.own < max(LEAST_SLOTS, least * slots.edits) or share < LEAST_DIFFERING_IN_FORM:
        return False
    return slots.own >= min(MANY_SLOTS, MOST_EDITS * slots.edits) or share >= MUCH_DIFFERING


def _is_refilled(slots: Slots, share: float, match: Match) -> bool:
    if slots.replaced >= max(MOST_SLOTS, MOST_SLOTS_SHARE * slots.edits):
        return True
    least = max(MANY_SLOTS, OWN_SLOTS_SHARE * slots.edits)
    return match.one_source and slots.replaced >= least and share >= LEAST_DIFFERING_IN_FORM


def _tell_notices_apart(facts: Facts, slots: Slots, share: float, match: Match) -> bool:
    of_template = max(match.stock, match.template) >= STOCK_SHARE * match.matched
    if slots.replaced and (of_template or match.matched < SHORTEST_NOTICE):
        return True
    if match.matched < SHORT_TABLE and slots.figures and slots.replaced == slots.edits:
        return True
    if match.matched >= SHORTEST_NOTICE and facts.number < MOST_CORRECTED * facts.shared_figures:
        return False
    if facts.number >= (1 if of_template else 2):
        return True
    return slots.replaced >= 2 and share >= LEAST_DIFFERING_IN_FORM / 2
