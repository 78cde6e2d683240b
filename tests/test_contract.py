"""What RESULTS promises: names, pairs, spans, clusters, tables, counts, and the same rows every time."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasketch import MinHash

import dedup
from dedup import Results, open_results
from dedup.errors import UsageError
from dedup.schema import RESULT_TABLES, SKETCHES
from dedup.tables.parts import list_parts

if TYPE_CHECKING:
    from conftest import Scrape

TABLES = [table.name for table in RESULT_TABLES]


def names(results: Results) -> list[str]:
    return [row["article"] for row in results.rows("articles", ["article"])]


def ends(results: Results) -> list[tuple[str, str]]:
    return [(row["left"], row["right"]) for row in results.rows("pairs", ["left", "right"])]


def everything(results: Results) -> dict[str, list[dict[str, Any]]]:
    return {name: list(results.rows(name)) for name in TABLES}


def edited(words: list[str], *places: int) -> str:
    """The words with others at some places, each of them new."""
    return " ".join(f"other{at}" if at in places else word for at, word in enumerate(words))


def write_mixture(scrape: Scrape) -> None:
    """Families of copies in several files, with dates and sources, a few of them exact."""
    for family in range(6):
        words = scrape.words(family, 60 + 10 * family)
        scrape.write(f"plain/{family}.txt", " ".join(words))
        scrape.write(f"plain/{family}-copy.md", "A headline\n\n" + edited(words, family + 3, 30))
        scrape.records(
            f"lines/{family}.jsonl",
            {
                "id": f"n{family}",
                "text": edited(words, 8, 9),
                "date": f"2024-0{family + 1}-05",
                "source": "one.example",
            },
            {"text": " ".join(words).upper(), "date": f"2024-0{family + 1}-03", "source": "two.example"},
            {"text": " ".join(words[20:]), "source": "one.example"},
            {"text": scrape.story(100 + family), "url": "https://www.three.example/a"},
            {"text": None},
        )


# ------------------------------------------------------------------ names


def test_an_article_has_its_own_id_or_its_place(scrape: Scrape) -> None:
    scrape.records(
        "a.jsonl",
        {"id": "first", "text": "one"},
        {"id": "first", "text": "two"},
        {"text": "three"},
        {"id": 7, "text": "four"},
        {"id": "  ", "text": "five"},
    )
    scrape.records("b/c.jsonl", {"id": "first", "text": "six"}, {"id": "second", "text": "seven"})
    scrape.write("d.txt", "eight")
    scrape.records("e.jsonl", {"text": "nine"})
    assert names(scrape.scan()) == [
        "first",
        "a.jsonl#2",
        "a.jsonl#3",
        "7",
        "a.jsonl#5",
        "b/c.jsonl#1",
        "second",
        "d.txt",
        "e.jsonl#1",
    ]


def test_names_stay_unique_when_ids_read_like_places(scrape: Scrape) -> None:
    scrape.records(
        "a.jsonl",
        {"id": "b.jsonl#1", "text": "one"},
        {"id": "a.jsonl#3", "text": "two"},
        {"text": "three"},
        {"id": "c.txt", "text": "four"},
    )
    scrape.records("b.jsonl", {"text": "five"}, {"id": "b.jsonl#1", "text": "six"})
    scrape.write("c.txt", "seven")
    found = names(scrape.scan())
    assert len(set(found)) == len(found) == 7
    assert [found[0], found[1], found[3]] == ["b.jsonl#1", "a.jsonl#3", "c.txt"]


def test_input_order_is_by_the_bytes_of_the_path_then_record(scrape: Scrape) -> None:
    order = ["B.txt", "a.txt", "a/z.txt", "a0.txt", "é.txt", "\uff21.txt", "\U0001f600.txt"]
    for name in reversed(order):
        scrape.write(name, name)
    assert names(scrape.scan()) == order


def test_named_files_go_by_their_base_name(scrape: Scrape) -> None:
    one = scrape.write("one/x.txt", "first")
    two = scrape.write("two/x.txt", "second")
    scrape.write("two/deep/y.txt", "third")
    assert names(scrape.scan(one)) == ["x.txt"]
    both = scrape.scan(one, two.parent, results=scrape.home / "both")
    assert names(both) == ["1/x.txt", "2/x.txt", "deep/y.txt"]


# ------------------------------------------------------------------ pairs and groups


def test_left_is_the_earlier_and_a_missing_date_comes_last(scrape: Scrape) -> None:
    words = scrape.words(1)
    scrape.records(
        "a.jsonl",
        {"id": "undated", "text": edited(words, 5)},
        {"id": "z-old", "text": edited(words, 15), "published": "2024-01-01T00:30:00+02:00"},
        {"id": "a-new", "text": edited(words, 25), "published": "2023-12-31T23:00:00Z"},
    )
    assert ends(scrape.scan()) == [("a-new", "undated"), ("z-old", "a-new"), ("z-old", "undated")]


def test_a_placeholder_makes_no_copier_the_earlier_article(scrape: Scrape) -> None:
    words = scrape.words(1)
    scrape.records(
        "a.jsonl",
        {"id": "copier", "text": edited(words, 5), "date": "0001-01-01T00:00:00Z"},
        {"id": "original", "text": " ".join(words), "date": "2024-03-05"},
    )
    assert ends(scrape.scan()) == [("original", "copier")]


def test_of_undated_articles_the_first_by_code_point_is_left(scrape: Scrape) -> None:
    order = ["Z", "a", "é", "\uff21", "\U0001f600"]
    words = scrape.words(1)
    scrape.records(
        "a.jsonl", *({"id": name, "text": edited(words, 10 * at)} for at, name in enumerate(order))
    )
    assert ends(scrape.scan()) == list(itertools.combinations(order, 2))


def test_pairs_are_numbered_from_one_by_left_then_right(scrape: Scrape) -> None:
    write_mixture(scrape)
    rows = list(scrape.scan().rows("pairs", ["pair", "left", "right"]))
    assert len(rows) > 20
    assert [row["pair"] for row in rows] == list(range(1, len(rows) + 1))
    keys = [(row["left"], row["right"]) for row in rows]
    assert keys == sorted(set(keys))
    assert all(left != right and (right, left) not in keys for left, right in keys)


def test_identical_texts_are_pairs_with_the_first_of_them(scrape: Scrape) -> None:
    words = scrape.words(1)
    text = " ".join(words)
    scrape.records(
        "a.jsonl",
        {"id": "shouted", "text": text.upper(), "published": "2024-05-02"},
        {"id": "earliest", "text": text.replace(" ", ", ") + "!", "published": "2024-05-01"},
        {"id": "wide", "text": text.replace("a", "\uff41")},
        {"id": "plain", "text": text},
        {"id": "near", "text": edited(words, 40), "published": "2024-04-01"},
        {"id": "stranger", "text": scrape.story(2)},
    )
    results = scrape.scan()
    kinds = {
        (row["left"], row["right"]): row["kind"] for row in results.rows("pairs", ["left", "right", "kind"])
    }
    assert kinds == {
        ("earliest", "plain"): "exact",
        ("earliest", "shouted"): "exact",
        ("earliest", "wide"): "exact",
        ("near", "earliest"): "copy",
    }
    exact_of = {row["article"]: row["exact_of"] for row in results.rows("articles", ["article", "exact_of"])}
    copies = dict.fromkeys(("shouted", "wide", "plain"), "earliest")
    assert exact_of == {**dict.fromkeys(("earliest", "near", "stranger")), **copies}
    cluster = list(results.rows("clusters"))
    assert [row["article"] for row in cluster] == ["near", "earliest", "plain", "shouted", "wide"]
    assert {row["size"] for row in cluster} == {5}


def test_texts_without_words_are_never_exact(scrape: Scrape) -> None:
    for number in range(4):
        scrape.write(f"{number}.txt", "?! ... —" if number % 2 else "")
    scrape.write("short.txt", "So it goes.")
    scrape.write("short-too.txt", "so it  goes")
    results = scrape.scan()
    assert [(row["left"], row["right"], row["kind"]) for row in results.rows("pairs")] == [
        ("short-too.txt", "short.txt", "exact")
    ]
    without = [row for row in results.rows("articles") if row["words"] == 0]
    assert all(row["exact_of"] is None for row in without)


def test_three_thousand_identical_articles(scrape: Scrape) -> None:
    text = scrape.story(1)
    scrape.records("a.jsonl", *({"id": f"{n:04}", "text": text} for n in range(3000)))
    results = scrape.scan()
    assert results.count("pairs") == 2999
    assert {row["left"] for row in results.rows("pairs", ["left"])} == {"0000"}
    assert {(row["cluster"], row["size"]) for row in results.rows("clusters")} == {(1, 3000)}
    assert results.count("clusters") == 3000


def test_cross_source_leaves_out_pairs_within_one_source(scrape: Scrape) -> None:
    words, other = scrape.words(1), scrape.words(2)
    records = [
        {"id": "a1", "text": edited(words, 5), "source": "a.example"},
        {"id": "a2", "text": edited(words, 15), "source": "a.example"},
        {"id": "b", "text": edited(words, 25), "url": "https://www.b.example/story"},
        {"id": "nobody", "text": edited(words, 35)},
        {"id": "same1", "text": " ".join(other), "source": "a.example"},
        {"id": "same2", "text": " ".join(other), "source": "a.example"},
    ]
    scrape.records("a.jsonl", *records)
    inside = {("a1", "a2"), ("same1", "same2")}
    every = scrape.scan()
    assert inside < set(ends(every))
    same = {(row["left"], row["right"]): row["same_source"] for row in every.rows("pairs")}
    assert {pair for pair, value in same.items() if value} == inside
    assert {pair for pair, value in same.items() if value is None} == {
        pair for pair in same if "nobody" in pair
    }
    across = scrape.scan(results=scrape.home / "across", cross_source=True)
    assert set(ends(across)) == set(ends(every)) - inside
    assert not any(row["same_source"] for row in across.rows("pairs"))


def test_dates_are_kept_in_utc(scrape: Scrape) -> None:
    dates = ["2024-03-01T01:30:00+02:00", "1 March 2024", 1709251200, "some day", None]
    scrape.records("a.jsonl", *({"text": f"text {n}", "published": date} for n, date in enumerate(dates)))
    rows = list(scrape.scan().rows("articles"))
    assert [row["published"] for row in rows] == [
        "2024-02-29T23:30:00Z",
        "2024-03-01T00:00:00Z",
        "2024-03-01T00:00:00Z",
        None,
        None,
    ]
    assert [bool(row["warnings"]) for row in rows] == [False, False, False, True, False]


def test_whom_articles_credit(scrape: Scrape) -> None:
    story = scrape.story(1)
    texts = [f"PORT HALLIN (AP) — {story}", f"{story}\n\nFirst published in Quay Weekly", story]
    for number in range(6):  # a line that is furniture is read all the same
        texts.append(f"{scrape.story(10 + number)}\n\n© 2021 Reuters. All rights reserved.")
    scrape.records("a.jsonl", *({"text": text, "source": "a.example"} for text in texts))
    found = [row["credit"] for row in scrape.scan().rows("articles", ["credit"])]
    assert found == ["AP", "Quay Weekly", None, *["Reuters"] * 6]


# ------------------------------------------------------------------ spans and scores


def folded_words(text: str) -> list[str]:
    """The words of plain text, by the rule of the contract."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


