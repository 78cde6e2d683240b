from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.furniture.recurring import LEAST_SELDOM, UNIT
from dedup.queries import line_join

if TYPE_CHECKING:
    from conftest import Scrape

ARTICLES = st.lists(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 9)), max_size=6), max_size=8)


def slow_units(articles: list[list[tuple[int, int]]]) -> dict[int, int]:
    """Units of the lines that recur on different articles; a line is its key, and 3 times its key long."""
    carried = [dict.fromkeys(key for key, _ in article) for article in articles]
    met = Counter(key for keys in carried for key in keys)
    units: Counter[int] = Counter()
    for article, keys in zip(articles, carried, strict=True):
        total = sum(3 * key + 1 for key, _ in article)
        usual, above = 1, 0
        for count in sorted({met[key] for key in keys if met[key] >= LEAST_SELDOM}, reverse=True):
            above += sum(3 * key + 1 for key in keys if met[key] == count)
            if 2 * above > total:
                usual = count
                break
        for key in keys:
            units[key] += UNIT // usual
    least = LEAST_SELDOM * UNIT
    return {key: count for key, count in units.items() if met[key] >= LEAST_SELDOM and count >= least}


@settings(max_examples=100)
@given(ARTICLES)
def test_different_articles_are_counted(articles: list[list[tuple[int, int]]]) -> None:
    rows = [
        {"row": row, "key": key, "size": 3 * key + 1, "total": sum(3 * other + 1 for other, _ in article)}
        for row, article in enumerate(articles)
        for key, _ in article
    ]
    schema = pa.schema([(name, pa.int64()) for name in ("row", "key", "size", "total")])
    lines = pa.Table.from_pylist(rows, schema)
    with duckdb.connect() as database:
        database.register("lines", lines)
        found = dict(database.sql(line_join.RECURRING).fetchall())
    assert found == slow_units(articles)


def bodies(scrape: Scrape, **options: Any) -> dict[str, str]:
    results = scrape.scan(**options)
    names = [row["article"] for row in results.rows("articles", ["article"])]
    return {
        name: "|".join(row["text"][part["start"] : part["end"]] for part in row["body"])
        for name, row in results.articles(names, ["text", "body"]).items()
    }


def test_furniture_is_found_in_the_scrape_itself(scrape: Scrape) -> None:
    footer = "The Skerness Packet is printed by the ferry company\nPier Road, Skerness"
    for number in range(5):
        scrape.write(f"{number}.txt", f"{scrape.story(number)}\n{footer}")
    assert set(bodies(scrape).values()) == {scrape.story(number).strip() for number in range(5)}
    rows = list(dedup.open_results(scrape.results).rows("furniture"))
    assert {(row["text"], row["articles"]) for row in rows} == {(line, 5) for line in footer.split("\n")}


def test_copies_of_an_article_are_no_furniture(scrape: Scrape) -> None:
    text = "\n".join(scrape.story(1)[cut : cut + 60] for cut in range(0, 900, 60))
    for number in range(8):
        scrape.write(f"{number}.txt", f"{text}\nedition {number} of the paper")
    assert all("|" not in body for body in bodies(scrape).values())
    assert not dedup.open_results(scrape.results).count("furniture")


def test_each_source_has_its_own(scrape: Scrape) -> None:
    line = "Printed on the island since the winter of the great storm"
    records = [
        {"id": f"{source}{number}", "source": source, "text": f"{scrape.story(10 * place + number)}\n{line}"}
        for place, source in enumerate(("packet", "courier"))
        for number in range(5 if source == "packet" else 4)
    ]
    scrape.write("a.jsonl", "\n".join(map(json.dumps, records)))
    found = bodies(scrape)
    assert {name: line in body for name, body in found.items()} == {
        name: name.startswith("courier") for name in found
    }
    assert len(found) == 9
    (row,) = dedup.open_results(scrape.results).rows("furniture")
    assert row == {"source": "packet", "text": line, "articles": 5}


def test_a_second_scan_into_the_same_folder_counts_anew(scrape: Scrape) -> None:
    for line in ("The bell of the chapel rings at noon", "No ferry sails while the bell is mended"):
        for number in range(5):
            scrape.write(f"{number}.txt", f"{scrape.story(number)}\n{line}")
        assert not any(line in body for body in bodies(scrape, overwrite=True).values())
        assert [row["text"] for row in dedup.open_results(scrape.results).rows("furniture")] == [line]
