from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from dedup import schema
from dedup.band_join import LEAST_IN_SERIES, LEAST_STOCK, LEAST_TEMPLATE
from dedup.known import load_known
from dedup.options import Options
from dedup.plan import make_plan
from dedup.sketch.rarity import count_articles, no_articles, save_rarity
from dedup.tables import arrow_schema, part_path, write_part


def write_templates(folder: Path, *rows: tuple[int, int, int]) -> None:
    folder.mkdir(exist_ok=True)
    columns = [pa.array(column, pa.int64()) for column in zip(*rows, strict=True)]
    batch = pa.RecordBatch.from_arrays(columns, schema=arrow_schema(schema.TEMPLATES))
    write_part(part_path(folder, 0), schema.TEMPLATES, [batch])


def test_without_files_nothing_is_known() -> None:
    known = load_known(make_plan(Options()))
    assert known.rarity is no_articles()
    assert [len(keys) for keys in known[1:]] == [0, 0, 0]


def test_keys_of_templates_of_series_and_of_stock_phrases(tmp_path: Path) -> None:
    rarity = tmp_path / "rarity.npy"
    save_rarity(rarity, count_articles(5, [(np.array([77], np.uint32), np.array([0, 1]))]))
    write_templates(
        tmp_path / "templates",
        (30, LEAST_TEMPLATE, LEAST_TEMPLATE),
        (-5, LEAST_IN_SERIES, LEAST_IN_SERIES),
        (20, 1, LEAST_STOCK),
        (10, LEAST_TEMPLATE - 1, LEAST_STOCK - 1),
        (-9, 100, 200),
    )
    plan = make_plan(Options())._replace(rarity=str(rarity), templates=str(tmp_path / "templates"))
    known = load_known(plan)
    assert known.rarity.articles == count_articles(1, []).articles + 1
    assert known.templates.tolist() == [-9, 30]
    assert known.series.tolist() == [-9, -5, 10, 30]
    assert known.stock.tolist() == [-9, 20, 30]


def test_a_folder_without_rows(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    known = load_known(make_plan(Options())._replace(templates=str(tmp_path / "templates")))
    assert [len(keys) for keys in known[1:]] == [0, 0, 0]


def test_a_folder_that_was_made_anew_is_read_anew(tmp_path: Path) -> None:
    plan = make_plan(Options())._replace(templates=str(tmp_path / "templates"))
    for key in (1, 2):
        write_templates(tmp_path / "templates", (key, 99, 99))
        assert load_known(plan).templates.tolist() == [key]
        (tmp_path / "templates").rename(tmp_path / f"old-{key}")
