"""The text of a page's own article, without the site around it.

trafilatura finds it, with ``favor_precision``: of what was tried on pages whose articles were cut
out by hand that is the best. resiliparse is offered because it is ten times as fast.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from copy import copy
from typing import Any

from lxml import etree

_FEW = 8  # words: with fewer of its own, a page is taken whole
_LITTLE = 0.2  # of a page's text: what is less may be the wrong part of it
_SURE = 500  # code points: and so may what is shorter
_BLOCKS_WORDS = """
    address article aside blockquote body br caption dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr li main nav noscript ol option p pre section table tbody td
    tfoot th thead title tr ul
"""
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_UNSEEN_WORDS = """
    head script style template svg math textarea select iframe object
"""
_UNSEEN = frozenset(_UNSEEN_WORDS.split())
_MOST_WRAPPERS = 4  # elements around a quotation that hold nothing else


def prepare(extractor: str) -> None:
    """Load what an extractor needs."""
    importlib.import_module(_LIBRARIES[extractor])


def find_text(
    tree: Any, source: str, extractor: str, headlines: Collection[str], body: str
) -> tuple[str, tuple[str, ...]]:
    """The text of the article in a page, and what was odd; the tree is changed by it.

    headlines  the words of the page's titles, folded, one of which may stand above the text
    body       the text that the page tells machines, if it does
    """
    try:
        text = EXTRACTORS[extractor](tree, source)
    except RecursionError:
        text = ""
    text = _without_headline(text, headlines)
    if _has_words(text):
        return text, ()
    whole = "\n".join(_visible(tree))
    if not _has_words(whole) and len(body) > len(whole):
        return body, ("the text is what the page tells machines",)
    if _has_words(whole) or len(whole) > len(text):
        return whole, ("no article was found in the page: the text is all of it",)
    return text, ()


def fold(line: str) -> str:
    """A line's words, by which a headline is known again."""
    return " ".join(re.findall(r"\w+", line.casefold()))


def _has_words(text: str) -> bool:
    return len(text.split(None, _FEW)) > _FEW


def _without_headline(text: str, headlines: Collection[str]) -> str:
    first, _, rest = text.partition("\n")
    return rest.lstrip("\n") if fold(first) in headlines and _has_words(rest) else text


def _by_trafilatura(tree: Any, source: str) -> str:
    """The comparison with other extractors takes a third of the time: it is left out where much was found."""
    _join_parts(tree)
    _free_quotations(tree)
    least = _LITTLE * sum(len(line) + 1 for line in _visible(tree))
    text = _ask_trafilatura(tree, favor_precision=True, fast=True)
    if len(text) >= max(least, _SURE):
        return text
    text = _ask_trafilatura(tree, favor_precision=True)
    if len(text) >= min(least, _SURE):
        return text
    more = _ask_trafilatura(tree)
    return more if len(more) > 2 * len(text) else text


def _ask_trafilatura(tree: Any, **options: Any) -> str:
    from trafilatura import extract

    # deduplicate is its memory of earlier pages: what it leaves out would hang on the order of pages
    text: str | None = extract(copy(tree), include_comments=False, deduplicate=False, **options)
    return text or ""


def _by_resiliparse(tree: Any, source: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    text: str = extract_plain_text(source, main_content=True, alt_texts=False, links=False, comments=False)
    return text


EXTRACTORS: dict[str, Callable[[Any, str], str]] = {
    "trafilatura": _by_trafilatura,
    "resiliparse": _by_resiliparse,
}
_LIBRARIES = {"trafilatura": "trafilatura", "resiliparse": "resiliparse.extract.html2text"}


def _join_parts(tree: Any) -> None:
    """Let an article that is cut up by advertisements be found as one: trafilatura takes the first part.

    Parts are elements of one class with paragraphs of their own, which are more than half of the article.
    """
    sizes: Counter[Any] = Counter()  # of the paragraphs of an article, in code points
    parts: dict[tuple[Any, str], Counter[Any]] = {}
    for paragraph in tree.iter("p"):
        article = next(paragraph.iterancestors("article"), None)
        if article is not None:
            size = sum(map(len, paragraph.itertext()))
            sizes[article] += size
            parent = paragraph.getparent()
            if name := parent.get("class"):
                parts.setdefault((article, name), Counter())[parent] += size
    for (article, _), same in parts.items():
        around = _around([*same])
        if 2 * same.total() > sizes[article] and around is not article and around not in same:
            for part in same:
                part.attrib.pop("class", None)
            around.set("class", "article-body")


def _around(elements: list[Any]) -> Any:
    """The innermost element that the first and the last of some are both in, or are."""
    last = {elements[-1], *elements[-1].iterancestors()}
    return next(one for one in (elements[0], *elements[0].iterancestors()) if one in last)


def _free_quotations(tree: Any) -> None:
    """Take away the names of quotations and of what is wrapped around them alone.

    Posts from social media that an article quotes are part of it; trafilatura drops what is named so.
    """
    for quotation in tree.iter("blockquote"):
        inner = quotation
        for _ in range(_MOST_WRAPPERS):
            inner.attrib.pop("class", None)
            inner.attrib.pop("id", None)
            around = inner.getparent()
            if around is None or around.tag != "div" or not _holds_only(around, inner):
                break
            inner = around


def _holds_only(around: Any, inner: Any) -> bool:
    return not (around.text or "").strip() and all(one is inner or one.tag == "script" for one in around)


def _visible(tree: Any) -> Iterator[str]:
    """The lines of all text that a browser would show, without recursion: trees may be deep."""
    line: list[str] = []
    unseen = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _BLOCKS and (joined := " ".join("".join(line).split())):
            yield joined
        if tag in _BLOCKS:
            line.clear()
        if event == "start":
            unseen += tag in _UNSEEN
            if not unseen:
                line.append(element.text or "")
        else:
            unseen -= tag in _UNSEEN
            if not unseen:
                line.append(element.tail or "")
    if joined := " ".join("".join(line).split()):
        yield joined
