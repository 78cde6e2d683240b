"""The report as a reader has it: in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dedup.results.opened import Results
from dedup.view.report import find, pages, write_report
from dedup.view.safe import safe

from .conftest import HOSTILE, Opened

if TYPE_CHECKING:
    from playwright.sync_api import Page

SPUN_PAIR = 25  # of the samples: a spun article and its original


def shown_rows(page: Page, table: str) -> list[str]:
    return page.locator(f"#{table} > tbody > tr:visible").all_inner_texts()


def test_it_opens_with_its_plots_and_tables(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report)
    assert page.title() == "Shared text in 36 articles"
    assert [len(shown_rows(page, table)) for table in ("pairs", "clusters", "spun")] == [25, 9, 2]
    plots = page.get_by_role("img")
    assert {plot.evaluate("plot => document.getElementById(plot.getAttribute('aria-labelledby')).innerText")
            .split("\n")[0] for plot in plots.all()} == {
        "Kinds of pairs", "Similarity of the pairs", "Sizes of the clusters"
    }  # fmt: skip
    page.locator("figure", has_text="Kinds of pairs").locator("summary").click()
    assert "copy\t16" in page.locator("figure table:visible").inner_text()
    assert page.locator("details.pair:visible").count() == 0


def test_a_search_leaves_rows_with_all_words(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report)
    box = page.get_by_label("Search pairs")
    box.fill("COPY spun supreme")
    told = page.locator("output[for=find-pairs]")
    told.get_by_text("1 of 25 pairs").wait_for()
    (row,) = shown_rows(page, "pairs")
    assert "supreme-court" in row
    box.fill("")
    told.get_by_text("25 pairs", exact=True).wait_for()
    assert len(shown_rows(page, "pairs")) == 25


def test_columns_sort_either_way(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report)
    by = page.locator("#pairs").get_by_role("button", name="Similarity")
    cells = page.locator("#pairs > tbody > tr > td:nth-child(3)")
    for order in ("ascending", "descending"):
        by.click()
        values = [float(cell) for cell in cells.all_inner_texts()]
        assert values == sorted(values, reverse=order == "descending")
        assert page.locator("#pairs th[aria-sort]").get_attribute("aria-sort") == order
    page.locator("#pairs").get_by_role("button", name="Left").click()
    names = page.locator("#pairs > tbody > tr > td:nth-child(4)").all_inner_texts()
    assert names == sorted(names)


def test_a_pair_opens_word_by_word(visit: Opened, samples: Results, sample_report: Path) -> None:
    page = visit(sample_report)
    page.locator("#pairs").get_by_role("link", name=f"Compare pair {SPUN_PAIR}").click()
    pair = page.locator(f"#pair-{SPUN_PAIR}")
    assert pair.locator("ins").first.is_visible()
    assert pair.locator("del").first.is_visible()
    row = samples.pair(SPUN_PAIR)
    texts = samples.articles([row["left"], row["right"]])
    for column, name in enumerate((row["left"], row["right"])):
        told = pair.evaluate(
            """(pair, column) => {
                const whole = pair.cloneNode(true);
                whole.querySelectorAll(".n, .e summary").forEach((note) => note.remove());
                return Array.from(whole.querySelectorAll("tbody tr"), (row) =>
                    row.cells.length > 1 ? row.cells[column].textContent
                    : Array.from(row.querySelectorAll("div > div")).at(column).textContent).join(" ");
            }""",
            column,
        )
        assert "".join(told.split()) == "".join(safe(texts[name]["text"], newlines=True).split())
    page.locator("#pairs").get_by_role("link", name="Compare pair 4", exact=True).click()
    assert page.locator("details.pair:visible").count() == 1  # one at a time
    assert not pair.is_visible()


def test_equal_stretches_open(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report, "#pair-1")
    fold = page.locator("#pair-1 .e details").first
    assert not fold.locator("div").first.is_visible()
    fold.locator("summary").click()
    assert fold.locator("div").first.is_visible()


def test_spun_phrases_say_what_they_stand_for(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report, f"#pair-{SPUN_PAIR}")
    phrase = page.locator(f"#pair-{SPUN_PAIR} mark[tabindex]").first
    note = phrase.locator(".n")
    assert phrase.text_content() == "Courtroom for “Supreme Court”"
    small = note.bounding_box()
    assert small is not None
    assert small["width"] <= 1
    phrase.focus()
    large = note.bounding_box()
    assert large is not None
    assert large["width"] > 20
    page.keyboard.press("Escape")
    assert not note.is_visible()
    page.keyboard.press("Tab")
    phrase.hover()
    assert note.is_visible()


def test_all_can_be_done_by_keys(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report)

    def focused(what: str = "textContent") -> Any:
        return page.evaluate(f"document.activeElement.{what}")

    page.keyboard.press("Tab")
    assert focused() == "Skip to the content"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert focused("id") == "main"
    while focused("id") != "find-pairs":
        page.keyboard.press("Tab")
    page.keyboard.type("partial")
    page.locator("output[for=find-pairs]").get_by_text("2 of 25").wait_for()
    for _ in range(5):
        page.keyboard.press("Tab")
    assert focused().startswith("Right")
    page.keyboard.press("Enter")
    assert page.locator("#pairs th[aria-sort]").inner_text().startswith("Right")
    page.keyboard.press("Tab")
    first = focused()
    page.keyboard.press("ArrowDown")
    assert focused() != first
    page.keyboard.press("ArrowUp")
    assert focused() == first
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'SUMMARY'")
    assert "partial" in focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_it_prints(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report, f"#pair-{SPUN_PAIR}")
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator("nav").first.is_visible()
    assert not page.get_by_label("Search pairs").is_visible()
    note = page.locator(f"#pair-{SPUN_PAIR} mark .n").first.bounding_box()
    assert note is not None
    assert note["width"] > 20  # on paper nothing can be pointed at


def test_nothing_is_wider_than_a_phone(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report, f"#pair-{SPUN_PAIR}", viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cells = page.locator(f"#pair-{SPUN_PAIR} tbody tr").nth(1).locator("td").all()
    left, right = (cell.bounding_box() for cell in cells)
    assert left is not None
    assert right is not None
    assert right["y"] >= left["y"] + left["height"]


def test_without_scripts_everything_is_there(visit: Opened, sample_report: Path) -> None:
    page = visit(sample_report, java_script_enabled=False)
    assert page.locator("details.pair:visible").count() == 25
    page.locator(f"#pair-{SPUN_PAIR} > summary").click()
    assert page.locator(f"#pair-{SPUN_PAIR} ins").first.is_visible()
    assert not page.get_by_label("Search pairs").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_it(visit: Opened, sample_report: Path, hostile_results: Results, tmp_path: Path,
                              scheme: str) -> None:  # fmt: skip
    from axe_playwright_python.sync_playwright import Axe

    hostile = write_report(hostile_results, tmp_path / "hostile.html").page  # which has all plots
    for report, fragment in ((sample_report, f"#pair-{SPUN_PAIR}"), (hostile, "#pair-1")):
        page = visit(report, fragment, color_scheme=scheme)
        page.evaluate(
            "document.querySelectorAll('details:not(.pair)').forEach((one) => { one.open = true; })"
        )
        found = Axe().run(page).response["violations"]
        assert [
            (one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"])
            for one in found
            if one["impact"] in ("serious", "critical")
        ] == []


@pytest.mark.parametrize("split", [False, True])
def test_what_strangers_wrote_is_text(visit: Opened, hostile_results: Results, tmp_path: Path,
                                      monkeypatch: pytest.MonkeyPatch, split: bool) -> None:  # fmt: skip
    if split:
        monkeypatch.setattr(pages, "_PAIRS", 3)
    written = write_report(hostile_results, tmp_path / "report.html")
    assert written.parts == (4 + 1 if split else 0)
    for file in (written.page, *sorted(tmp_path.glob("report-parts/*.html"))):
        page = visit(file)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.wait_for_timeout(50)  # for handlers of what failed to load
        assert page.evaluate("window.hit") is None
        tags = page.evaluate(
            "[...new Set(Array.from(document.querySelectorAll('*'), (one) => one.localName))]"
        )
        assert {"script", "h1"} <= set(tags)
        assert not {"img", "iframe", "object", "embed", "base", "form"} & set(tags)
        assert page.locator("script:not([type])").count() == 1
        assert page.locator("script").count() == (2 if file.name.startswith("find-") else 1)
        assert page.locator("h1").count() == 1
        attributes = page.evaluate(
            "Array.from(document.querySelectorAll('*'), (one) => one.getAttributeNames()).flat()"
        )
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        links = page.evaluate("Array.from(document.querySelectorAll('a'), (one) => [one.href, one.rel])")
        away = [link for link in links if not link[0].startswith("file:///")]
        assert {rel for _, rel in away} <= {"noopener noreferrer nofollow"}
        assert {href for href, _ in away} <= {
            "https://fine.example/a?b=%3Cc%3E&d=%27e%27",
            "https://evil.example/%22%3E%3Cscript%3Ewindow.hit=9%3C/script%3E",
        }
        told = page.locator("body").inner_text()
        assert "49" not in told.split()
        assert not {"\x1b", "\u202e", "\u2066", "\u200b"} & set(told)
        if file.name.startswith("find-"):
            page.get_by_role("searchbox").fill("copy")
            page.locator("tbody tr").first.wait_for()
            assert not page.locator("img, iframe, tbody script, svg").count()
            told = page.locator("body").inner_text()
            assert all(" ".join(safe(payload).split()) in " ".join(told.split()) for payload in HOSTILE)
        elif file != written.page:
            for payload in HOSTILE:
                assert " ".join(safe(payload).split()) in " ".join(told.split())


def test_parts_lead_to_every_pair_and_back(visit: Opened, samples: Results, tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(pages, "_PAIRS", 4)
    monkeypatch.setattr(pages, "_CLUSTERS", 5)
    written = write_report(samples, tmp_path / "a report?#.html")
    assert written.parts == 7 + 2 + 2  # two that search
    page = visit(written.page)
    page.locator("#pairs").get_by_role("link", name=f"Compare pair {SPUN_PAIR}").click()
    assert page.locator(f"#pair-{SPUN_PAIR} ins").first.is_visible()
    seen = []
    page.get_by_role("link", name="Report").first.click()
    page.locator("#pairs-section .pages a").first.click()
    while True:
        seen += page.locator("#pairs > tbody > tr > td:first-child").all_inner_texts()
        following = page.locator("a[rel=next]").first
        if not following.count():
            break
        following.click()
        page.wait_for_load_state()
    assert [int(text.split()[-1]) for text in seen] == list(range(1, 26))
    page.get_by_role("link", name="Report").first.click()
    page.locator("#clusters-section .pages a").last.click()
    page.locator("#clusters summary").first.click()
    page.locator("#clusters li a").first.click()
    assert page.locator("details.pair[open]").count() == 1


def test_a_search_goes_through_all_pages(visit: Opened, samples: Results, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(pages, "_PAIRS", 4)
    monkeypatch.setattr(pages, "_CLUSTERS", 5)
    page = visit(write_report(samples, tmp_path / "report.html").page)
    page.get_by_label("Search clusters on this page").fill("Packet")
    page.locator("#clusters-section").get_by_role("link", name="Search all pages").click()
    page.get_by_text("2 of 9 clusters").wait_for()  # what was typed went along
    page.get_by_role("searchbox").fill("COPY spun supreme")
    page.get_by_text("0 of 9 clusters").wait_for()
    page.go_back()
    page.locator("#pairs-section").get_by_role("link", name="Search all pages").click()
    page.get_by_role("searchbox").fill("COPY spun supreme")
    page.get_by_text("1 of 25 pairs").wait_for()
    page.get_by_role("link", name=f"{SPUN_PAIR}", exact=True).click()
    assert page.locator(f"#pair-{SPUN_PAIR} ins").first.is_visible()
    page.go_back()
    page.get_by_text("1 of 25 pairs").wait_for()


def test_a_long_search_goes_on_in_another_page(visit: Opened, samples: Results, tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(pages, "_PAIRS", 4)
    monkeypatch.setattr(find, "_LONGEST", 1000)
    folder = tmp_path / "report-parts"
    write_report(samples, tmp_path / "report.html")
    page = visit(folder / find.finder("pairs"), "#find=.txt")
    seen = []
    while True:
        page.locator("tbody tr").first.wait_for()
        seen += page.locator("tbody tr > td:first-child").all_inner_texts()
        following = page.get_by_role("link", name="Search what comes after")
        if not following.count():
            break
        following.click()
        page.wait_for_load_state()
    assert [int(number) for number in seen] == list(range(1, 26))
