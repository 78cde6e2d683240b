"""What the commands print as JSON is as the schemas say."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from dedup.results.apply import DROPPED, Fates
from dedup.results.opened import Results
from dedup.results.scrape import Written
from dedup.schema import SHOWN_TABLES, Table
from dedup.view.apply import Applied, applied_json
from dedup.view.diff import diff_json_of_pair
from dedup.view.explain import explain_json
from dedup.view.listing import NOUNS, as_json
from dedup.view.safe import json_line
from dedup.view.summary import dashboard_json

Check = Callable[..., None]


def schema_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (resources.files("dedup.view") / "schemas" / f"{name}.json").read_text()
    )
    Draft202012Validator.check_schema(found)
    return found


def check(value: object, schema: str, part: str | None = None) -> None:
    """The value, as it is printed, against a schema, or the definition in it of that name."""
    whole = schema_of(schema)
    if part is not None:
        whole = {"$defs": whole["$defs"], "$ref": f"#/$defs/{part}"}
    Draft202012Validator(whole).validate(json.loads(json_line(value)))


@pytest.fixture(params=["samples", "results"])
def some(request: pytest.FixtureRequest) -> Results:
    """A real scan, and RESULTS with hostile names."""
    found: Results = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("noun", NOUNS)
def test_rows_of_tables(some: Results, noun: str) -> None:
    rows = list(as_json(some, noun))
    assert rows or noun == "furniture"
    for row in rows:
        check(row, "show", noun)


def test_the_summary(some: Results) -> None:
    check(dashboard_json(some), "show", "summary")


def test_pairs_and_articles_explained(some: Results) -> None:
    for row in some.rows("pairs", ["pair"]):
        check(explain_json(some, [str(row["pair"])]), "explain", "pair")
    for row in some.rows("articles", ["article"]):
        check(explain_json(some, [row["article"]]), "explain", "article")


def test_two_articles_that_are_no_pair(samples: Results) -> None:
    exact = {row["exact_of"] for row in samples.rows("articles", ["exact_of"])}
    paired = {name for row in samples.rows("pairs") for name in (row["left"], row["right"])} | exact
    lone = [row["article"] for row in samples.rows("articles", ["article"]) if row["article"] not in paired]
    check(explain_json(samples, lone[:2]), "explain", "pair")
    check(diff_json_of_pair(samples, lone[:2]), "diff")


@pytest.mark.parametrize("drop_spun", [False, True])
def test_what_would_go(some: Results, drop_spun: bool) -> None:
    plan = Fates(some, drop_spun=drop_spun).plan()
    assert plan.examples
    check(applied_json(Applied("r", ("copy",), drop_spun, plan, None, Path("gone.jsonl"))), "apply")
    written = Path("clean"), Written(3, 1, 2)
    check(applied_json(Applied("r", ("copy",), drop_spun, plan, None, None, *written)), "apply")
    assert tuple(plan.examples[0]) == DROPPED


@pytest.mark.parametrize("table", SHOWN_TABLES, ids=lambda table: table.name)
def test_columns_are_described_as_in_the_tables(table: Table) -> None:
    told = schema_of("show")["$defs"][table.name]["properties"]
    meanings = {column.name: column.meaning for column in table.columns if column.name in told}
    assert {name: column["description"] for name, column in told.items()} == meanings
    assert set(table.column_names) - set(told) <= {"text", "body", "spans"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("show", {"source": "s", "articles": 1}),
        (
            "explain",
            {"pair": 1, "left": "a", "right": "b", "reasons": [], "evidence": {"left": [], "right": []}},
        ),
        ("apply", {}),
    ],
)
def test_what_is_another_shape_is_refused(schema: str, value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        check(value, schema)
