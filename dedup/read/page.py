"""A page's own article: its text without the site around it, its headline, date and address.

The text is found in ``extract``. What a page says of itself is read from its head here: trafilatura's
own search for dates takes as long as all the rest.

Runs in a process of its own (see ``guard``): what it is given may be made to do harm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lxml import etree, html

from dedup.read.dates import read_date
from dedup.read.decode import decode
from dedup.read.extract import find_text, fold
from dedup.read.rows import Trouble

_META_CHARSET = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.I)
_XML_DECLARATION = re.compile(r"\ufeff?\s*<\?xml[^>]{0,300}\?>")
_HEAD = 4096  # bytes in which a page declares its encoding
_TITLES = ("og:title", "twitter:title", "dc.title", "headline")
_DATES_WORDS = """
    article:published_time og:article:published_time datepublished article.published parsely-pub-date
    sailthru.date publishdate publish-date publication_date pubdate dc.date.issued dc.date dcterms.created
    dcterms.date date
"""
_DATES = _DATES_WORDS.split()
_ARTICLES = ("Article", "BlogPosting", "SocialMediaPosting", "DiscussionForumPosting")
_MOST_JSON = 2**20  # code points of what a page tells of itself in JSON
_LONGEST_LINE = 1000  # code points of a title or an address


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
    found = (_META_CHARSET.search(data, 0, _HEAD), _XML_CHARSET.match(data))
    decoded = decode(data, (declared, *(match[1].decode() for match in found if match)))
    if isinstance(decoded, Trouble):
        return decoded
    source = decoded.text.replace("\0", "\ufffd")
    tree = _parse(source)
    if isinstance(tree, Trouble):
        return tree
    facts, told = dict(_facts(tree)), _told(tree)
    titles = [_without_site(title, facts.get("og:site_name")) for title in _titles(tree, facts, told)]
    dates, addresses = list(_dates(tree, facts, told)), list(_addresses(tree, facts, told))
    text, warnings = find_text(
        tree, source, extractor, {fold(title) for title in titles}, told.get("articleBody", "")
    )
    published = next((date for date in dates if read_date(date)[0]), None) or next(iter(dates), None)
    return Page(
        text,
        next(iter(titles), None),
        published,
        next(iter(addresses), None),
        (*decoded.warnings, *warnings),
    )


def _parse(source: str) -> Any:
    """The tree of a page; a trouble if there is none, or not of all of it."""
    parser = html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        huge_tree=True,
        no_network=True,
    )
    # an XML declaration speaks of another encoding than the one that the parser is given
    data = _XML_DECLARATION.sub("", source, count=1) if _XML_DECLARATION.match(source) else source
    try:
        tree = html.document_fromstring(data.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        tree = Trouble("empty", "a page without content")
    for entry in parser.error_log:
        if entry.type_name == "ERR_NO_MEMORY":
            raise MemoryError
        if entry.level_name == "FATAL":
            return Trouble("html", f"can't be read whole: {entry.message.partition(',')[0]}")
    return tree


def _titles(tree: Any, facts: dict[str, str], told: dict[str, str]) -> Iterator[str]:
    """The page's headline, the most trustworthy first."""
    named = (*(facts.get(name) for name in _TITLES), told.get("headline"))
    yield from filter(None, map(_line, named))
    for path in (".//h1", ".//title"):
        for element in tree.iterfind(path):
            if title := _line(" ".join(element.itertext())):
                yield title


def _without_site(title: str, site: str | None) -> str:
    """A title without `` | `` or `` - `` and the name of the site after it."""
    site = _line(site)
    if site and title.casefold().endswith(site.casefold()):
        before = re.fullmatch(r"(.*\S)\s+[|\-–—:·•»]\s+", title[: len(title) - len(site)])
        return before[1] if before else title
    return title


def _dates(tree: Any, facts: dict[str, str], told: dict[str, str]) -> Iterator[str]:
    """When the article was published, the most trustworthy first."""
    times = tree.xpath("//article//time/@datetime | //time[@pubdate]/@datetime")
    dates = (told.get("datePublished"), *(facts.get(name) for name in _DATES), *times[:1])
    return filter(None, map(_line, dates))


def _addresses(tree: Any, facts: dict[str, str], told: dict[str, str]) -> Iterator[str]:
    """The page's own addresses. They begin with their scheme: others say nothing without the page's own."""
    links = (link.get("href") for link in tree.iter("link") if "canonical" in _words(link.get("rel")))
    for address in map(_line, (*links, facts.get("og:url"), told.get("url"))):
        if address and re.match(r"https?://[^/]", address, re.I):
            yield address


def _words(value: str | None) -> list[str]:
    return (value or "").lower().split()


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
    for script in tree.iter("script"):
        text = script.text or ""
        if (script.get("type") or "").strip().lower() != "application/ld+json" or len(text) > _MOST_JSON:
            continue
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(value):
            if _is_article(node.get("@type")):
                return {name: _clean(value) for name, value in node.items() if isinstance(value, str)}
    return {}


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a JSON value, the outer ones and the first ones first."""
    waiting: Iterable[Any] = [value]
    while waiting:
        inner: list[Any] = []
        for one in waiting:
            if isinstance(one, dict):
                yield one
            inner += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting = inner


def _is_article(kinds: Any) -> bool:
    return any(str(kind).endswith(_ARTICLES) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _clean(value: str) -> str:
    """Without the surrogates that JSON can smuggle in."""
    return value.encode("utf-8", "replace").decode()


def _line(value: str | None) -> str | None:
    return (" ".join(value.split())[:_LONGEST_LINE] or None) if value else None
