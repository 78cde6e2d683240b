from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dedup.errors import DedupError, UsageError
from dedup.results.opened import Results, open_results
from dedup.view.report import fetched, pages, write_report
from dedup.view.report.page import is_web

from ..builder import make_results, pair_of

if TYPE_CHECKING:
    from conftest import Program, Scrape

STORY = "The last boat left the quay on Sunday night with nine lorries on board, said the harbour board."


def story(number: int) -> str:
    return f"{STORY} It was number {number} of the year."


@pytest.fixture
def many(tmp_path: Path) -> Results:
    """RESULTS of 20 articles in 10 pairs."""
    texts = {f"article {number:02d}": story(number) for number in range(20)}
    names = list(texts)
    return open_results(
        make_results(
            tmp_path / "results",
            articles=[{"article": name, "text": text} for name, text in texts.items()],
            pairs=[pair_of(names[at], names[at + 1], texts) for at in range(0, 20, 2)],
            clusters=[
                {"cluster": at // 2 + 1, "article": name, "size": 2, "keeper": names[at]}
                for at in range(0, 20, 2)
                for name in names[at : at + 2]
            ],
        )
    )


def policy_of(page: str) -> str:
    (policy,) = re.findall('Content-Security-Policy" content="([^"]*)"', page)
    return str(policy).replace("&#39;", "'")


def test_the_policy_lets_nothing_in(samples: Results, tmp_path: Path) -> None:
    page = write_report(samples, tmp_path / "report.html").page.read_text("utf-8")
    rules = dict(rule.strip().split(" ", 1) for rule in policy_of(page).split(";"))
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    assert rules.pop("img-src") == "data:"  # for an icon of nothing, which browsers ask for otherwise
    assert all(re.fullmatch(r"'sha256-[\w+/]{43}='", rule) for rule in rules.values())
    assert set(rules) == {"script-src", "style-src"}
    assert not re.findall(r"""(?:src|href|action)=["'](?!#|data:,)""", page)
    assert not re.findall(
        r"\s(?:style|on\w+)=", re.sub("(?s)<style>.*?</style>|<script>.*?</script>", "", page)
    )


def test_one_page_holds_a_small_run(many: Results, tmp_path: Path) -> None:
    written = write_report(many, tmp_path / "report.html")
    assert (written.parts, written.bytes) == (0, written.page.stat().st_size)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "results"]
    page = written.page.read_text("utf-8")
    assert page.count('<details class="pair"') == 10


