"""Why a pair is a pair, and why an article stands where it does, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from dedup.errors import DedupError
from dedup.results.opened import Results, Row, Selector
from dedup.schema import ARTICLES
from dedup.view import phrases
from dedup.view.diff import Side, sides_of_pair
from dedup.view.grounds import Reason
from dedup.view.parts import Name, distinct_evidence, evidence_table, facts, heading, indent, plain
from dedup.view.reasons import article_reasons, body_reason, pair_reasons
from dedup.view.safe import safe

_NARROW = tuple(name for name in ARTICLES.column_names if name not in ("text", "body"))
_PAIRS = 10  # of an article


def explain(results: Results, selector: Sequence[str]) -> RenderableType:
    """A pair, by its number or two articles; or one article, by its name."""
    name = _article_name(selector)
    return explain_pair(results, selector) if name is None else explain_article(results, name)


def explain_json(results: Results, selector: Sequence[str]) -> Row:
    """The same as plain values."""
    name = _article_name(selector)
    return explain_pair_json(results, selector) if name is None else explain_article_json(results, name)


def explain_pair(results: Results, selector: Selector) -> RenderableType:
    """Why a pair is what it is, or two articles are none."""
    row, left, right, reasons = _of_pair(results, selector)
    title = Text("no pair", "title")
    if row["pair"] is not None:
        title = Text(f"pair {row['pair']:,}   ", "title").append(safe(row["kind"]), "kind")
    names = facts([("left", Name(left.name, "name")), ("right", Name(right.name, "name"))])
    blocks: list[RenderableType] = [title, Text(""), indent(names), Text(""), indent(_told(reasons))]
    for label, side in (("left", left), ("right", right)):
        blocks += _evidence(f"Spun evidence on the {label}", side)
    which = (left.name, right.name) if row["pair"] is None else (row["pair"],)
    blocks += [Text(""), _see("diff", results, *which)]
    return Group(*blocks)


def explain_pair_json(results: Results, selector: Selector) -> Row:
    """The same as plain values."""
    row, left, right, reasons = _of_pair(results, selector)
    return {
        "pair": row["pair"],
        "left": left.name,
        "right": right.name,
        "reasons": [reason._asdict() for reason in reasons],
        "evidence": {"left": list(left.evidence), "right": list(right.evidence)},
    }


def explain_article(results: Results, name: str) -> RenderableType:
    """What was found of an article, and what becomes of it."""
    article, evidence, reasons, pairs = _of_article(results, name)
    blocks: list[RenderableType] = [Name(name, "title")]
    blocks += [Name(article["title"])] if article["title"] else []
    known = [
        article["source"] or "",
        phrases.date(article["published"]),
        phrases.count(article["words"], "word"),
    ]
    blocks += [plain(" · ".join(part for part in known if part), "note"), Text("")]
    blocks.append(indent(_told(reasons)))
    if pairs:
        rows = [(f"pair {row['pair']:,}", _partner(row, name)) for row in pairs[:_PAIRS]]
        blocks += [Text(""), heading(phrases.count(len(pairs), "pair")), indent(facts(rows))]
        blocks += [Text(f"  … {len(pairs) - _PAIRS:,} more", "note")] if len(pairs) > _PAIRS else []
    blocks += _evidence("Spun evidence", Side(name, "", evidence=tuple(evidence)))
    if article["warnings"]:
        odd = [Text(safe(warning)) for warning in article["warnings"]]
        blocks += [Text(""), heading("Odd while reading it"), *(indent(line) for line in odd)]
    return Group(*blocks)


def explain_article_json(results: Results, name: str) -> Row:
    """What was found of an article, as plain values."""
    article, evidence, reasons, pairs = _of_article(results, name)
    return {
        **article,
        "reasons": [reason._asdict() for reason in reasons],
        "pairs": pairs,
        "evidence": evidence,
    }


def _article_name(selector: Sequence[str]) -> str | None:
    alone = len(selector) == 1 and not (selector[0].isascii() and selector[0].isdigit())
    return selector[0] if alone else None


def _of_pair(results: Results, selector: Selector) -> tuple[Row, Side, Side, list[Reason]]:
    row, left, right = sides_of_pair(results, selector)
    bodies = results.articles([left.name, right.name], ["body"])
    articles = {side.name: {**bodies[side.name], "text": side.text} for side in (left, right)}
    return row, left, right, pair_reasons(results, row, left, right, articles)


def _of_article(results: Results, name: str) -> tuple[Row, list[Row], list[Reason], list[Row]]:
    article = results.article(name, _NARROW)
    evidence = distinct_evidence(results.evidence_of([name])[name])
    members = results.cluster_of(name)
    rows = results.articles([member["article"] for member in members], _NARROW)
    reasons = article_reasons(article, _body(results, name), evidence, members, rows)
    return article, evidence, reasons, results.pairs_of(name)


def _body(results: Results, name: str) -> Reason:
    try:
        return body_reason(results.article(name, ["text", "body"]))
    except DedupError:  # the text was not kept, and its file is another one now
        return body_reason({"text": None, "body": None})


def _told(reasons: Iterable[Reason]) -> RenderableType:
    rows: list[tuple[str, RenderableType]] = []
    for reason in reasons:
        meaning = Text(safe(reason.meaning))
        if reason.name in ("kind", "keeper", "exact copy of", "matched", "first") and reason.value:
            named = Text(safe(str(reason.value)), "name")
            meaning = named.append("\n").append_text(Text(safe(reason.meaning), "default not bold"))
        rows.append((reason.name, meaning))
    return facts(rows)


def _partner(row: Row, name: str) -> Text:
    other = row["right"] if row["left"] == name else row["left"]
    return plain(row["kind"], "kind").append(
        f" {phrases.score(row['similarity'])}  {safe(other)}", "default not bold"
    )


def _evidence(title: str, side: Side) -> list[RenderableType]:
    if not side.evidence:
        return []
    return [
        Text(""),
        heading(f"{title} ({len(side.evidence):,})"),
        indent(evidence_table(side.evidence, None)),
    ]


def _see(verb: str, results: Results, *which: object) -> Text:
    return Text("word by word: ", "note").append(
        safe(phrases.command("dedup", verb, results.path, *which)), "command"
    )