@pytest.fixture
def spanned(scrape: Scrape) -> Results:
    """Pairs of every shape: changed, cut, wrapped in furniture, with letters beyond ASCII."""
    write_mixture(scrape)
    words = [*scrape.words(50, 40), "naïve", "Ærø", "𐐀𐐨", "ﬁnal", "Straße", *scrape.words(51, 40)]
    text = "\U0001f6a2 " + " ".join(words) + " \U0001f600\r\n"
    scrape.write("odd/a.txt", text)
    scrape.write("odd/b.txt", "\u202f  " + text.upper() + "\n\nLeave a reply")
    scrape.write("odd/c.txt", unicodedata.normalize("NFD", text).replace(words[10], "—"))
    scrape.write("odd/d.txt", " ".join(words[30:80]) + "…")
    return scrape.scan()


def test_spans_cover_both_texts_in_order(spanned: Results) -> None:
    texts = {row["article"]: row["text"] for row in spanned.rows("articles", ["article", "text"])}
    ops = set()
    assert {"odd/a.txt", "odd/b.txt", "odd/c.txt", "odd/d.txt"} <= {
        name for pair in ends(spanned) for name in pair
    }
    for row in spanned.rows("pairs"):
        for side in ("left", "right"):
            at = 0
            for span in row["spans"]:
                assert span[f"{side}_start"] == at <= span[f"{side}_end"]
                at = span[f"{side}_end"]
            assert at == len(texts[row[side]])
        for span in row["spans"]:
            ops.add(span["op"])
            left = texts[row["left"]][span["left_start"] : span["left_end"]]
            right = texts[row["right"]][span["right_start"] : span["right_end"]]
            if span["op"] == "equal":
                assert folded_words(left) == folded_words(right)
            elif span["op"] == "replace":
                assert folded_words(left)
                assert folded_words(right)
            else:
                assert folded_words(left if span["op"] == "insert" else right) == []
                assert folded_words(right if span["op"] == "insert" else left)
    assert ops == {"equal", "replace", "insert", "delete"}


