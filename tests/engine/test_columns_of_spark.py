"""The columns of tables in Spark's words."""

from __future__ import annotations

import re

import pytest

from dedup import schema
from dedup.engine.columns_of_spark import columns_of, ddl_of
from dedup.schema import Column, Table

TABLES = [table for table in vars(schema).values() if isinstance(table, Table)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_kept_by_spark(table: Table) -> None:
    types = set(re.findall(r"`:? ([a-z]+)(?=[,>]|$)", f"{ddl_of(table)}, {columns_of([table])}"))

    assert types <= {"bigint", "double", "boolean", "string", "binary"}


def test_lists_and_records_are_told_in_sparks_words() -> None:
    spans = Column("spans", (Column("first", "int64", ""), Column("words", "list<string>", "")), "")

    assert (
        ddl_of(Table("table", (Column("row", "int64", ""), spans)))
        == "`row` bigint, `spans` array<struct<`first`: bigint, `words`: array<string>>>"
    )
