"""What a batch of articles says of its words, as columns."""

from __future__ import annotations

import datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from dedup.tables.article_columns import days_of


@given(st.lists(st.none() | st.datetimes()))
def test_days_as_a_calendar_counts_them(times: list[datetime.datetime | None]) -> None:
    told = pa.array([time and f"{time:%Y-%m-%dT%H:%M:%SZ}".zfill(20) for time in times], pa.string())
    first = datetime.date(1970, 1, 1)
    expected = [time and (time.date() - first).days for time in times]
    assert days_of(told).to_pylist() == expected
    assert days_of(told).type == pa.int64()
