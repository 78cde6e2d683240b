"""What the verdict on a pair rests on besides its alignment: passages, answers, measures of rewording."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup.results.opened import Results, Row
from dedup.view import phrases
from dedup.view.layout import count_words

if TYPE_CHECKING:
    from dedup.results.remeasure import Measure

_QUOTED = 8  # words of a passage that are quoted
_TOLD = 4  # measures for, and against
_LEAST = 0.1  # log-odds of a measure that is told
_APART = 0.05  # probabilities that differ
_COPIED = {
    "copied": "in both",
    "quoted": "in both, but in quotations, which anyone may quote",
    "template": "in both, but in many articles of the source, too, so that they count for nothing",
}
_MEASURES = {
    "shared": "{:.0%} of what the shorter text says, weighed by how rare its words are, stands in the longer",
    "names": "{:.0%} of the shorter text's names stand in the longer",
    "quoted": "{:.0%} of what is answered stands in quotations",
    "chained": "{:.0f} sentences answer one another in order",
    "mutual": "{:.0%} of the answers hold both ways",
    "words_weight": "shared words that are neither names nor numbers weigh {:.0f}",
    "names_weight": "shared names and numbers weigh {:.0f}",
    "in_order": "{:.0%} of the rare words stand in the same order",
    "covered_weight": "the words of the answers weigh {:.0f}",
    "neighbours": "{:.0%} of rare words that stand together do so in the other text, too",
}


class Reason(NamedTuple):
    """One figure: what it is called, its value, and what it says."""

    name: str
    value: Any
    meaning: str


class _Range(NamedTuple):
    start: int
    end: int


def passage_reasons(row: Row, text: str) -> list[Reason]:
    """The passages of a pair by what they are; ``text``: the left one."""
    passages = row["passages"] or []
    return [*_copied(passages, text), *_answered([one for one in passages if one["what"] == "answer"])]


def _copied(passages: list[Row], text: str) -> list[Reason]:
    found = []
    for what, meaning in _COPIED.items():
        some = [_Range(one["left_start"], one["left_end"]) for one in passages if one["what"] == what]
        if some:
            words = [count_words(text, [one]) for one in some]
            longest = some[words.index(max(words))]
            first = " ".join(text[longest.start : min(longest.end, longest.start + 1000)].split()[:_QUOTED])
            told = f"{phrases.count(len(some), 'passage')} of {phrases.count(sum(words), 'word')} {meaning};"
            told += f" the longest begins “{first[:120]}”"
            found.append(Reason(f"{what} passages", {"passages": len(some), "words": sum(words)}, told))
    return found


def _answered(answers: list[Row]) -> list[Reason]:
    if not answers:
        return []
    share = sum(one["share"] for one in answers) / len(answers)
    told = (
        f"{phrases.count(len(answers), 'sentence')} of the shorter text answered by the longer;"
        f" on average {share:.0%} of a sentence, by rarity, stands there"
    )
    return [Reason("answered sentences", {"sentences": len(answers), "share": share}, told)]


def model_reasons(results: Results, row: Row, articles: Mapping[str, Row]) -> list[Reason]:
    """What spoke for and against a rewrite; ``articles``: texts and bodies of the two, by name."""
    answered = any(one["what"] == "answer" for one in row["passages"] or [])
    if row["kind"] is not None and not (row["kind"] == "rewrite" and answered):
        return []  # a copy whose words were changed throughout, or pieces: judged by the words that match
    from dedup.results.remeasure import measure_again  # here, for it loads a compiler

    found = measure_again(results, articles[row["left"]], articles[row["right"]])
    every = results.count("articles")
    counted = "general language alone" if not found.counted else phrases.count(found.counted, "article")
    counted += f" of {every:,}" if 0 < found.counted < every else ""
    told = f"{phrases.score(found.probability)} when measured again, by how rare words are in {counted}"
    if row["probability"] is not None and abs(found.probability - row["probability"]) > _APART:
        told += f"; the scan, which left standing phrases out, said {phrases.score(row['probability'])}"
    ordered = sorted(found.measures, key=lambda one: -abs(one.log_odds))
    speak_for = [one for one in ordered if one.log_odds >= _LEAST][:_TOLD]
    against = [one for one in ordered if one.log_odds <= -_LEAST][:_TOLD]
    return [
        Reason("model", found.probability, told),
        *(_spoken("speaks for", some) for some in (speak_for,) if some),
        *(_spoken("speaks against", some) for some in (against,) if some),
    ]


def _spoken(name: str, measures: list[Measure]) -> Reason:
    value = [one._asdict() for one in measures]
    told = "; ".join(f"{_MEASURES[one.name].format(one.value)} ({_odds(one.log_odds)})" for one in measures)
    return Reason(name, value, told)


def _odds(log_odds: float) -> str:
    """By how much the odds change."""
    sign = "x" if log_odds > 0 else "/"
    return f"odds {sign} {math.exp(min(abs(log_odds), 20.0)):.1f}"
