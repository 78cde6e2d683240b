"""Several files changed as one, wherever the process dies."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedup import DedupError
from dedup.results import journal

BEFORE = {"a": "1", "folder/b": "1", "c": "1"}
AFTER = {"a": "2", "folder/b": "2", "folder/d": "2"}


class Death(BaseException):
    """What nobody catches."""


def content(home: Path) -> dict[str, str]:
    files = [path for path in home.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(home)): path.read_text()
        for path in files
        if not path.relative_to(home).parts[0].startswith(".")
    }


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_a_change_that_dies_anywhere_holds_or_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dies before the first, second, ... step that changes the file system, until there is none left."""
    held = set()
    for steps in range(100):
        home = tmp_path / f"{steps}"
        write(home, BEFORE)
        left = steps

        def dying(own: Callable[..., Any]) -> Callable[..., Any]:
            def step(*given: Any, **more: Any) -> Any:
                nonlocal left
                if left == 0:
                    raise Death
                left -= 1
                return own(*given, **more)

            return step

        with monkeypatch.context() as patch:
            for name in ("replace", "unlink", "mkdir", "write_text"):
                patch.setattr(Path, name, dying(getattr(Path, name)))
            try:
                write_staged = journal.stage(home)
                for name, text in AFTER.items():
                    (write_staged / name).parent.mkdir(parents=True, exist_ok=True)
                    (write_staged / name).write_text(text)
                journal.commit(home, ["c", "missing"])
                died = False
            except Death:
                died = True
        journal.finish(home)
        assert content(home) in (BEFORE, AFTER)
        held.add(content(home) == AFTER)
        if not died:
            assert content(home) == AFTER
            assert sorted(os.listdir(home)) == ["a", "folder"]
            break
    else:
        raise AssertionError("there is no end of steps")
    assert held == {True, False}
    assert steps > 10


def test_an_unfinished_change_is_no_part_of_the_next(tmp_path: Path) -> None:
    write(tmp_path, BEFORE)
    write(journal.stage(tmp_path), {"a": "3", "z": "3"})
    write(journal.stage(tmp_path), AFTER)
    journal.commit(tmp_path, ["c"])
    assert content(tmp_path) == AFTER


def test_where_nothing_changes_nothing_is_done(tmp_path: Path) -> None:
    journal.finish(tmp_path)
    journal.finish(tmp_path / "missing")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "told",
    [
        {"moved": [], "removed": ["../kept"]},
        {"moved": ["../kept"], "removed": []},
        {"moved": [], "removed": [""]},
        {"moved": [], "removed": ["a/../../kept"]},
        {"moved": [], "removed": "kept"},
        {"moved": [1], "removed": []},
        {"moved": []},
        ["kept"],
    ],
)
def test_a_journal_of_a_stranger_reaches_nothing_beside_results(tmp_path: Path, told: object) -> None:
    home = tmp_path / "results"
    (home / journal.STAGED).mkdir(parents=True)
    (tmp_path / "kept").write_text("mine")
    (home / "kept").write_text("theirs")
    (home / ".extension.json").write_text(json.dumps(told))
    with pytest.raises(DedupError, match="can't be read"):
        journal.finish(home)
    assert ((tmp_path / "kept").read_text(), (home / "kept").read_text()) == ("mine", "theirs")


def test_an_absolute_path_is_none_below_results(tmp_path: Path) -> None:
    home = tmp_path / "results"
    home.mkdir()
    (tmp_path / "kept").write_text("mine")
    (home / ".extension.json").write_text(json.dumps({"moved": [], "removed": [str(tmp_path / "kept")]}))
    with pytest.raises(DedupError, match="can't be read"):
        journal.finish(home)
    assert (tmp_path / "kept").exists()
