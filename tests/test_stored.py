"""Tables kept between runs: the same whether they were kept or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dedup.sketch.scheme import bijections, choose_bands, draw_scheme
from dedup.spun.index import build, index
from dedup.spun.lexicon import shipped
from dedup.spun.patterns import entries
from dedup.spun.usage import _pack, odd_swaps
from dedup.stored import stored
from dedup.text import unicode


class Builder:
    def __init__(self) -> None:
        self.built = 0

    def __call__(self) -> list[NDArray[np.int64]]:
        self.built += 1
        return [np.arange(5), np.array(["a", "längeres"])]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "dedup"


def read(build: Builder, made_from: object = 1) -> list[list[object]]:
    return [array.tolist() for array in stored("table", made_from, build)]


def test_a_table_is_built_once(folder: Path) -> None:
    build = Builder()
    assert read(build) == read(build) == [[0, 1, 2, 3, 4], ["a", "längeres"]]
    assert build.built == 1
    read(build, made_from=2)
    assert build.built == 2
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"no archive at all"])
def test_a_damaged_file_is_built_again(folder: Path, damage: bytes) -> None:
    build = Builder()
    whole = read(build)
    (path,) = folder.iterdir()
    path.write_bytes(damage or path.read_bytes()[:200])
    assert read(build) == whole
    assert build.built == 2
    assert read(build) == whole
    assert build.built == 2


def test_a_folder_that_cannot_be_written_does_no_harm(folder: Path) -> None:
    folder.write_text("a file stands where the folder should")
    build = Builder()
    assert read(build) == read(build)
    assert build.built == 2


def test_no_home_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    assert read(Builder())


def same(one: Sequence[Any], other: Sequence[Any]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(left.dtype == right.dtype and np.array_equal(left, right) for left, right in pairs)


def test_what_is_kept_is_what_is_built(folder: Path) -> None:
    for _ in range(2):  # built, then read
        index.cache_clear()
        unicode.fold_tables.cache_clear()
        odd_swaps.cache_clear()
        kept, made = index(), entries()
        assert kept.entries == list(made.values())
        assert same(kept.grams, build(list(made)))
        swaps = odd_swaps()
        assert same((*swaps.grams, *swaps[1:]), _pack(shipped()))
        assert same(unicode.fold_tables(), unicode._build_tables())
        scheme = draw_scheme(64, 3, 0.4)
        assert scheme.banding == choose_bands(0.4, 64)
        assert np.array_equal([scheme.factors, scheme.addends], bijections(64, 3))
