"""Why a pair is what it is, and an article where it is: each figure with its meaning.

A reason is a label and a sentence, so that the terminal, JSON and a page can tell the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dedup.results.opened import Results, Row
from dedup.view import phrases
from dedup.view.diff import Side
from dedup.view.grounds import Reason, model_reasons, passage_reasons
from dedup.view.layout import Range, as_steps, count_words, longest_equal

_QUOTED = 12  # words of the longest run that are quoted
_VIEWS = {
    "copy": "a band of their signatures is the same, so that many runs of words are",
    "passage": "several runs of words that both have somewhere",
    "rewrite": "several couples of rare words that stand in one sentence",
}
_LINES, _LINE = 4, 60  # lines of furniture that are quoted, and characters of each
_WHOLE = 0.9  # the least containment of ``contains``
_LONGER = 1.5  # the least ratio of its two lengths
_ALONE = 0.9  # the least score of an article that is spun whatever its source


class _Body(NamedTuple):
    start: int
    end: int


def pair_reasons(
    results: Results, row: Row, left: Side, right: Side, articles: Mapping[str, Row]
) -> list[Reason]:
    """The path from features to verdict of a pair, in the order in which it was taken.

    articles  texts and bodies of the two, by name
    """
    words = [count_words(side.text, _ranges(articles[side.name]["body"])) for side in (left, right)]
    return [
        _met(row),
        _jaccard(results, row),
        *_matching(results, row, words),
        _longest(row, left, right),
        *passage_reasons(row, left.text),
        Reason("kind", row["kind"], _kind_rule(results, row, words)),
        *_probability(row),
        *model_reasons(results, row, articles),
        _swaps(row),
        _first(left, right),
        _credits(left, right),
        Reason("same source", row["same_source"], _source(row, left, right)),
    ]


def article_reasons(
    article: Row, body: Reason, evidence: list[Row], members: list[Row], rows: dict[str, Row]
) -> list[Reason]:
    """What was found of one article. ``rows``: those of its cluster's members, by name."""
    found = [body, _spun(article, evidence), _credit(article), _exact(article)]
    if not members:
        found.append(
            Reason("cluster", None, "in no cluster: nothing else in the scan is a near-duplicate of it")
        )
        return found
    own = next(member for member in members if member["article"] == article["article"])
    size = phrases.count(own["size"], "article")
    found.append(Reason("cluster", own["cluster"], f"one of {size} in cluster {own['cluster']:,}"))
    keeper = own["keeper"]
    if keeper == article["article"]:
        second = min((row for name, row in rows.items() if name != keeper), key=keeper_order, default=None)
        why = preferred(rows[keeper], second) if second else "it is alone"
        found.append(Reason("keeper", keeper, f"this article is the one to keep: {why}"))
        return found
    found.append(Reason("keeper", keeper, f"kept instead of this one: {preferred(rows[keeper], article)}"))
    similar = phrases.score(own["similarity_to_keeper"])
    found.append(
        Reason("similarity to keeper", own["similarity_to_keeper"], f"{similar}, checked word by word")
    )
    if own["matched"] and own["matched"] != keeper:
        found.append(Reason("matched", own["matched"], "the member that it is most similar to"))
    return found


