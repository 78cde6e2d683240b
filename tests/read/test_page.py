from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dedup.options import Options
from dedup.read.extract import EXTRACTORS
from dedup.read.page import Page, read_page
from dedup.read.rows import Trouble

from .reading import reasons, rows_of

STORY = "The harbour master closed the old quay on Monday after a storm had torn two of its piles away."
MORE = "Fishermen were told to land their catch at the northern mole until the work is done in the spring."
BODY = f"<article><p>{STORY}</p><p>{MORE}</p><p>{STORY.upper()}</p></article>"
both = pytest.mark.parametrize("extractor", list(EXTRACTORS))


def page(
    head: str = "", body: str = BODY, extractor: str = "trafilatura", declared: str | None = None
) -> Page:
    data = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()
    found = read_page(data, declared, extractor)
    assert isinstance(found, Page)
    return found


def trouble(data: bytes, extractor: str = "trafilatura") -> Trouble:
    found = read_page(data, None, extractor)
    assert isinstance(found, Trouble)
    return found


def tell(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{text}</script>'


@both
def test_the_article_without_its_site(extractor: str) -> None:
    links = "".join(f"<li><a href='/{number}'>Section {number}</a></li>" for number in range(20))
    found = page(body=f"<nav><ul>{links}</ul></nav><main>{BODY}</main><footer>All rights kept</footer>")
    page_of = page(body=f"<nav><ul>{links}</ul></nav>{BODY}", extractor=extractor)
    assert found.text.split("\n") == [STORY, MORE, STORY.upper()]
    assert STORY in page_of.text
    assert "Section" not in page_of.text
    assert page_of.warnings == ()


@both
def test_the_headline_is_no_part_of_the_text(extractor: str) -> None:
    body = f"<article><h1>Old quay closed</h1><p>{STORY}</p><p>{MORE}</p></article>"
    found = page("<title>Old quay closed | The Courier</title>", body, extractor)
    assert found.title == "Old quay closed"
    assert found.text.startswith(STORY)


def test_an_article_in_parts_is_whole() -> None:
    paragraphs = "<div class='body-text'><p>{0} {1}</p><p>{0} {2}</p></div>"
    part = f"<div class='chunk'>{paragraphs}<div>Advertisement</div></div>"
    parts = "".join(part.format(number, STORY, MORE) for number in ("First.", "Second.", "Third."))
    found = page(body=f"<article><header>By a writer</header><div class='parts'>{parts}</div></article>")
    assert [line.split()[0] for line in found.text.split("\n") if STORY in line] == [
        "First.",
        "Second.",
        "Third.",
    ]


def test_a_quoted_post_is_part_of_the_article() -> None:
    quoted = "<div class='social-media-embed'><blockquote class='twitter-tweet'><p>{}</p></blockquote></div>"
    said = "We have seen the piles go and nobody was near them, thank God, when it happened at night."
    found = page(body=BODY.replace("</p><p>", f"</p>{quoted.format(said)}<p>", 1))
    assert said in found.text


def test_titles() -> None:
    og, heading = '<meta property="og:title" content="From og">', "<h1> From\n<b>h1</b> </h1>"
    title, told = "<title>From title</title>", tell({"@type": "NewsArticle", "headline": "From JSON"})
    assert page(og + title + told, heading + BODY).title == "From og"
    assert page(title + told, heading + BODY).title == "From JSON"
    assert page(title, heading + BODY).title == "From h1"
    assert page(title).title == "From title"
    assert page().title is None
    assert page("<title> </title>").title is None


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Quay closed | The Courier", "The Courier", "Quay closed"),
        ("Quay closed - the courier", "The Courier", "Quay closed"),
        ("Quay closed – The Courier", "The Courier", "Quay closed"),
        ("Quay closed by The Courier", "The Courier", "Quay closed by The Courier"),
        ("Quay - closed", "The Courier", "Quay - closed"),
        ("The Courier", "The Courier", "The Courier"),
        (" | The Courier", "The Courier", "| The Courier"),
    ],
)
def test_titles_without_the_site(title: str, site: str, expected: str) -> None:
    head = f'<title>{title}</title><meta property="og:site_name" content="{site}">'
    assert page(head).title == expected