def test_scores_follow_from_the_spans(spanned: Results) -> None:
    articles = {row["article"]: row for row in spanned.rows("articles", ["article", "text", "words", "body"])}
    assert all(len(folded_words(row["text"])) == row["words"] for row in articles.values())
    words = {
        name: sum(len(folded_words(row["text"][part["start"] : part["end"]])) for part in row["body"])
        for name, row in articles.items()
    }
    for row in spanned.rows("pairs"):
        left = articles[row["left"]]
        runs = [
            len(folded_words(left["text"][span["left_start"] : span["left_end"]]))
            for span in row["spans"]
            if span["op"] == "equal"
        ]
        matched = sum(runs)
        of_left, of_right = words[row["left"]], words[row["right"]]
        assert row["similarity"] == pytest.approx(2 * matched / (of_left + of_right))
        assert row["left_containment"] == pytest.approx(matched / of_left)
        assert row["right_containment"] == pytest.approx(matched / of_right)
        assert max(runs) <= row["longest_run"] <= matched  # furniture may stand within a run
        assert 0 <= row["jaccard"] <= 1
        assert bool(row["views"]) == (row["kind"] != "exact")
        assert set(row["views"]) <= {"copy", "passage", "rewrite"}
        assert row["kind"] != "exact" or row["probability"] == 1
        assert 0 < row["probability"] <= 1
        assert row["reason"]


