from __future__ import annotations

import os
from pathlib import Path

import pytest

from dedup.compiled import drop_stale


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of two modules, each with a compiled kernel, that was looked at once."""
    home = tmp_path / "package"
    for module in (home / "caller.py", home / "inner" / "called.py"):
        module.parent.mkdir(exist_ok=True)
        module.write_text("VALUE = 1\n")
    drop_stale(home)
    for module in (home / "caller.py", home / "inner" / "called.py"):
        cache = module.parent / "__pycache__"
        cache.mkdir(exist_ok=True)
        for ending in ("nbi", "1.nbc", "pyc"):
            (cache / f"{module.stem}.kernel-1.{ending}").write_bytes(b"compiled")
    return home


def kernels(home: Path) -> list[str]:
    return sorted(path.name for path in home.rglob("*.nb?"))


ALL = [f"{name}.kernel-1.{ending}" for name in ("called", "caller") for ending in ("1.nbc", "nbi")]


def test_kernels_stay_while_no_source_changes(package: Path) -> None:
    drop_stale(package)
    os.utime(package / "caller.py", ns=(1, 1))  # another time, the same source: a copy of the package
    drop_stale(package)
    assert kernels(package) == ALL


@pytest.mark.parametrize("change", ["edited", "added", "removed", "moved"])
def test_all_kernels_go_when_any_source_changes(package: Path, change: str) -> None:
    module = package / "inner" / "called.py"
    if change == "edited":
        module.write_text("VALUE = 2\n")
        os.utime(module, ns=(1, 1))
    elif change == "added":
        (package / "inner" / "more.py").write_text("")
    elif change == "removed":
        module.unlink()
    else:
        module.rename(package / "called.py")
    drop_stale(package)
    assert kernels(package) == []
    assert len(list(package.rglob("*.pyc"))) == 2  # Python knows itself which of these are stale


def test_kernels_of_unknown_sources_go(package: Path) -> None:
    (package / "__pycache__" / "kernels").unlink()
    drop_stale(package)
    assert kernels(package) == []


def test_where_nothing_may_be_written_nothing_is_done(package: Path) -> None:
    (package / "caller.py").write_text("VALUE = 2\n")
    cache = package / "__pycache__"
    for path in cache.iterdir():
        path.unlink()
    cache.rmdir()
    cache.write_text("no folder")
    drop_stale(package)
