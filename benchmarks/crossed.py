"""What a fitted model makes of pairs whose texts it wasn't fitted to.

Texts are dealt out to *folds*, so that articles of one group, with the same words, or in one
labelled pair are in one fold. A model that is fitted without a fold, its bias too, judges the
fold's pairs. A pair of the crowd whose ends are in two folds is judged by none.

Every kind of rewording counts by its kind, not by how many pairs happen to be labelled: a set of
thousands of revisions of pages would else drown a set of twenty answers that somebody rewrote by
hand, and the model would learn the sets. What matters most counts most: text restyled by a model
of language, which shares least with its source, and the same event told independently, which is what
it must not be taken for.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.crowd import Article, LabelledSet
from benchmarks.labels import map_groups
from benchmarks.logistic import fit_model
from benchmarks.reworded import CROWD, Pairs
from dedup.rewrite.model import Model

FOLDS = 4
FLOOR = -40.0  # score of pairs that share too little to be measured


class Kind(NamedTuple):
    """name: of the kinds that count as one; weight: of all their pairs together, 0 to judge them only."""

    name: str
    weight: float


# By how the kind of a label begins; the first that fits. All others count on their own, each ``_OTHER``.
# Two rewrites of one source needn't have more in common than two reports of one event.
KINDS = {
    "reframe": Kind("restyled", 4.0),
    "style": Kind("restyled", 4.0),
    "same_event": Kind("same event", 4.0),
    CROWD: Kind(CROWD, 1.5),
    "version": Kind("version", 1.0),
    "light": Kind("light", 1.0),
    "heavy": Kind("heavy", 1.0),
    "non": Kind("non", 0.5),
    "two_rewrites": Kind("two rewrites", 0.0),
    "template_consecutive": Kind("template in series", 0.0),
}
_OTHER = 0.7
SAME_EVENT = "same event"


@functools.cache
def kind_of(kind: str) -> Kind:
    """What a kind of label counts as."""
    return next((found for begin, found in KINDS.items() if kind.startswith(begin)), Kind(kind, _OTHER))


def weigh(kinds: Sequence[str]) -> NDArray[np.float64]:
    """What each of p pairs counts, float64[p]: the weight of its kind, divided by the pairs of that kind."""
    found = [kind_of(kind) for kind in kinds]
    counts = Counter(one.name for one in found)
    return np.array([one.weight / counts[one.name] for one in found])


def deal_folds(sets: Sequence[LabelledSet], crowd: Sequence[Article]) -> dict[bytes, int]:
    """The fold of every article, by its words.

    Articles of one component of the graph of groups and labelled pairs share one. Of each set, the
    components with most pairs are dealt first, each to the fold that has the fewest of its pairs.
    """
    components, pairs = _components(sets)
    dealt: dict[str, int] = {}
    filled: defaultdict[str, list[int]] = defaultdict(lambda: [0] * FOLDS)
    for component, (name, count) in sorted(pairs.items(), key=lambda item: (-item[1][1], item[0])):
        sizes = filled[name]
        dealt[component] = sizes.index(min(sizes))
        sizes[dealt[component]] += count
    folds = {article.words: int.from_bytes(article.words[:8], "big") % FOLDS for article in crowd}
    return folds | {bytes.fromhex(words): dealt[component] for words, component in components.items()}


def fit_pairs(pairs: Pairs) -> Model:
    """The model of the pairs of all kinds that count."""
    weights = weigh(pairs.kinds.tolist()) * pairs.known
    counted = weights > 0
    return fit_model(pairs.measured[counted], pairs.labels[counted], weights[counted])


def fit_biased(pairs: Pairs, false_alarms: float) -> Model:
    """The model, its bias so that such a share of same-event pairs would be over probability 0.5.

    The pairs' scores are those by models of the other folds: of pairs that it was fitted to, a model
    says less than it would of others.
    """
    model = fit_pairs(pairs)
    scores = score_crossed(pairs)
    events = are_same_event(pairs) & ~np.isnan(scores)
    return model._replace(bias=model.bias - float(np.quantile(scores[events], 1 - false_alarms)))


def score_crossed(pairs: Pairs, false_alarms: float | None = None) -> NDArray[np.float64]:
    """Scores by models fitted without a pair's fold, float64[p]; NaN if its ends are in two.

    false_alarms  the share that each model's bias is chosen for; None: left as fitted
    """
    scores = np.full(len(pairs.labels), np.nan)
    for inside, outside in _splits(pairs):
        rest = pairs.take(outside)
        model = fit_pairs(rest) if false_alarms is None else fit_biased(rest, false_alarms)
        scores[inside] = score(model, pairs.take(inside))
    return scores


def score_left_out(pairs: Pairs, false_alarms: float) -> NDArray[np.float64]:
    """Scores by models fitted without a pair's set; NaN of the crowd, and where the rest doesn't suffice."""
    scores = np.full(len(pairs.labels), np.nan)
    for name in dict.fromkeys(pairs.sets.tolist()):
        inside = pairs.sets == name
        rest = pairs.take(~inside)
        if name != CROWD and can_fit(rest):
            scores[inside] = score(fit_biased(rest, false_alarms), pairs.take(inside))
    return scores


def can_fit(pairs: Pairs) -> bool:
    """Whether each fold's others have derived pairs and pairs of the same event."""
    return all(_suffice(pairs.take(outside)) for _, outside in _splits(pairs)) and _suffice(pairs)


def score(model: Model, pairs: Pairs) -> NDArray[np.float64]:
    """Log-odds, ``FLOOR`` at least."""
    return np.where(pairs.known, np.maximum(model.score(pairs.measured), FLOOR), FLOOR)


def are_same_event(pairs: Pairs) -> NDArray[np.bool_]:
    """Which pairs tell of the same event, not copied."""
    named = np.array([kind_of(kind).name == SAME_EVENT for kind in pairs.kinds.tolist()], np.bool_)
    return np.asarray(named & (pairs.labels == 0))


def _suffice(pairs: Pairs) -> bool:
    derived = (pairs.labels == 1) & (weigh(pairs.kinds.tolist()) > 0) & pairs.known
    return bool(derived.any() and (are_same_event(pairs) & pairs.known).any())


def _splits(pairs: Pairs) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Of each fold: the pairs with both ends in it, and those with none."""
    for fold in np.unique(pairs.folds).tolist():
        there = pairs.folds == fold
        yield there.all(axis=1), ~there.any(axis=1)


def _components(sets: Sequence[LabelledSet]) -> tuple[dict[str, str], dict[str, tuple[str, int]]]:
    """The component of every text, by its words; and of each component its set and number of pairs."""
    words = {article.id: article.words.hex() for one in sets for article in one.articles}
    links = [(words[article.id], f"{one.name} {article.group}" if article.group else words[article.id])
             for one in sets for article in one.articles]  # fmt: skip
    links += [(words[label.a], words[label.b]) for one in sets for label in one.labels]
    groups = map_groups(links, {}).groups
    components = {one: groups[one] for one in words.values()}
    pairs: dict[str, tuple[str, int]] = {}
    for one in sets:
        for article in one.articles:
            pairs.setdefault(components[words[article.id]], (one.name, 0))
        for label in one.labels:
            name, count = pairs[components[words[label.a]]]
            pairs[components[words[label.a]]] = name, count + 1
    return components, pairs