def test_kinds_by_what_is_shared(scrape: Scrape) -> None:
    words = scrape.words(1, 200)
    scrape.write("whole.txt", " ".join(words))
    scrape.write("cropped.txt", " ".join(words[:150]))
    scrape.write("piece.txt", " ".join(words[40:140]))
    scrape.write("other.txt", " ".join([*words[:12], *scrape.words(2, 180)]))
    kinds = {(row["left"], row["right"]): row["kind"] for row in scrape.scan().rows("pairs")}
    assert kinds == {
        ("cropped.txt", "piece.txt"): "contains",
        ("cropped.txt", "whole.txt"): "copy",
        ("piece.txt", "whole.txt"): "contains",
    }


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.95])
def test_no_copy_is_under_the_threshold(scrape: Scrape, threshold: float) -> None:
    words = scrape.words(1, 100)
    changes = range(0, 60, 4)
    for places in changes:
        scrape.write(f"{places:02}.txt", edited(words, *range(places)))
    pairs = list(scrape.scan(threshold=threshold, profile="copy").rows("pairs"))
    similar = {(row["left"], row["right"]): row["similarity"] for row in pairs}
    assert min(similar.values()) >= threshold
    for one, other in itertools.combinations(changes, 2):
        known = 1 - (other - one) / 100
        if known >= max(threshold, 0.75):  # nearer to 0.5 a pair may fail to meet in a band
            assert similar[f"{one:02}.txt", f"{other:02}.txt"] == pytest.approx(known)


# ------------------------------------------------------------------ clusters


def check_clusters(results: Results) -> int:
    """Hold every column of ``clusters`` against the other tables; the number of clusters."""
    articles = {row["article"]: row for row in results.rows("articles")}
    similar: dict[tuple[str, str], float] = {}
    for row in results.rows("pairs", ["left", "right", "similarity"]):
        similar[row["left"], row["right"]] = similar[row["right"], row["left"]] = row["similarity"]
    rows = list(results.rows("clusters"))
    members = [row["article"] for row in rows]
    assert len(set(members)) == len(members)
    sizes = []
    for number, (cluster, group) in enumerate(itertools.groupby(rows, key=lambda row: row["cluster"]), 1):
        assert cluster == number
        each = list(group)
        keeper = each[0]["article"]
        assert {(row["keeper"], row["size"]) for row in each} == {(keeper, len(each))}
        assert len(each) > 1
        assert [row["article"] for row in each[1:]] == sorted(row["article"] for row in each[1:])
        assert keeper == min((row["article"] for row in each), key=lambda name: _keep_first(articles[name]))
        for row in each:
            name, matched = row["article"], row["matched"]
            first = articles[name]["exact_of"] or name
            known = 1.0 if first == keeper else similar[first, keeper]
            assert row["similarity_to_keeper"] == pytest.approx(known)
            assert matched != name
            assert (name, matched) in similar
            assert matched in {other["article"] for other in each}
        sizes.append(len(each))
    assert sizes == sorted(sizes, reverse=True)
    return len(sizes)


