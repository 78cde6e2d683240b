from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from view.builder import make_results

from dedup.errors import DedupError, UsageError
from dedup.results.opened import Results, Row, open_results
from dedup.results.selection import Choice, Database
from dedup.schema import ARTICLES, PAIRS
from dedup.tables.parts import list_parts


@pytest.fixture
def results(tmp_path: Path) -> Results:
    make_results(
        tmp_path / "it's [r*]?",  # a pattern, if it were one
        rows_per_part=2,
        articles=[{"article": name, "text": f"text of {name}"} for name in "abcd"],
        pairs=[{"left": "a", "right": "b"}, {"left": "a", "right": "c", "kind": "exact"}],
    )
    return open_results(tmp_path / "it's [r*]?")


def query(results: Results, sql: str) -> list[Row]:
    with Database(results) as database:
        return list(database.query(sql))


def test_a_query(results: Results) -> None:
    sql = "SELECT kind, count(*) AS n FROM pairs JOIN articles ON article = pairs.right GROUP BY 1 ORDER BY 1"
    assert (query(results, sql)) == [{"kind": "copy", "n": 1}, {"kind": "exact", "n": 1}]


def test_columns_that_an_earlier_version_did_not_write_are_null(results: Results) -> None:
    for table, columns in (("articles", ["credit", "warnings"]), ("pairs", ["passages"])):
        for part in list_parts(results.path / table):
            pq.write_table(pq.read_table(part).drop_columns(columns), part)
    sql = "SELECT credit, warnings, passages FROM articles JOIN pairs ON article = pairs.right"
    assert (query(results, sql)) == [{"credit": None, "warnings": None, "passages": None}] * 2


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW pairs",
        "CREATE TABLE mine AS SELECT 1",
        "COPY pairs TO 'out.csv'",
        "COPY pairs TO '{part}'",
        "COPY pairs TO '.tmp/out.csv'",
        "EXPORT DATABASE 'out'",
        "ATTACH 'out.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET threads = 1",
        "PRAGMA version",
        "WITH new AS (INSERT INTO pairs VALUES (1) RETURNING 1) SELECT * FROM new",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY pairs TO 'out.csv'",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('{folder}/run.json')",
        "SELECT * FROM read_csv('http://localhost:1/')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM '{folder}/run.json'",
        "SELECT * FROM sql",
        "SELECT getenv('HOME')",
        "SELECT * FROM nowhere",
        "SELEC 1",
        "",
    ],
)
def test_a_query_neither_writes_nor_leaves_the_tables(
    results: Results, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    [*_, part] = list_parts(results.path / "pairs")
    before = part.read_bytes()
    named = sql.format(folder=str(results.path).replace("'", "''"), part=str(part).replace("'", "''"))
    with pytest.raises(UsageError) as caught:
        (query(results, named))
    assert "\n" not in str(caught.value)
    assert part.read_bytes() == before
    assert not os.listdir(here)


def test_damage_is_a_failed_run(results: Results) -> None:
    (results.path / "pairs" / "part-000000.parquet").write_bytes(b"PAR1 no more PAR1")
    with pytest.raises(DedupError, match="can't be read"):
        (query(results, "SELECT * FROM pairs"))
    for part in list_parts(results.path / "spun"):
        part.unlink()
    with pytest.raises(DedupError, match="its table spun is missing"):
        (query(results, "SELECT * FROM spun"))


@pytest.mark.parametrize("sort", ["similarity", "-similarity", "kind", "-spun_side", "-pair", None])
@pytest.mark.parametrize("top", [None, 1, 7, 100])
def test_rows_in_an_order_and_the_tables_among_equals(
    tmp_path: Path, sort: str | None, top: int | None
) -> None:
    pairs = [
        {
            "left": f"a{n}",
            "right": f"b{n}",
            "similarity": n * 7 % 5 / 10,
            "kind": ("copy", "exact")[n % 2],
            "spun_side": (None, "left", "right")[n % 3],
        }
        for n in range(20)
    ]
    results = open_results(make_results(tmp_path / "r", pairs=pairs, rows_per_part=3))
    with Database(results) as database:
        rows = list(database.select(PAIRS, ("pair",), Choice("similarity < 0.4", sort, top)))
        assert database.count(PAIRS, Choice("similarity < 0.4", sort, top)) == 16
    wanted = [row for row in results.rows("pairs") if row["similarity"] < 0.4]
    if sort is not None:
        name = sort.removeprefix("-")
        known = sorted((row for row in wanted if row[name] is not None), key=lambda row: row[name])
        if sort.startswith("-"):
            known.sort(key=lambda row: row[name], reverse=True)
        wanted = known + [row for row in wanted if row[name] is None]
    assert [row["pair"] for row in rows] == [row["pair"] for row in wanted][:top]


def test_pairs_are_chosen_by_the_sources_and_dates_of_their_articles(tmp_path: Path) -> None:
    known = {"a": ("x", "2024-01-01"), "b": ("y", None), "c": ("x", "2024-02-01"), "d": (None, "2024-03-01")}
    articles = [{"article": name, "source": s, "published": p} for name, (s, p) in known.items()]
    pairs = [{"left": left, "right": right} for left in "abc" for right in "bcd" if left < right]
    results = open_results(make_results(tmp_path / "r", rows_per_part=2, articles=articles, pairs=pairs))

    def chosen(where: str | None, sort: str | None = None, top: int | None = None) -> list[str]:
        with Database(results) as database:
            rows = list(database.select(PAIRS, ("left", "right"), Choice(where, sort, top)))
            assert top or len(rows) == database.count(PAIRS, Choice(where))
        return [row["left"] + row["right"] for row in rows]

    assert chosen("left_source = right_source") == ["ac"]
    assert chosen("LEFT_Source IS DISTINCT FROM right_source") == ["ab", "ad", "bc", "bd", "cd"]
    assert chosen("right_published > '2024-02'") == ["ac", "ad", "bc", "bd", "cd"]
    assert chosen(None, "right_published") == ["ac", "bc", "ad", "bd", "cd", "ab"]
    assert chosen("pair > 1", "-left_published", 2) == ["cd", "ac"]
    inner = "left_source = 'x' AND \"right\" IN (SELECT article FROM articles WHERE source = 'y')"
    assert chosen(inner) == ["ab"]
    with (
        Database(results) as database,
        pytest.raises(UsageError, match="articles can be sorted by article, "),
    ):
        list(database.select(ARTICLES, ("article",), Choice(sort="left_source")))


def test_a_condition_may_speak_of_columns_that_are_not_shown(results: Results) -> None:
    with Database(results) as database:
        rows = list(database.select(ARTICLES, ("article",), Choice("text LIKE '%of c'")))
    assert rows == [{"article": "c"}]
