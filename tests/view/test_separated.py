from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.view.separated import csv_lines


def cells(*values: object) -> list[str]:
    names = [f"c{number}" for number in range(len(values))]
    lines = list(csv_lines([dict(zip(names, values, strict=True))], names))
    [head, row] = csv.reader(io.StringIO("".join(line + "\n" for line in lines)))
    assert head == names
    return row


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "＝1", "=HYPERLINK(\"http://x\",\"y\")"],
)  # fmt: skip
def test_no_cell_begins_a_formula(text: str) -> None:
    assert cells(text)[0].startswith("'")


def test_values_stand_as_they_are() -> None:
    assert cells("a, b", 'say "b"', None, True, False, -3, 0.25, "") == [
        "a, b", 'say "b"', "", "true", "false", "-3", "0.25", "",
    ]  # fmt: skip
    assert json.loads(cells([{"start": 1, "end": 2}])[0]) == [{"start": 1, "end": 2}]


@given(st.text(), st.text())
def test_text_never_leaves_its_cell_and_is_one_line(one: str, other: str) -> None:
    lines = list(csv_lines([{"a": one, "b": other}], ["a", "b"]))
    assert len(lines) == 2
    assert not any(character in lines[1] for character in "\n\r\x1b\x07\u202e")
    row = next(csv.reader([lines[1]]))
    assert len(row) == 2
    assert not any(cell.lstrip()[:1] in tuple("=+-@") for cell in row)
    outside = lines[1].split('"')[::2]  # what stands outside quotes
    assert set("".join(outside)) <= {","}