def _keep_first(article: dict[str, Any]) -> tuple[bool, str, int, str]:
    return article["spun"], article["published"] or "~", -article["words"], article["article"]


def test_clusters_of_families(scrape: Scrape) -> None:
    write_mixture(scrape)
    assert check_clusters(scrape.scan()) == 6


def test_clusters_of_the_samples(samples: Results) -> None:
    assert check_clusters(samples) > 5
    spun = [row["article"] for row in samples.flagged()]
    assert not {row["keeper"] for row in samples.rows("clusters")} & set(spun)


def test_a_longer_article_is_kept_before_one_that_sorts_first(scrape: Scrape) -> None:
    words = scrape.words(1, 100)
    scrape.write("a.txt", " ".join(words[:90]))
    scrape.write("b.txt", " ".join(words))
    results = scrape.scan()
    assert ends(results) == [("a.txt", "b.txt")]
    assert {row["keeper"] for row in results.rows("clusters")} == {"b.txt"}


def write_chain(scrape: Scrape, earliest: str) -> None:
    """Three articles of which the outer two share too little to be a pair."""
    words = scrape.words(1, 170)
    for at, name in ((0, "head"), (35, "middle"), (70, "tail")):
        date = "2024-01-01" if name == earliest else f"2024-02-{at + 1 if at < 28 else 28}"
        scrape.records(f"{name}.jsonl", {"id": name, "text": " ".join(words[at : at + 100]), "date": date})


def test_a_chain_is_no_cluster(scrape: Scrape) -> None:
    write_chain(scrape, earliest="head")
    results = scrape.scan()
    assert set(ends(results)) == {("head", "middle"), ("middle", "tail")}
    assert check_clusters(results) == 1
    assert [row["article"] for row in results.rows("clusters")] == ["head", "middle"]


def test_neighbours_of_a_keeper_are_a_cluster(scrape: Scrape) -> None:
    write_chain(scrape, earliest="middle")
    results = scrape.scan()
    assert set(ends(results)) == {("middle", "head"), ("middle", "tail")}
    assert check_clusters(results) == 1
    assert [row["article"] for row in results.rows("clusters")] == ["middle", "head", "tail"]


def test_an_over_full_bucket_is_linked_to_its_first_and_counted(scrape: Scrape) -> None:
    words = scrape.words(1, 400)
    for number in range(8):
        scrape.write(f"{number}.txt", edited(words, 40 * number))
    every = scrape.scan(profile="copy")
    assert every.count("pairs") == 28
    assert every.run["counts"]["capped_buckets"] == 0
    capped = scrape.scan(results=scrape.home / "capped", bucket_cap=3, profile="copy")
    counts = capped.run["counts"]
    assert counts["capped_buckets"] > 0
    assert counts["capped_articles"] > 3 * counts["capped_buckets"]
    assert counts["candidates"] < 28
    assert {("0.txt", f"{number}.txt") for number in range(1, 8)} <= set(ends(capped))
    assert check_clusters(capped) == 1
    assert capped.count("clusters") == 8


def test_what_is_exactly_a_spun_article_is_spun(scrape: Scrape, samples: Results) -> None:
    original, spun = plain_beside_spun(samples)
    scrape.records(
        "a.jsonl",
        {"id": "original", "text": original, "date": "2024-03-04T12:00Z"},
        {"id": "spun", "text": spun, "date": "2024-03-04T08:00Z"},
        {"id": "spun too", "text": spun, "date": "2024-03-04T09:00Z"},
    )
    results = scrape.scan()
    rows = {row["article"]: row for row in results.rows("articles")}
    assert rows["spun too"]["exact_of"] == "spun"
    assert {name: row["spun"] for name, row in rows.items()} == {
        "original": False,
        "spun": True,
        "spun too": True,
    }
    check_clusters(results)


def plain_beside_spun(samples: Results) -> tuple[str, str]:
    """Some paragraphs and their spun form, which is too short to be flagged alone."""
    names = ["supreme-court-gannet-point-ruling.txt", "worldportnews-gannet-point-ruling.txt"]
    originals, spun = (row["text"].split("\n\n") for row in samples.articles(names, ["text"]).values())
    found = []
    for first, last in itertools.combinations(range(len(originals)), 2):
        left, right = ("\n\n".join(paragraphs[first:last]) for paragraphs in (originals, spun))
        compared = dedup.compare(left, right)
        if compared.spun_side == "right" and not dedup.find_spun(right)[0].spun:
            found.append((compared.similarity, left, right))
    _, left, right = max(found)  # the most similar of them surely meet
    return left, right


