from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.options import Options
from dedup.read.fields import USUAL_NAMES, as_label, find_columns, host_of, no_text_column
from dedup.read.rows import one_line

PLAIN = Options()


def test_usual_names_in_order_of_preference() -> None:
    columns = find_columns(
        ["Date", "publishedAt", "CONTENT", "body", "_id", "id", "Site-Name", "headline"], PLAIN
    )
    assert columns == ("body", "id", None, "headline", "publishedAt", "Site-Name", ())
    for names in USUAL_NAMES.values():
        for name in names:
            assert name in find_columns([name], PLAIN)
            assert name.upper() in find_columns([name.upper()], PLAIN)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["Text", "text"], "text"),
        (["content", "article"], "content"),
        (["articleBody"], "articleBody"),
        (["maintext", "title"], "maintext"),
        (["Full Text"], "Full Text"),
        (["texts"], None),
        ([], None),
    ],
)
def test_text_columns(names: list[str], text: str | None) -> None:
    assert find_columns(names, PLAIN).text == text


def test_named_columns_win() -> None:
    options = Options(text_column="Lead", url_column="where", id_column="id")
    assert find_columns(["text", "lead", "id", "url"], options) == (
        "lead",
        "id",
        None,
        None,
        None,
        None,
        ("no column where (--url-column)",),
    )
    assert find_columns(["lead", "Lead"], options).text == "Lead"
    assert find_columns(["text"], options).text is None


def test_names_that_occur_twice_are_told() -> None:
    columns = find_columns(["text", "a", "id", "text", "a", "id"], PLAIN)
    assert (columns.text, columns.id) == ("text", "id")
    assert columns.warnings == (
        "2 columns are named text: the first is read",
        "2 columns are named id: the first is read",
    )


def test_wide_records_are_not_remembered() -> None:
    names = [f"c{number}" for number in range(500)]
    assert find_columns([*names, "text"], PLAIN).text == "text"
    message = no_text_column(names, PLAIN, "record").message
    assert message.startswith("no text column; this record has: c0, c1, ")
    assert message.endswith("c11 and 488 more")


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("a b", "a b"),
        (" a ", " a "),
        ("", None),
        (" \n", None),
        (None, None),
        (True, None),
        (0, "0"),
        (-12, "-12"),
        (12.0, "12"),
        (1.5, "1.5"),
        (1e300, "1e+300"),
        (float("nan"), None),
        (float("inf"), None),
        pytest.param(10**5000, None, id="huge"),
        pytest.param("x" * 2**16, "x" * 2**16, id="long"),
        pytest.param("x" * 2**16 + "x", None, id="too long"),
        ([], None),
        ({"a": 1}, None),
    ],
)
def test_labels(value: object, label: str | None) -> None:
    assert as_label(value) == label


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.com/a?b", "example.com"),
        ("http://user:pass@news.bbc.co.uk:8080/x", "news.bbc.co.uk"),
        ("//a.org./x", "a.org"),
        ("www.a.org/x", "a.org"),
        ("https://a.org?x", "a.org"),
        ("a.org/x", None),
        ("mailto:a@b.org", None),
        ("http://[::1]/", None),
        ("https:///x", None),
        ("/relative", None),
        ("", None),
        (None, None),
    ],
)
def test_hosts(url: str | None, host: str | None) -> None:
    assert host_of(url) == host


def test_one_line() -> None:
    assert one_line("plain é") == "plain é"
    assert one_line("a\n\x1b[1m\u202e\ud800") == "a\\n\\x1b[1m\\u202e\\ud800"
    assert one_line("x" * 300) == "x" * 300
    assert one_line("x" * 301) == "x" * 297 + "..."
    assert one_line("\n" * 30, 20) == "\\n" * 8 + "\\..."


@given(st.text(max_size=400), st.integers(4, 300))
def test_one_line_is_printable_and_short(text: str, length: int) -> None:
    line = one_line(text, length)
    assert line.isprintable()
    assert len(line) <= length