def body_reason(article: Row) -> Reason:
    """How much of an article, of which the row has text and body, is its own, and what was left out."""
    text, body = article["text"], article["body"]
    if text is None or body is None:
        return Reason("body", None, "unknown: its text can't be read")
    own, whole = count_words(text, _ranges(body)), count_words(text)
    if own == whole:
        return Reason("body", own, "all of its words: no line was taken for site furniture")
    edges = [0, *(edge for one in body for edge in (one["start"], one["end"])), len(text)]
    pieces = (text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    lines = [" ".join(line.split()) for piece in pieces for line in piece.splitlines() if line.strip()]
    first = "; ".join(f"“{line[:_LINE]}{'…' if len(line) > _LINE else ''}”" for line in lines[:_LINES])
    more = f", and {len(lines) - _LINES:,} more" if len(lines) > _LINES else ""
    told = f"{own:,} of its {whole:,} words; the rest is site furniture: {first}{more}"
    return Reason("body", own, told)


def keeper_order(row: Row) -> tuple[bool, bool, str, int, str]:
    """The order in which members of a cluster would be kept: unspun, earliest, longest, name."""
    published = row["published"]
    return bool(row["spun"]), published is None, published or "", -row["words"], row["article"]


def preferred(kept: Row, other: Row) -> str:
    """The first of the rules that tells two members apart, in words."""
    if bool(kept["spun"]) != bool(other["spun"]):
        return "it is not spun, and the other is"
    if kept["published"] != other["published"]:
        if other["published"] is None:
            return f"it has a date ({phrases.date(kept['published'])}), and the other has none"
        return f"it is earlier, {phrases.date(kept['published'])} against {phrases.date(other['published'])}"
    if kept["words"] != other["words"]:
        dates = "the dates are the same" if kept["published"] else "neither has a date"
        return f"{dates}, and it is longer, {kept['words']:,} against {other['words']:,} words"
    return "date and length are the same, and its name comes first"


def _met(row: Row) -> Reason:
    views = row["views"]
    if views is None:
        return Reason("met in", None, "unknown: RESULTS keep no candidates beside the pairs")
    if not views:
        return Reason("met in", views, "no sketch view: their words were compared as a whole")
    told = ", ".join(f"“{view}” ({_VIEWS[view]})" if view in _VIEWS else f"“{view}”" for view in views)
    return Reason("met in", views, f"the sketch view {told}; that makes them candidates, no more")


def _jaccard(results: Results, row: Row) -> Reason:
    options = results.run.get("options")
    shingle = options.get("shingle", 5) if isinstance(options, dict) else 5
    share = phrases.score(row["jaccard"])
    told = f"{share} of all different runs of {shingle} words in the two stand in both"
    return Reason("jaccard", row["jaccard"], told)


def _matching(results: Results, row: Row, words: list[int]) -> list[Reason]:
    shares = (row["left_containment"], row["right_containment"])
    matched = round(next((share * size for share, size in zip(shares, words, strict=True) if share), 0))
    told = phrases.matched(matched, *words)
    least = _threshold(results)
    against = f"; the threshold of a copy is {least:.2f}" if least is not None else ""
    similarity = (
        f"{phrases.score(row['similarity'])} = 2 x {matched:,} / ({words[0]:,} + {words[1]:,}){against}"
    )
    return [
        Reason("matched words", matched, told),
        Reason("similarity", row["similarity"], similarity),
        Reason(
            "left containment",
            shares[0],
            f"{phrases.score(shares[0])} of the left's words stand in the right, in the same order",
        ),
        Reason(
            "right containment",
            shares[1],
            f"{phrases.score(shares[1])} of the right's words stand in the left, in the same order",
        ),
    ]


def _longest(row: Row, left: Side, right: Side) -> Reason:
    words, start, end = longest_equal(left.text, right.text, as_steps(row["spans"]))
    end = end if words == row["longest_run"] else start  # else it is in a passage that has moved
    first = " ".join(left.text[start : min(end, start + 1000)].split()[:_QUOTED])
    quoted = f", beginning “{first[:120]}”" if first else ""
    told = f"{phrases.count(row['longest_run'] or 0, 'word')} in a row are the same{quoted}"
    return Reason("longest run", row["longest_run"], told)


def _kind_rule(results: Results, row: Row, words: list[int]) -> str:
    kind = row["kind"]
    if kind is None:
        return str(row["reason"])
    meaning = phrases.KIND_MEANING.get(kind, "")
    least = _threshold(results)
    if kind == "copy" and least is not None:
        return f"{meaning}: {phrases.score(row['similarity'])} is not less than {least:.2f}"
    if kind == "contains":
        share = max(row["left_containment"] or 0, row["right_containment"] or 0)
        ratio = max(words) / max(1, min(words))
        whole = f" (at least {_WHOLE:.2f})" if share >= _WHOLE else ""  # words may be misread
        return (
            f"{meaning}: {phrases.score(share)} of it{whole},"
            f" and the longer has {ratio:.1f} times its words (at least {_LONGER})"
        )
    return meaning


def _probability(row: Row) -> list[Reason]:
    if row.get("probability") is None:
        return []
    told = f"{phrases.score(row['probability'])} that one was made from the other, or both from a third"
    return [Reason("probability", row["probability"], f"{told}: {row['reason']}")]


def _swaps(row: Row) -> Reason:
    swaps = row["swapped_words"] or 0
    which = {0: "no replaced stretch is a swap", 1: "1 replaced stretch is a swap"}
    told = which.get(swaps, f"{swaps:,} replaced stretches are swaps") + " that a spinner makes"
    side = f"; the {row['spun_side']} side is the spun one" if row["spun_side"] else ""
    return Reason("swaps", row["swapped_words"], told + side)


def _first(left: Side, right: Side) -> Reason:
    known = left.published is not None and left.published != right.published
    return Reason("first", left.name if known else None, phrases.who_first(left.published, right.published))


def _credits(left: Side, right: Side) -> Reason:
    named = {label: side.credit for label, side in (("left", left), ("right", right)) if side.credit}
    if len(named) == 2 and left.credit == right.credit:
        return Reason("credit", named, f"both credit {left.credit}")
    told = ", ".join(f"the {label} credits {credit}" for label, credit in named.items())
    return Reason("credit", named, told or "neither text names an agency or a first publisher")


def _source(row: Row, left: Side, right: Side) -> str:
    if row["same_source"] is None:
        return "unknown: a source is missing"
    if row["same_source"]:
        return f"both are from {left.source}" if left.source else "both are from one source"
    return f"no: {left.source or 'unknown'} and {right.source or 'unknown'}"


def _spun(article: Row, evidence: list[Row]) -> Reason:
    found = phrases.count(len(evidence), "phrase")
    alone = article["spun_score"] < _ALONE and all(row["partner"] is None for row in evidence)
    verdict = "not enough to call it spun"
    if article["spun"]:
        verdict = "enough in a source that has many spun articles" if alone else "enough to call it spun"
    told = (
        f"{phrases.score(article['spun_score'])} from {found}: {verdict}"
        if evidence
        else "no spun phrase was found"
    )
    return Reason("spun score", article["spun_score"], told)


def _credit(article: Row) -> Reason:
    credit = article["credit"]
    told = f"the text credits {credit}" if credit else "the text names no agency and no first publisher"
    return Reason("credit", credit, told)


def _exact(article: Row) -> Reason:
    first = article["exact_of"]
    return Reason(
        "exact copy of", first, "the first article with the same words" if first else "no earlier article"
    )


def _threshold(results: Results) -> float | None:
    options = results.run.get("options")
    found = options.get("threshold") if isinstance(options, dict) else None
    return float(found) if isinstance(found, int | float) else None


def _ranges(body: Any) -> list[Range] | None:
    return [_Body(item["start"], item["end"]) for item in body] if body else None