# ------------------------------------------------------------------ tables


def test_every_table_is_there_with_its_columns_when_it_is_empty(scrape: Scrape) -> None:
    scrape.write("a.txt", "One article alone.")
    results = scrape.scan()
    for table in RESULT_TABLES:
        parts = list_parts(results.path / table.name)
        assert parts
        for part in parts:
            schema = pq.read_schema(part)
            assert schema.names == list(table.column_names)
            for column in table.columns:
                assert schema.field(column.name).metadata[b"description"].decode() == column.meaning
            assert pq.read_metadata(part).num_rows == (1 if table.name == "articles" else 0)
    types = {
        field.name: field.type for field in pq.read_schema(results.path / "pairs" / "part-000000.parquet")
    }
    assert types["pair"] == pa.int64()
    assert types["spans"].value_type.field("left_start").type == pa.int64()


def test_furniture_is_left_out_of_bodies_and_counted(samples: Results) -> None:
    rows = list(samples.rows("furniture"))
    assert rows == sorted(rows, key=lambda row: (row["source"] or "", -row["articles"], row["text"]))
    bodies = [
        row["text"][part["start"] : part["end"]].split("\n")
        for row in samples.rows("articles", ["text", "body"])
        for part in row["body"]
    ]
    lines = {line.strip() for body in bodies for line in body}
    assert any("email address will not be published" in row["text"] for row in rows)
    assert not any("email address will not be published" in line for line in lines)


