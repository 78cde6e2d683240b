"""The README says what the code does: its tables are the code's, and its recipes run."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from dedup import Results, schema
from dedup.cli.apply import apply
from dedup.cli.diff import diff
from dedup.cli.query import query
from dedup.cli.show import NOUNS, show
from dedup.options import Options, flag_of, rule_of

if TYPE_CHECKING:
    from conftest import Program

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def recipes() -> dict[str, str]:
    return dict(re.findall(r"<!-- recipe: (\w+) -->\n```python\n(.*?)```", README, re.DOTALL))


def type_name(column: schema.Column) -> str:
    if isinstance(column.type, str):
        return column.type
    return f"list<{', '.join(part.name for part in column.type)}>"


@pytest.mark.parametrize("field", dataclasses.fields(Options), ids=lambda field: field.name)
def test_every_option_stands_in_the_readme(field: dataclasses.Field[Any]) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| `{flag_of(field.name)}` |"))
    rule = rule_of(field)
    assert rule.help in row
    assert all(choice in row for choice in rule.choices)
    if isinstance(field.default, int | float | str) and not isinstance(field.default, bool):
        assert f"| {field.default} |" in row
    if rule.least is not None:
        assert f"{rule.least} to {rule.most}" in row


@pytest.mark.parametrize(
    "table", [*schema.RESULT_TABLES, schema.SOURCES, schema.SKETCHES], ids=lambda table: table.name
)
def test_every_column_stands_in_the_readme(table: schema.Table) -> None:
    section = README.split(f"### `{table.name}`")[1].split("###")[0]
    for column in table.columns:
        assert f"| `{column.name}` | {type_name(column)} | {column.meaning} |" in section


def test_the_diff_it_shows_is_what_is_shown(program: Program, samples: Results) -> None:
    pair, shown = re.findall(r"<!-- diff: results (\d+) -->\n```text\n(.*?)```", README, re.DOTALL)[0]
    out, _ = program("diff", samples.path, pair, "--width", 100)
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[: shown.count("\n")] == shown.splitlines()


@pytest.mark.parametrize(
    ("command", "title"),
    [(show, "Tables on the screen"), (diff, "Diff"), (apply, "Without copies"), (query, "Over time")],
    ids=["show", "diff", "apply", "query"],
)
def test_every_flag_of_a_command_stands_in_its_section(command: click.Command, title: str) -> None:
    section = README.split(f"## {title}\n")[1].split("\n## ")[0]
    flags = {flag for parameter in command.params for flag in parameter.opts if flag.startswith("--")}
    assert not [flag for flag in flags - {"--help", "--width", "--json"} if f"`{flag}" not in section]


def test_every_table_that_is_shown_stands_in_the_readme() -> None:
    nouns = "\\|".join(NOUNS)
    assert f"`dedup show RESULTS [{nouns}]`" in README


def test_recipes_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.symlink(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    found: dict[str, dict[str, Any]] = {}
    for name in ("python", "duckdb", "pandas", "polars"):
        found[name] = {}
        exec(recipes()[name], found[name])  # noqa: S102  the README's own code
    assert dict(row[:2] for row in found["duckdb"]["pairs"])["exact"] == 2
    assert len(found["pandas"]["dropped"]) > 0
    assert found["polars"]["phrases"].height == 2
    assert found["python"]["found"].similarity > 0.8
    assert found["python"]["report"].counts["articles"] == 36