ARTICLE = {"@type": "NewsArticle", "datePublished": "2007-04-10", "headline": "Quay"}


@pytest.mark.parametrize(
    "value",
    [
        ARTICLE,
        [{"@type": "WebSite"}, ARTICLE],
        {"@graph": [{"@type": "Person"}, {**ARTICLE, "@type": ["Thing", "BlogPosting"]}]},
        [[[ARTICLE]]],
        {"@type": "WebPage", "mainEntity": {**ARTICLE, "@type": "http://schema.org/NewsArticle"}},
        json.dumps(ARTICLE)[:-1] + ', "description": "a\nraw newline"}',
    ],
)
def test_what_a_page_tells_machines(value: Any) -> None:
    found = page(tell("{broken") + tell("[" * 100_000) + tell(value))
    assert (found.title, found.published) == ("Quay", "2007-04-10")


def test_what_is_told_of_something_else_is_left() -> None:
    other = {"@type": "JobPosting", "datePublished": "2001-01-01", "headline": "Wanted"}
    found = page(tell(other) + tell({"@type": None}) + tell("7") + tell({"headline": 3, "@type": "Article"}))
    assert (found.title, found.published) == (None, None)


def test_no_surrogates_come_out_of_json() -> None:
    told = '{"@type": "Article", "headline": "a\\ud800b", "articleBody": "%s \\udfff"}' % STORY  # noqa: UP031
    found = page(tell(told), "<p>a</p>")
    assert found.title == "a?b"
    assert found.text == f"{STORY} ?"
    assert found.warnings == ("the text is what the page tells machines",)


def test_dates() -> None:
    meta = '<meta property="article:published_time" content="2007-04-10T08:00:00Z">'
    time = BODY.replace("<p>", '<time datetime="2007-04-12">12 April</time><p>', 1)
    assert page(meta, time).published == "2007-04-10T08:00:00Z"
    assert page("", time).published == "2007-04-12"
    assert page('<meta name="date" content="soon">', time).published == "2007-04-12"
    assert page('<meta name="date" content="soon">').published == "soon"
    assert page('<meta name="date" content="0001-01-01T00:00:00Z">', time).published == "2007-04-12"
    assert page("", "<time datetime='2001-01-01'>now</time>" + BODY).published is None


def test_addresses() -> None:
    og = '<meta property="og:url" content="https://example.com/og">'
    assert page('<link rel="canonical" href="https://example.com/a ">' + og).url == "https://example.com/a"
    for other in ("/a", "//example.com/a", "javascript:alert(1)", "https://", "data:text/html,a", ""):
        assert page(f'<link rel="Canonical" href="{other}">{og}').url == "https://example.com/og"
        assert page(f'<link rel="canonical" href="{other}">').url is None


GERMAN = "Der Hafenmeister schloß am Montag die alte Mole, nachdem der Sturm zwei Pfähle gelöst hatte. " * 3


@pytest.mark.parametrize(
    ("head", "encoding", "declared"),
    [
        ('<meta charset="iso-8859-1">', "cp1252", None),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "cp1252", None),
        ("", "cp1252", "ISO-8859-1"),
        ('<meta charset="koi8-r">', "cp1252", "latin1"),
        ('<meta charset="iso-8859-1">', "utf-8", None),
        ('<meta charset="utf-8">', "cp1252", None),
        ('<meta charset="x-made-up">', "cp1252", None),
        ('<meta charset="zlib_codec">', "cp1252", None),
        ('<meta charset="utf-16le">', "utf-8", None),
        ('<meta charset="utf-8">', "utf-16", None),
        ("", "utf-16-le", None),
        ("", "utf-8-sig", "koi8-r"),
    ],
)
def test_encodings_and_lies_about_them(head: str, encoding: str, declared: str | None) -> None:
    source = f"<html><head>{head}</head><body><article><p>{GERMAN}</p></article></body></html>"
    found = read_page(source.encode(encoding), declared, "trafilatura")
    assert isinstance(found, Page)
    assert found.text == GERMAN.strip()