def test_parts_sort_in_row_order(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    write_mixture(scrape)
    whole = scrape.scan()
    monkeypatch.setattr("dedup.engine.tasks.ROWS_A_GROUP", 2)
    monkeypatch.setattr("dedup.engine.parts.ROWS_A_PART", 3)
    cut = scrape.scan(results=scrape.home / "cut")
    assert everything(cut) == everything(whole)
    for name in ("articles", "pairs", "clusters", "skipped"):
        parts = sorted(path.name for path in (cut.path / name).iterdir())
        assert len(parts) > 1
        rows = [row for part in parts for row in pq.read_table(cut.path / name / part).to_pylist()]
        assert rows == list(whole.rows(name))
    assert cut.pair(whole.count("pairs")) == whole.pair(whole.count("pairs"))


def test_parts_are_compressed_with_zstd(samples: Results) -> None:
    column = pq.read_metadata(samples.path / "articles" / "part-000000.parquet").row_group(0).column(0)
    assert column.compression == "ZSTD"


def test_articles_hold_the_text_as_it_was_read(scrape: Scrape) -> None:
    text = "A line.\r\n\r\n  Another — with \u00a0 odd\ttabs, \x00 and \U0001f600.\n"
    scrape.write("a.txt", text)
    scrape.records(
        "b.jsonl", {"text": text, "title": " Head ", "url": "https://www.Example.org:80/x", "id": 1}
    )
    plain, record = scrape.scan().rows("articles")
    assert plain["text"] == record["text"] == text
    assert plain["body"] == [{"start": 0, "end": len(text)}]
    assert (plain["path"], plain["record"], plain["title"]) == ("a.txt", None, None)
    assert (record["path"], record["record"], record["article"]) == ("b.jsonl", 1, "1")
    assert (record["source"], record["url"]) == ("example.org", "https://www.Example.org:80/x")


def test_counts_of_what_came_in_and_went_out(scrape: Scrape) -> None:
    write_mixture(scrape)
    scrape.write("broken.txt", b"\x00\x01\x02\x03 no text")
    scrape.write("lines/broken.jsonl", '{"text": "whole"}\n{"text": \n[]\n')
    results = scrape.scan()
    counts = results.run["counts"]
    for name in ("articles", "pairs", "skipped"):
        assert counts[name] == results.count(name)
    assert counts["skipped"] == 6 + 1 + 2
    assert counts["records"] == counts["articles"] + counts["skipped"]
    kinds = [row["kind"] for row in results.rows("pairs", ["kind"])]
    for kind in ("exact", "copy", "contains", "partial", "rewrite"):
        assert counts[f"{kind}_pairs"] == kinds.count(kind)
    assert counts["spun"] == len(results.flagged())


def test_files_that_no_reader_takes_count_as_input_too(scrape: Scrape) -> None:
    scrape.write("a.txt", "One article.")
    scrape.write("picture.png", b"\x89PNG")
    results = scrape.scan()
    assert [(row["path"], row["reason"]) for row in results.rows("skipped")] == [("picture.png", "format")]
    counts = results.run["counts"]
    assert counts["records"] == counts["articles"] + counts["skipped"] == 2


def test_signatures_load_into_datasketch(scrape: Scrape) -> None:
    words = scrape.words(1, 300)
    scrape.write("a.txt", " ".join(words))
    scrape.write("b.txt", edited(words, 50))
    scrape.write("c.txt", scrape.story(2, 300))
    scrape.write("short.txt", "Too short to sign.")
    results = scrape.scan(keep_sketches=True, permutations=64, seed=3)
    assert results.table("sketches").schema.names == list(SKETCHES.column_names)
    rows = list(results.rows("sketches"))
    assert [(row["article"], row["view"]) for row in rows] == [
        (name, "copy") for name in ("a.txt", "b.txt", "c.txt")
    ]
    a, b, c = (
        MinHash(
            num_perm=64,
            seed=results.run["seed"],
            scheme=results.run["scheme"],
            hashvalues=np.frombuffer(row["signature"], "<u4"),
        )
        for row in rows
    )
    [pair] = results.rows("pairs")
    assert a.jaccard(b) == pytest.approx(pair["jaccard"], abs=0.15)
    assert a.jaccard(c) < 0.1


def test_sketches_are_kept_only_if_asked_for(samples: Results) -> None:
    assert not (samples.path / "sketches").exists()


def test_the_report_of_a_run(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    scrape.write("b.txt", scrape.story(1))
    results = scrape.scan(threshold=0.75, seed=5, exclude=("*.csv",))
    run = json.loads((results.path / "run.json").read_text("utf-8"))
    assert run["status"] == "done"
    assert run["seed"] == 5
    assert run["scheme"] == "affine32"
    assert (run["options"]["threshold"], run["options"]["exclude"]) == (0.75, ["*.csv"])
    assert {"jobs", "overwrite", "strict", "fail_on"}.isdisjoint(run["options"])
    assert run["inputs"]["paths"] == [str(scrape.inputs)]
    assert run["inputs"]["files"] == 2
    assert run["inputs"]["bytes"] == 2 * len(scrape.story(1))
    assert re.fullmatch("[0-9a-f]{64}", run["inputs"]["fingerprint"])
    assert {"dedup", "datasketch", "rapidfuzz", "python", "scheme"} <= run["versions"].keys()
    assert {"read", "candidates", "align", "cluster", "write"} <= run["seconds"].keys()
    assert sum(run["seconds"].values()) <= 2 * run["seconds"]["total"]
    assert all(seconds >= 0 for seconds in run["seconds"].values())
    assert run["peak_memory_bytes"] > 10**7


def test_nothing_but_the_report_and_the_tables_is_left(samples: Results) -> None:
    assert sorted(path.name for path in samples.path.iterdir()) == sorted(["run.json", *TABLES])
    for table in TABLES:
        for part in (samples.path / table).iterdir():
            assert re.fullmatch(r"part-\d{6}\.parquet", part.name)


@pytest.mark.parametrize("name", ['it\'s "quoted" [a-z]* {b}?', " é\n$HOME ; -- %20"])
def test_results_may_have_any_name(scrape: Scrape, name: str) -> None:
    write_mixture(scrape)
    odd = scrape.scan(results=scrape.home / name / "r")
    assert everything(odd) == everything(scrape.scan())


# ------------------------------------------------------------------ the same rows every time


def test_jobs_cuts_and_order_of_creation_change_nothing(
    scrape: Scrape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_mixture(scrape)
    one = scrape.scan()
    copied = type(scrape)(tmp_path / "copied")
    for path in sorted(scrape.inputs.rglob("*.*"), reverse=True):
        copied.write(str(path.relative_to(scrape.inputs)), path.read_bytes())
    monkeypatch.setattr("dedup.read.items.GROUP_ITEMS", 4)
    monkeypatch.setattr("dedup.engine.local.PAIRS_A_TASK", 5)
    two = copied.scan(jobs=2)
    assert everything(one) == everything(two)
    assert everything(one) == everything(copied.scan(results=tmp_path / "again"))


def test_what_lies_around_them_changes_nothing_of_a_pair(scrape: Scrape, tmp_path: Path) -> None:
    write_mixture(scrape)
    alone = scrape.scan()
    for number in range(30):
        scrape.write(f"aside/{number}.txt", scrape.story(1000 + number))
    scrape.write("aside/broken.jsonl.gz", b"\x1f\x8b\x08 no more")
    scrape.write("aside/broken.parquet", b"PAR1 no more")
    scrape.write("aside/broken.csv", b"id,headline\n1,2\n")
    among = scrape.scan(results=tmp_path / "among")
    assert among.count("articles") >= alone.count("articles") + 30
    assert list(among.rows("pairs")) == list(alone.rows("pairs"))
    assert list(among.rows("clusters")) == list(alone.rows("clusters"))
    assert {row["path"] for row in among.rows("skipped")} >= {
        "aside/broken.jsonl.gz",
        "aside/broken.parquet",
        "aside/broken.csv",
    }


def test_a_scan_stopped_anywhere_goes_on_to_the_same_rows(
    scrape: Scrape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_mixture(scrape)
    monkeypatch.setattr("dedup.read.items.GROUP_ITEMS", 4)
    monkeypatch.setattr("dedup.engine.local.PAIRS_A_TASK", 5)
    whole = scrape.scan()
    stopped = tmp_path / "stopped"
    stops = 0
    while stops < 100:
        watcher = _StopAt(2 + 4 * stops)
        try:
            dedup.scan([scrape.inputs], stopped, dedup.Options(jobs=1), watcher)
            break
        except KeyboardInterrupt:
            stops += 1
        with pytest.raises(UsageError, match="no finished scan"):
            open_results(stopped)
    assert stops > 5
    assert everything(open_results(stopped)) == everything(whole)
    assert sorted(path.name for path in stopped.iterdir()) == sorted(["run.json", *TABLES])


class _StopAt:
    """A watcher that stops the scan when it was told something so many times."""

    def __init__(self, most: int) -> None:
        self.told = 0
        self._most = most

    def start(self, step: str, total: int | None, unit: str) -> None:
        self._tell()

    def advance(self, amount: int) -> None:
        self._tell()

    def end(self) -> None:
        self._tell()

    def _tell(self) -> None:
        self.told += 1
        if self.told >= self._most:
            raise KeyboardInterrupt


def test_a_scan_stopped_at_its_very_end_goes_on(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    first = scrape.scan()
    (first.path / ".work").mkdir()  # the report is written, the folder for work not yet gone
    again = scrape.scan()
    assert everything(again) == everything(first)
    assert not (again.path / ".work").exists()


def test_work_for_other_options_is_begun_anew(scrape: Scrape) -> None:
    write_mixture(scrape)
    with pytest.raises(KeyboardInterrupt):
        dedup.scan([scrape.inputs], scrape.results, dedup.Options(jobs=1, threshold=0.9), _StopAt(20))
    assert everything(scrape.scan()) == everything(scrape.scan(results=scrape.home / "fresh"))


def test_overwrite_mends_damaged_results(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    results = scrape.scan()
    (results.path / "pairs" / "part-000000.parquet").unlink()
    with pytest.raises(dedup.DedupError, match="--overwrite"):
        results.count("pairs")
    assert scrape.scan(overwrite=True).count("pairs") == 0


# ------------------------------------------------------------------ what a scan leaves alone


def test_inputs_inside_results_are_never_deleted(scrape: Scrape) -> None:
    inputs = scrape.home / "data" / "articles"
    inputs.mkdir(parents=True)
    (inputs / "a.txt").write_text("An article that nobody else has.")
    with pytest.raises(UsageError):
        dedup.scan([inputs], inputs.parent, dedup.Options(jobs=1))
    assert (inputs / "a.txt").read_text() == "An article that nobody else has."
    assert [path.name for path in inputs.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    "foreign", ["articles/notes.txt", "run.json", "run.json and articles/notes.txt", ".hidden"]
)
def test_a_folder_of_something_else_is_left_as_it_is(scrape: Scrape, foreign: str, overwrite: bool) -> None:
    scrape.write("a.txt", "One article.")
    for name in foreign.split(" and "):
        path = scrape.results / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"of": "another program"}')
    before = sorted(scrape.results.rglob("*"))
    with pytest.raises(UsageError):
        scrape.scan(overwrite=overwrite)
    assert sorted(scrape.results.rglob("*")) == before


def test_a_folder_of_ones_own_inside_results_survives_overwriting(scrape: Scrape) -> None:
    scrape.write("a.txt", "One article.")
    results = scrape.scan()
    (results.path / "my notes.txt").write_text("mine")
    scrape.scan(overwrite=True, threshold=0.6)
    assert (results.path / "my notes.txt").read_text() == "mine"