def test_parts_hold_a_large_run(many: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write_report(many, tmp_path / "whole.html").page.read_text("utf-8")
    monkeypatch.setattr(pages, "_PAIRS", 3)
    monkeypatch.setattr(fetched, "_MOST_PAIRS", 4)
    written = write_report(many, tmp_path / "report.html")
    parts = sorted((tmp_path / "report-parts").iterdir())
    searches, *parts = parts
    assert searches.name == "find-pairs-0001.html"
    assert [part.name for part in parts] == [f"pairs-{n:04d}.html" for n in (1, 2, 3, 4)]
    assert written.bytes == sum(path.stat().st_size for path in (searches, *parts, written.page))
    index, *texts = [path.read_text("utf-8") for path in (written.page, *parts)]
    assert '<details class="pair"' not in index
    compared = re.compile(r'(?s)<table class="diff">.*?</table>')
    assert [found for text in texts for found in compared.findall(text)] == compared.findall(whole)
    for number in range(1, 11):
        assert f'href="report-parts/pairs-{(number + 2) // 3:04d}.html#pair-{number}"' in index


def test_the_same_results_make_the_same_bytes(many: Results, tmp_path: Path) -> None:
    made = {write_report(many, tmp_path / name).page.read_bytes() for name in ("one.html", "other.html")}
    assert len(made) == 1


def test_a_report_takes_the_place_of_a_report(many: Results, tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    page = tmp_path / "report.html"
    whole = write_report(many, page).page.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(pages, "_PAIRS", 3)
        write_report(many, page)
    assert len(list((tmp_path / "report-parts").iterdir())) == 4 + 1
    assert write_report(many, page).page.read_bytes() == whole
    assert not (tmp_path / "report-parts").exists()


def test_a_scan_skips_the_pages_of_a_report(
    many: Results, scrape: Scrape, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_PAIRS", 3)
    scrape.write("a.txt", scrape.story(1))
    write_report(many, scrape.inputs / "report.html")
    written = list(scrape.inputs.rglob("*.html"))
    assert len(written) > 2
    results = scrape.scan(results=scrape.home / "again")
    assert [row["article"] for row in results.rows("articles", ["article"])] == ["a.txt"]
    said = {(row["reason"], row["message"]) for row in results.rows("skipped")}
    assert said == {("results", "a page that dedup report wrote")}
    assert results.count("skipped") == len(written)


def test_what_is_no_report_stays(many: Results, tmp_path: Path) -> None:
    page = tmp_path / "thesis.html"
    page.write_text("<!doctype html>mine")
    with pytest.raises(UsageError, match="is no report; --overwrite replaces it"):
        write_report(many, page)
    assert page.read_text() == "<!doctype html>mine"
    assert "Shared text" in write_report(many, page, overwrite=True).page.read_text("utf-8")


@pytest.mark.parametrize("name", ["notes.txt", "pairs-0001.html"])
def test_a_folder_of_something_else_stays(many: Results, tmp_path: Path, name: str) -> None:
    stranger = tmp_path / "report-parts" / name
    stranger.parent.mkdir()
    stranger.write_text("mine")
    with pytest.raises(UsageError, match="holds something else; move it away"):
        write_report(many, tmp_path / "report.html", overwrite=True)
    assert stranger.read_text() == "mine"
    assert not (tmp_path / "report.html").exists()


def test_there_must_be_a_place(many: Results, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a directory; -o names the page"):
        write_report(many, tmp_path)
    with pytest.raises(UsageError, match="is no directory; make it first"):
        write_report(many, tmp_path / "none" / "report.html")


def test_what_fails_leaves_nothing_behind(many: Results, tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    before = write_report(many, tmp_path / "report.html").page.read_bytes()
    monkeypatch.setattr(pages, "_PAIRS", 3)
    monkeypatch.setattr(pages, "cluster_pages", fail)
    with pytest.raises(DedupError, match="can't be written: No space left on device"):
        write_report(many, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "results"]


def test_results_without_a_pair_are_told_as_such(tmp_path: Path) -> None:
    results = open_results(make_results(tmp_path / "results", articles=[{"article": "a", "text": "One."}]))
    page = write_report(results, tmp_path / "report.html").page.read_text("utf-8")
    assert "No two articles share text." in page
    assert "<svg" not in page


def test_a_text_as_long_as_a_book_is_only_named(
    many: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetched, "LONGEST", 200)
    page = write_report(many, tmp_path / "report.html").page.read_text("utf-8")
    assert page.count("too long for a page") == 10
    assert "dedup diff RESULTS 7" in page
    assert "It was number" not in page


def test_texts_that_results_do_not_keep_are_read_again(scrape: Scrape, tmp_path: Path) -> None:
    scrape.write("a.txt", scrape.story(1))
    scrape.write("b.txt", scrape.story(1) + "The end of it.\n")
    whole, bare = (scrape.scan(results=tmp_path / name, no_text=name == "bare") for name in ("whole", "bare"))
    one, other = (write_report(found, tmp_path / f"{found.path.name}.html").page for found in (whole, bare))
    assert one.read_bytes() == other.read_bytes()
    scrape.write("b.txt", scrape.story(2))
    with pytest.raises(DedupError, match=r"b\.txt has changed since it was scanned"):
        write_report(bare, tmp_path / "bare.html")


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("https://fine.example/a?b=<c>", True),
        ("http://fine.example", True),
        ("ftp://fine.example/", False),
        ("javascript:alert(1)", False),
        ("javascript://fine.example/%0aalert(1)", False),
        ("https:///path", False),
        ("https://[", False),
        (" https://fine.example/", False),
        ("https://fine.example/\u202egpj", False),
        ("//fine.example/", False),
        ("", False),
        (None, False),
    ],
)
def test_which_addresses_are_links(url: str | None, links: bool) -> None:
    assert is_web(url) is links


def test_the_command_says_what_it_wrote(samples: Results, tmp_path: Path, program: Program,
                                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    page = tmp_path / "report.html"
    out, err = program("report", samples.path, "-o", page)
    assert (out, err.splitlines()[-1].startswith(f"wrote {page}, ")) == ("", True)
    monkeypatch.setattr(pages, "_PAIRS", 20)
    _, err = program("report", samples.path, "-o", page)
    assert f"wrote {page} and 3 pages beside it, " in err
    assert program("report", samples.path, "-o", page, "-q") == ("", "")
    for arguments, said in (
        (("report", samples.path), "-o FILE"),
        (("report", tmp_path, "-o", page), "no finished scan"),
    ):
        _, err = program(*arguments, status=2)
        assert said in err
    page.write_text("mine")
    program("report", samples.path, "-o", page, status=2)
    program("report", samples.path, "-o", page, "--overwrite")
