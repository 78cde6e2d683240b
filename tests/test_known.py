from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dedup import schema
from dedup.known import load_known
from dedup.options import Options
from dedup.plan import make_plan
from dedup.queries.band_join import (
    LEAST_IN_SERIES,
    LEAST_LASTING,
    LEAST_MONTHS,
    LEAST_STANDING,
    LEAST_STOCK,
    LEAST_TEMPLATE,
    LEAST_UNDATED,
)
from dedup.sketch.rarity import count_articles, no_articles, save_rarity
from dedup.stored import save_array
from dedup.tables.files import arrow_schema, write_part
from dedup.tables.parts import part_path


def write_templates(folder: Path, *rows: tuple[int, int, int, int | None]) -> None:
    folder.mkdir(exist_ok=True)
    columns = [pa.array(column, pa.int64()) for column in zip(*rows, strict=True)]
    batch = pa.RecordBatch.from_arrays(columns, schema=arrow_schema(schema.TEMPLATES))
    write_part(part_path(folder, 0), schema.TEMPLATES, [batch])


def test_without_files_nothing_is_known() -> None:
    known = load_known(make_plan(Options()))
    assert known.rarity is no_articles()
    assert [len(keys) for keys in known[1:]] == [0, 0, 0, 0, 0]


def test_keys_of_templates_of_series_and_of_stock_phrases(tmp_path: Path) -> None:
    rarity = tmp_path / "rarity.npy"
    save_rarity(rarity, count_articles(5, [(np.array([77], np.uint32), np.array([0, 1]))]))
    write_templates(
        tmp_path / "templates",
        (30, LEAST_TEMPLATE, LEAST_TEMPLATE, LEAST_MONTHS),
        (-5, LEAST_IN_SERIES, LEAST_IN_SERIES, LEAST_MONTHS),
        (20, 1, LEAST_STOCK, LEAST_MONTHS),
        (10, LEAST_TEMPLATE - 1, LEAST_STOCK - 1, LEAST_MONTHS),
        (-9, 100, 200, 30),
    )
    neighbours = tmp_path / "neighbours.npy"
    save_array(neighbours, np.array([1, 5], np.float32))
    plan = make_plan(Options())._replace(
        rarity=str(rarity), templates=str(tmp_path / "templates"), neighbours=str(neighbours)
    )
    known = load_known(plan)
    assert known.neighbours.tolist() == [1, 5]
    assert known.rarity.articles == count_articles(1, []).articles + 1
    assert known.templates.tolist() == [-9, 30]
    assert known.series.tolist() == [-9, -5, 10, 30]
    assert known.stock.tolist() == [-9, 20, 30]
    assert known.standing.tolist() == [-9, 20, 30]


@pytest.mark.parametrize(
    ("articles", "everywhere", "months", "is_standing"),
    [
        (1, LEAST_STANDING, LEAST_LASTING, True),
        (1, LEAST_STANDING - 1, 99, False),
        (1, LEAST_STANDING, LEAST_LASTING - 1, False),
        (LEAST_TEMPLATE, LEAST_TEMPLATE, 0, True),  # one source has it again and again
        (LEAST_TEMPLATE - 1, LEAST_STOCK, 0, False),  # a story that several tell
        (LEAST_TEMPLATE, LEAST_UNDATED - 1, None, False),
    ],
)
def test_standing_paragraphs(
    tmp_path: Path, articles: int, everywhere: int, months: int | None, is_standing: bool
) -> None:
    write_templates(tmp_path / "templates", (7, articles, everywhere, months))
    known = load_known(make_plan(Options())._replace(templates=str(tmp_path / "templates")))
    assert known.standing.tolist() == [7] * is_standing


@pytest.mark.parametrize(
    ("everywhere", "months", "is_stock"),
    [
        (LEAST_STOCK, LEAST_MONTHS, True),
        (LEAST_STOCK - 1, 99, False),
        (500, LEAST_MONTHS - 1, False),  # a story that many told, and that was soon over
        (500, 0, False),
        (LEAST_UNDATED, None, True),
        (LEAST_UNDATED - 1, None, False),
    ],
)
def test_stock_phrases_are_in_use_for_long(
    tmp_path: Path, everywhere: int, months: int | None, is_stock: bool
) -> None:
    write_templates(tmp_path / "templates", (7, 1, everywhere, months))
    known = load_known(make_plan(Options())._replace(templates=str(tmp_path / "templates")))
    assert known.stock.tolist() == [7] * is_stock


def test_a_folder_without_rows(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    known = load_known(make_plan(Options())._replace(templates=str(tmp_path / "templates")))
    assert [len(keys) for keys in known[1:]] == [0, 0, 0, 0, 0]


def test_a_folder_that_was_made_anew_is_read_anew(tmp_path: Path) -> None:
    plan = make_plan(Options())._replace(templates=str(tmp_path / "templates"))
    for key in (1, 2):
        write_templates(tmp_path / "templates", (key, 99, 99, None))
        assert load_known(plan).templates.tolist() == [key]
        (tmp_path / "templates").rename(tmp_path / f"old-{key}")
