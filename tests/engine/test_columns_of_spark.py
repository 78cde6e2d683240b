"""The columns of tables in Spark's words."""

from __future__ import annotations

import pytest

from dedup import schema
from dedup.engine.columns_of_spark import ddl_of
from dedup.schema import Column, Table

TABLES = [table for table in vars(schema).values() if isinstance(table, Table)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_kept_by_spark(table: Table) -> None:
    said = ddl_of(table)

    assert all(f"`{column.name}` " in said for column in table.columns)


def test_lists_and_records_are_told_in_sparks_words() -> None:
    spans = Column("spans", (Column("first", "int64", ""), Column("words", "list<string>", "")), "")

    assert (
        ddl_of(Table("table", (Column("row", "int64", ""), spans)))
        == "`row` bigint, `spans` array<struct<`first`: bigint, `words`: array<string>>>"
    )
