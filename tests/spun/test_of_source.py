"""Articles of a source that has many spun ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedup.results.opened import Results

if TYPE_CHECKING:
    from conftest import Scrape

SPUN = """{name} board introduced final week that the 2 international locations would share a ferry.

Officers burdened the significance of commerce partnerships within the wake of the strike, and
mentioned Friday that costs had change into one of many largest worries in {name}."""
LIKELY = "{name} board met in spring. Officers burdened the significance of the ferry and went home."
PLAIN = "{name} board met in autumn. Nobody had anything to say, so the doors were shut and all went home."


def spun_ones(results: Results) -> set[str]:
    return {row["article"] for row in results.rows("articles") if row["spun"]}


@pytest.fixture
def names(scrape: Scrape) -> list[str]:
    return [" ".join(scrape.words(number, 60)) for number in range(40)]


def write(scrape: Scrape, names: list[str], **counts: int) -> None:
    """So many articles of each text of one source, and a likely one of another source and of none."""
    texts = {"spun": SPUN, "likely": LIKELY, "plain": PLAIN}
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    rows: list[dict[str, str | None]] = [
        {"id": f"{kind} {number}", "source": "mill", "text": texts[kind].format(name=names[number])}
        for number, kind in enumerate(kinds)
    ]
    rows += [
        {"id": f"elsewhere {source}", "source": source, "text": LIKELY.format(name=names[-1 - number])}
        for number, source in enumerate(("paper", None))
    ]
    scrape.records("articles.jsonl", *rows)


def test_what_is_likely_spun_is_so_in_a_source_that_spins(scrape: Scrape, names: list[str]) -> None:
    write(scrape, names, spun=3, likely=2, plain=7)
    results = scrape.scan()
    assert spun_ones(results) == {*(f"spun {n}" for n in range(3)), "likely 3", "likely 4"}
    phrases = {row["article"]: row["phrase"] for row in results.rows("spun") if row["article"] > "likely"}
    assert phrases["likely 3"] == "burdened the significance"


@pytest.mark.parametrize("counts", [{"spun": 2, "likely": 2}, {"spun": 3, "likely": 2, "plain": 8}])
def test_it_is_not_where_few_are(scrape: Scrape, names: list[str], counts: dict[str, int]) -> None:
    write(scrape, names, **counts)
    assert spun_ones(scrape.scan()) == {f"spun {number}" for number in range(counts["spun"])}
