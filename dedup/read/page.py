"""A page's own article: its text without the site around it, its headline, date and address.

trafilatura finds the text. Of the libraries tried on pages whose articles were cut out by hand
it is the best, with ``favor_precision`` and its comparison with other extractors; resiliparse is
offered because it is ten times as fast. What a page says of itself is read from its head here:
trafilatura's own search for dates takes as long as all the rest.

Runs in a process of its own (see ``guard``): what it is given may be made to do harm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree, html

from dedup.read.decode import decode
from dedup.read.rows import Trouble

_META_CHARSET = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.I)
_HEAD = 4096  # bytes in which a page declares its encoding
_FEW = 8  # words: with fewer of its own, a page is taken whole
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
_TITLES = ("og:title", "twitter:title", "dc.title", "headline")
_DATES_WORDS = """
    article:published_time og:article:published_time datepublished article.published parsely-pub-date
    sailthru.date publishdate publish-date publication_date pubdate dc.date.issued dc.date dcterms.created
    dcterms.date date
"""
_DATES = _DATES_WORDS.split()
_MOST_JSON = 2**20  # code points of what a page tells of itself in JSON


class Page(NamedTuple):
    """What a page holds; null: it doesn't say."""

    text: str
    title: str | None
    published: str | None
    url: str | None
    warnings: tuple[str, ...]


def read_page(data: bytes, declared: str | None, extractor: str) -> Page | Trouble:
    """The article of a page.

    declared   the encoding that came with it, null: none
    extractor  ``trafilatura`` or ``resiliparse``
    """
    named = [
        match[1].decode()
        for match in (_META_CHARSET.search(data, 0, _HEAD), _XML_CHARSET.match(data))
        if match
    ]
    decoded = decode(data, (declared, *named))
    if isinstance(decoded, Trouble):
        return decoded
    source = decoded.text.replace("\0", "\ufffd")
    parser = html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        huge_tree=True,
        no_network=True,
    )
    try:
        tree = html.document_fromstring(
            _without_declaration(source).encode("utf-8", "replace"), parser=parser
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Trouble("empty", "a page without content")
    for entry in parser.error_log:
        if entry.level_name == "FATAL":
            return Trouble("html", f"can't be read whole: {entry.message.partition(',')[0]}")
    facts = dict(_facts(tree))
    told = _told(tree)
    text, warnings = _own_text(tree, source, extractor, told)
    title = next((facts[name] for name in _TITLES if name in facts), None) or _first_text(tree, ".//h1")
    title = title or told.get("headline") or _first_text(tree, ".//title")
    published = told.get("datePublished") or next((facts[name] for name in _DATES if name in facts), None)
    published = published or next(
        iter(tree.xpath("//article//time/@datetime | //time[@pubdate]/@datetime")), None
    )
    url = (
        next(iter(tree.xpath("//link[@rel='canonical']/@href")), None)
        or facts.get("og:url")
        or told.get("url")
    )
    return Page(text, _line(title), _line(published), _address(url), (*decoded.warnings, *warnings))


def _without_declaration(source: str) -> str:
    """Without the XML declaration: its encoding is not the one that the parser is given."""
    return re.sub(r"^\ufeff?\s*<\?xml[^>]{0,300}\?>", "", source, count=1)


def _own_text(tree: Any, source: str, extractor: str, told: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    try:
        text = _EXTRACTORS[extractor](tree, source)
    except RecursionError:
        text = ""
    if len(text.split(None, _FEW)) > _FEW:
        return text, ()
    whole = "\n".join(_visible(tree))
    if len(whole.split(None, _FEW)) <= _FEW and len(told.get("articleBody", "")) > len(whole):
        return told["articleBody"], ("the text is what the page tells machines",)
    if len(whole.split(None, _FEW)) > _FEW or len(whole) > len(text):
        return whole, ("no article was found in the page: the text is all of it",)
    return text, ()


def _by_trafilatura(tree: Any, source: str) -> str:
    import trafilatura

    # deduplicate is its memory of earlier pages: what it leaves out would hang on the order of pages
    text = trafilatura.extract(tree, include_comments=False, favor_precision=True, deduplicate=False)
    return text or ""


def _by_resiliparse(tree: Any, source: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    text: str = extract_plain_text(source, main_content=True, alt_texts=False, links=False, comments=False)
    return text


_EXTRACTORS = {"trafilatura": _by_trafilatura, "resiliparse": _by_resiliparse}


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


def _facts(tree: Any) -> Iterator[tuple[str, str]]:
    """What meta elements say; the first of a name counts."""
    found: set[str] = set()
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        value = (meta.get("content") or "").strip()
        if name and value and name not in found:
            found.add(name)
            yield name, value


def _told(tree: Any) -> dict[str, str]:
    """What the page tells machines of its article (JSON-LD)."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        if len(script) > _MOST_JSON:
            continue
        try:
            for one in _nodes(json.loads(script)):
                kinds = one.get("@type")
                if any(
                    str(kind).endswith(("Article", "Posting"))
                    for kind in (kinds if isinstance(kinds, list) else [kinds])
                ):
                    return {name: value for name, value in one.items() if isinstance(value, str)}
        except (ValueError, RecursionError):
            continue
    return {}


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one
            graph = one.get("@graph")
            yield from (node for node in (graph if isinstance(graph, list) else ()) if isinstance(node, dict))


def _first_text(tree: Any, path: str) -> str | None:
    element = tree.find(path)
    return None if element is None else " ".join(" ".join(element.itertext()).split()) or None


def _line(value: str | None) -> str | None:
    return (" ".join(value.split())[:1000] or None) if value else None


def _address(value: str | None) -> str | None:
    """An address that begins with its scheme; others say nothing without the page's own."""
    value = _line(value)
    return value if value and re.match(r"https?://", value, re.I) else None
