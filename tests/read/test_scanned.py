from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from dedup.errors import DedupError
from dedup.options import Options
from dedup.read import scanned
from dedup.read.archive import list_members
from dedup.read.files import find_files
from dedup.read.scanned import Scanned, find_roots
from dedup.read.snapshot import snapshot


def test_every_file_is_found_where_it_lay(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here / "deep", there):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(str(folder))
    (here / os.fsdecode(b"odd-\xff.txt")).write_text("odd")
    (here / "a.txt").write_text("clashing")
    (here / "link.txt").symlink_to(there / "a.txt")
    with zipfile.ZipFile(here / "b.ZIP", "w") as archive:
        for name in ("a.txt", "deep/a.txt", "b.zip/a.txt"):
            archive.writestr(name, name)
    files, _ = find_files([here, there, here / "link.txt"], Options(follow_links=True))
    assert len(files) > 6
    found = Scanned(find_roots(files), snapshot(files))
    for file in files:
        assert found.find(file.shown).place == file.place


def test_an_archive_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", "text")
    files, _ = find_files([tmp_path], Options())
    found = Scanned(find_roots(files), snapshot(files))
    listed: list[bytes] = []

    def note(path: bytes) -> list[tuple[int, bytes, zipfile.ZipInfo]]:
        listed.append(path)
        return list_members(path)

    monkeypatch.setattr(scanned, "list_members", note)
    assert [found.find(file.shown).place.member for file in files] == [file.place.member for file in files]
    assert len(listed) == 1


def test_what_is_gone_or_another_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    files, _ = find_files([tmp_path], Options())
    found = Scanned(find_roots(files), snapshot(files), ", and so")
    file = found.find("a.txt")
    path.write_text("three")
    for ask in (lambda: found.find("a.txt"), lambda: found.check(file)):
        with pytest.raises(DedupError, match="changed since it was scanned, and so; scan again"):
            ask()
    path.unlink()
    with pytest.raises(DedupError, match="gone since it was scanned, and so; put it back"):
        found.find("a.txt")
    with pytest.raises(DedupError, match="damaged"):
        found.find("b.txt")