def test_an_xml_declaration_names_the_encoding() -> None:
    source = '<?xml version="1.0" encoding="ISO-8859-2"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body>'
    text = "Kapitan portu zamknął w poniedziałek stare nabrzeże, gdy sztorm zerwał dwa pale mola."
    found = read_page(f"{source}<p>{text}</p></body></html>".encode("iso8859_2"), None, "trafilatura")
    assert isinstance(found, Page)
    assert found.text == text


@both
def test_nul_characters_in_tags(extractor: str) -> None:
    found = page(body=f"<p>{STORY}</p><p\0 class='a\0'>{MORE}</p>", extractor=extractor)
    assert STORY in found.text
    assert MORE in found.text


@both
def test_deep_pages(extractor: str) -> None:
    found = page(body="<div>" * 300 + STORY + "</div>" * 300, extractor=extractor)
    assert found.text == STORY
    deeper = trouble(b"<div>" * 3000 + STORY.encode(), extractor)
    assert deeper == ("html", "can't be read whole: Excessive depth in document: 2048")


@both
def test_entities_stay_inert(tmp_path: Path, extractor: str) -> None:
    (tmp_path / "secret").write_text("hidden words")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    outer = f'<!ENTITY e0 "ha"><!ENTITY x SYSTEM "file://{tmp_path}/secret">'
    source = f"<!DOCTYPE html [{outer}{bomb}]><html><body><p>{STORY} &e11; &x;</p></body></html>"
    found = read_page(source.encode(), None, extractor)
    assert isinstance(found, Page)
    assert "hidden" not in found.text
    assert len(found.text) < 3000


def test_pages_without_an_article() -> None:
    login = page(body="<p>Please log in to read this article.</p>")
    assert login.text == "Please log in to read this article."
    assert page(body="<noscript>Please turn scripts on.</noscript>").text == "Please turn scripts on."
    assert page(body="<script>var words = 'none of these are shown'</script>").text == ""
    frames = read_page(
        b"<html><frameset><frame src=a><noframes>No frames.</noframes></frameset></html>",
        None,
        "trafilatura",
    )
    assert isinstance(frames, Page)
    assert frames.text in ("", "No frames.")
    for nothing in (b"", b" \n", b"<!-- only a comment -->"):
        assert trouble(nothing).reason == "empty"


def test_what_is_no_article_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXTRACTORS, "trafilatura", lambda tree, source: "")
    links = "".join(f"<li><a href='/{number}'>Link <b>number</b> {number}</a>" for number in range(9))
    found = page(body=f"<nav><ul>{links}</ul></nav><select><option>unseen</select><script>unseen</script>")
    assert found.text.split("\n") == [f"Link number {number}" for number in range(9)]
    assert found.warnings == ("no article was found in the page: the text is all of it",)


@both
def test_a_text_of_11_megabytes_is_kept_whole(extractor: str) -> None:
    text = "word " * (11 * 2**20 // 5)
    assert page(body=f"<p>{text}</p>", extractor=extractor).text == text.strip()


def test_rows_of_pages(tmp_path: Path) -> None:
    head = '<title>Quay</title><link rel="canonical" href="https://www.example.com/quay">'
    (tmp_path / "a.html").write_text(f"<html><head>{head}</head><body>{BODY}</body></html>")
    (tmp_path / "b.txt").write_text(f"<!DOCTYPE html><html><body>{BODY}</body></html>")
    (tmp_path / "c.htm").write_bytes(b"<div>" * 3000)
    (tmp_path / "d.xhtml").write_text("<html><body><script>1</script></body></html>")
    for extractor in EXTRACTORS:
        rows = rows_of(tmp_path, Options(extractor=extractor))
        assert reasons(rows) == ["html", "empty"]
        assert (rows[0]["title"], rows[0]["source"]) == ("Quay", "example.com")
        assert STORY in rows[0]["text"]
        assert STORY in rows[1]["text"]
