"""Articles that are looked at again by the words of their scrape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Scrape

SWAPS = {"harbour": "shelter", "pilot": "aviator", "lantern": "torch", "barge": "scow", "anchor": "grapnel"}
SIGN = "All that was said in regards to the ferry."


@pytest.fixture
def lexicon(scrape: Scrape) -> str:
    rows = "".join(f"{natural}\t{spun}\n" for natural, spun in SWAPS.items())
    path = scrape.home / "own.tsv"
    path.write_text(f"natural\tspun\n{rows}")
    return str(path)


@pytest.fixture
def names(scrape: Scrape) -> list[str]:
    usual = " ".join(f"The old {natural} lies there. A {spun} goes by." for natural, spun in SWAPS.items())
    spun = " ".join(f"The old {word} lies there." for word in SWAPS.values())
    quoted = f"{SIGN} “{spun}”"
    texts = [f"{usual} {' '.join(scrape.words(number, 40))}" for number in range(150)]
    others = {"spun": f"{SIGN} {spun}", "quoted": quoted, "unsuspected": spun}
    rows = [{"id": str(number), "text": text} for number, text in enumerate(texts)]
    rows += [
        {"id": name, "text": f"{text} {' '.join(scrape.words(200 + place, 40))}"}
        for place, (name, text) in enumerate(others.items())
    ]
    scrape.records("articles.jsonl", *rows)
    return list(others)


def test_the_words_of_a_scrape_accuse_an_article_of_it(
    scrape: Scrape, names: list[str], lexicon: str
) -> None:
    results = scrape.scan(lexicon=lexicon)
    assert {row["article"] for row in results.rows("articles") if row["spun"]} == {"spun"}
    phrases = [
        (row["phrase"], row["natural"]) for row in results.rows("spun") if row["signal"] == "collocation"
    ]
    assert phrases == [(spun, natural) for natural, spun in SWAPS.items()]
    assert {row["partner"] for row in results.rows("spun")} == {None}
    spans = {(row["start"], row["end"]) for row in results.rows("spun")}
    assert len(spans) == results.count("spun")  # none twice


@pytest.mark.parametrize("options", [{"profile": "reuse"}, {"no_spun": True}])
def test_nobody_counts_its_words_otherwise(
    scrape: Scrape, names: list[str], lexicon: str, options: dict[str, Any]
) -> None:
    results = scrape.scan(lexicon=lexicon, **options)
    assert not any(row["spun"] for row in results.rows("articles"))
