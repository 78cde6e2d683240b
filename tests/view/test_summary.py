from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len

from dedup.errors import UsageError
from dedup.results.opened import Results, open_results
from dedup.results.selection import Choice
from dedup.schema import PAIRS
from dedup.view.listing import NOUNS, as_json, render_table
from dedup.view.safe import json_line
from dedup.view.summary import dashboard_json, render_dashboard

from .builder import make_results, screen


def test_the_dashboard_tells_what_was_found(results: Results) -> None:
    shown = screen(render_dashboard(results), 200)
    for said in (
        "4  articles",
        "from 5 records in 3 files",
        "1  skipped",
        "1 empty",
        "2  pairs",
        "1  cluster",
    ):
        assert said in shown
    assert "0.8 - 0.9" in shown
    assert "peak memory 123 MB" in shown


def test_the_reasons_add_up_to_what_was_skipped(tmp_path: Path) -> None:
    counts = {"empty": 5, "json": 3, "encoding": 2, "format": 2, "hidden": 1, "link": 1}
    rows = [{"path": f"{reason}-{n}", "reason": reason} for reason in counts for n in range(counts[reason])]
    results = open_results(make_results(tmp_path / "many", skipped=rows))
    shown = screen(render_dashboard(results), 200)
    assert "14  skipped   5 empty, 3 json, 2 encoding, 2 format and 2 more" in shown
    results = open_results(make_results(tmp_path / "four", skipped=rows[:12]))
    assert "2 encoding, 2 format\n" in screen(render_dashboard(results), 200).replace(" \n", "\n")


def test_the_dashboard_ends_with_commands_that_name_these_results(results: Results) -> None:
    shown = screen(render_dashboard(results), 200)
    for said in (f"dedup show {results.path} pairs", f"dedup diff {results.path} 2"):
        assert said in shown


def test_the_dashboard_names_the_sources_that_copy_most(results: Results) -> None:
    shown = " ".join(screen(render_dashboard(results)).split())
    assert "Sources that copy most copies of source of these from most from" in shown
    assert "1 1 packet.example 1 courier.example" in shown
    assert f"dedup show {results.path} sources" in screen(render_dashboard(results), 200)
    [told] = dashboard_json(results)["sources"]
    assert (told["source"], told["origin"], told["dated"]) == ("packet.example", "courier.example", 1)


def test_where_dates_do_not_say_who_was_first_that_is_told(tmp_path: Path) -> None:
    articles = [{"article": name, "source": f"{name}.example"} for name in "ab"]
    made = make_results(tmp_path / "r", articles=articles, pairs=[{"left": "a", "right": "b"}])
    assert "copies by date of source" in " ".join(screen(render_dashboard(open_results(made))).split())


def test_a_path_with_a_space_is_quoted(tmp_path: Path) -> None:
    results = open_results(make_results(tmp_path / "my results"))
    assert f"dedup show '{results.path}' skipped" in screen(render_dashboard(results), 300)


def test_an_empty_run_has_a_dashboard_and_tables(tmp_path: Path) -> None:
    results = open_results(make_results(tmp_path / "r", run={}))
    assert "0  pairs" in screen(render_dashboard(results))
    told = [screen(render_table(results, noun)) for noun in NOUNS]
    assert told == [
        "No pair was found.\n",
        "No cluster was found.\n",
        "No article is flagged as spun.\n",
        "Nothing was skipped.\n",
        "No article was read.\n",
        "No line was taken for furniture.\n",
        "No article was read.\n",
    ]


def test_dashboard_figures_are_plain_values(results: Results) -> None:
    told = json.loads(json_line(dashboard_json(results)))
    assert told["kinds"] == {"exact": 1, "copy": 1}
    assert told["counts"]["pairs"] == 2
    assert told["largest_clusters"][0]["least_similarity"] == 0.85
    assert told["pair_to_see"] == 2
    assert sum(step["pairs"] for step in told["similarity"]) == 2


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("noun", NOUNS)
def test_tables_fit_and_print_nothing_harmful(results: Results, noun: str, width: int) -> None:
    shown = screen(render_table(results, noun), width)
    assert all(cell_len(line) <= width for line in shown.splitlines())
    assert not [c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")]


def test_long_names_are_cut_in_the_middle(tmp_path: Path) -> None:
    left, right = ("first/" + "x" * 90 + "/left.txt", "second/" + "y" * 90 + "/right.txt")
    articles = [{"article": name} for name in (left, right)]
    home = make_results(tmp_path / "r", articles=articles, pairs=[{"left": left, "right": right}])
    results = open_results(home)
    shown = screen(render_table(results, "pairs"), 80)
    assert "spun" not in shown  # a column for nothing would cut them shorter
    assert "…" in shown
    assert "/left.txt" in shown
    assert "right.txt" in shown
    assert left in screen(render_table(results, "pairs"), 300)


def test_who_and_when_stand_beside_pairs_where_there_is_room(tmp_path: Path) -> None:
    dates = {"a": "2024-03-02T08:00:00Z", "b": "2024-03-05T12:00:00Z", "c": "2024-03-02T08:00:00Z", "d": None}
    articles = [
        {"article": name, "source": f"{name}.example", "published": day} for name, day in dates.items()
    ]
    pairs = [{"left": "a", "right": right, "swapped_words": 3} for right in "bcd"]
    results = open_results(make_results(tmp_path / "r", articles=articles, pairs=pairs))
    shown = {width: screen(render_table(results, "pairs"), width) for width in (80, 100, 160, 200)}
    assert "later by" not in shown[80]
    _, *apart = [line.partition("0.80")[2].split() for line in shown[100].splitlines()]
    assert [words[2:] for words in apart] == [["3", "days", "4", "h"], ["at", "once"], []]
    assert "a.example" not in shown[100]
    for width in (160, 200):
        assert "a.example b.example 3 days 4 h" in " ".join(shown[width].split())
    assert ("longest run" in shown[160], "longest run" in shown[200]) == (False, True)
    assert set(next(as_json(results, "pairs"))) == set(PAIRS.column_names) - {"spans"}


def test_similarity_is_never_rounded_up(tmp_path: Path) -> None:
    row = {"left": "a", "right": "b", "similarity": 0.9999}
    shown = screen(render_table(open_results(make_results(tmp_path / "r", pairs=[row])), "pairs"))
    assert "0.99" in shown
    assert "1.00" not in shown


def test_a_line_says_how_many_more_there_are(tmp_path: Path) -> None:
    pairs = [{"left": f"a{n}", "right": f"b{n}"} for n in range(30)]
    results = open_results(make_results(tmp_path / "r", pairs=pairs))
    assert "… 10 more of 30 pairs" in screen(render_table(results, "pairs"))
    assert "more of" not in screen(render_table(results, "pairs", Choice()))


def test_clusters_name_their_keeper_first(results: Results) -> None:
    lines = screen(render_table(results, "clusters")).splitlines()
    assert "keeper  courier/strike.txt" in lines[1]
    assert "0.85  packet/strike.txt" in lines[3]


def test_rows_as_json(results: Results) -> None:
    pairs = list(as_json(results, "pairs"))
    assert [row["pair"] for row in pairs] == [1, 2]
    assert "spans" not in pairs[0]
    assert next(as_json(results, "skipped"))["reason"] == "empty"


def test_an_unknown_noun(results: Results) -> None:
    with pytest.raises(UsageError, match="choose from pairs, clusters, spun, skipped"):
        render_table(results, "sauces")
    with pytest.raises(UsageError, match="choose from"):
        as_json(results, "sauces")
