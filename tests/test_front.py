"""The Python front: the names that others import, and what they give."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dedup

if TYPE_CHECKING:
    from conftest import Scrape

SPUN = Path(__file__).parent.parent / "samples" / "worldportnews-gannet-point-ruling.txt"


def test_the_whole_public_face() -> None:
    assert set(dedup.__all__) == {
        "Comparison",
        "DedupError",
        "Evidence",
        "Options",
        "Report",
        "Results",
        "Verdict",
        "compare",
        "find_spun",
        "open_results",
        "scan",
    }
    assert len(set(dedup.__all__)) == len(dedup.__all__)
    for name in dedup.__all__:
        assert getattr(dedup, name).__doc__
    assert set(dedup.__all__) <= set(dir(dedup))


def test_another_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = dedup.nothing  # type: ignore[attr-defined, unused-ignore]


def test_importing_the_package_loads_none_of_its_parts() -> None:
    code = "import sys, dedup; print([m for m in sys.modules if m in ('numba', 'duckdb', 'pyarrow', 'rich')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"


def test_a_scan_reports_what_run_json_holds(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    scrape.write("b.txt", scrape.story(1).upper())
    report = dedup.scan([scrape.inputs], scrape.results, dedup.Options(jobs=1))
    assert isinstance(report, dedup.Report)
    assert report.results == scrape.results
    assert not report.up_to_date
    assert report.counts["articles"] == 2
    assert report.counts["exact_pairs"] == 1
    results = dedup.open_results(report.results)
    assert isinstance(results, dedup.Results)
    assert results.run == report.run
    again = dedup.scan([scrape.inputs], str(scrape.results), dedup.Options(jobs=1))
    assert again.up_to_date
    assert again.run == report.run


def test_a_bad_request_is_one_of_our_errors(tmp_path: Path) -> None:
    with pytest.raises(dedup.DedupError, match="no such file or directory"):
        dedup.scan([tmp_path / "missing"], tmp_path / "results")
    with pytest.raises(dedup.DedupError, match="--threshold"):
        dedup.Options(threshold=2.0)


def test_two_texts_compared(scrape: Scrape) -> None:
    words = scrape.words(1, 100)
    left, right = " ".join(words), " ".join([*words[:50], "instead", *words[51:]])
    found = dedup.compare(left, right)
    assert isinstance(found, dedup.Comparison)
    assert found.kind == "copy"
    assert found.similarity == pytest.approx(0.99)
    assert found.left_containment == found.right_containment == pytest.approx(0.99)
    assert found.longest_run == 50
    assert [span.op for span in found.spans] == ["equal", "replace", "equal"]
    assert "".join(right[span.right_start : span.right_end] for span in found.spans) == right


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("One two, three!", "ONE TWO three", "exact"),
        ("", "", None),
        ("...", "...", None),
        ("", "Something was said", None),
        ("The ferry left", "Nobody answered", None),
    ],
)
def test_short_texts_compared(left: str, right: str, kind: str | None) -> None:
    found = dedup.compare(left, right)
    assert found.kind == kind
    assert 0 <= found.similarity <= 1


def test_a_comparison_says_what_a_scan_says(scrape: Scrape) -> None:
    words = scrape.words(2, 90)
    texts = {"a.txt": " ".join(words), "b.txt": " ".join([*words[5:40], "and", "then", *words[42:]])}
    for name, text in texts.items():
        scrape.write(name, text)
    [row] = scrape.scan().rows("pairs")
    found = dedup.compare(texts["a.txt"], texts["b.txt"])
    for name in ("kind", "similarity", "left_containment", "right_containment", "jaccard", "longest_run"):
        assert getattr(found, name) == row[name]
    assert [tuple(span.values()) for span in row["spans"]] == [tuple(span) for span in found.spans]


def test_spun_text_found(scrape: Scrape) -> None:
    text = SPUN.read_text("utf-8")
    verdict, evidence = dedup.find_spun(text)
    assert isinstance(verdict, dedup.Verdict)
    assert verdict.spun
    assert 0.9 <= verdict.score <= 1
    assert evidence
    for one in evidence:
        assert isinstance(one, dedup.Evidence)
        assert one.phrase == text[one.start : one.end]
        assert one.natural
    for clean in ("", scrape.story(1)):
        verdict, evidence = dedup.find_spun(clean)
        assert not verdict.spun
        assert verdict.score < 0.5
