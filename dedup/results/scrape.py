"""The scanned scrape written again, without what goes: its files as they were given, in a new folder.

Names come from whoever made the scrape: nothing is written but below that folder, and no file twice.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from dedup.errors import DedupError, UsageError
from dedup.places import is_url
from dedup.read.files import File
from dedup.read.given import was_standard_input
from dedup.read.opening import DamageError
from dedup.read.rows import one_line
from dedup.read.scanned import Scanned
from dedup.read.search import show
from dedup.read.without import copy_as_given, write_without
from dedup.results.opened import Results

Gone: TypeAlias = Iterator[tuple[str, int | None]]  # paths as shown, and records; null: the whole file

_NOT_UP = b"__"  # what is written in place of ``..``
_KEPT = "--write-kept writes the articles of any input"


class Written(NamedTuple):
    """``files`` that were written; files that went, each one article; ``records`` that went from others."""

    files: int
    files_gone: int
    records_gone: int


def check_folder(results: Results, folder: Path) -> None:
    """``UsageError`` if no scrape may be written there."""
    real, home = folder.resolve(), results.path.resolve()
    if os.path.lexists(folder) and not _is_empty(folder):
        raise UsageError(f"{folder} is there already, and is no empty folder; name a new one")
    if home in (real, *real.parents):
        raise UsageError(f"{folder} lies in RESULTS; write elsewhere")
    for given in _inputs(results).get("paths", []):
        place = Path(given).resolve()
        if place in (real, *real.parents) and not is_url(given):
            raise UsageError(f"{folder} lies in the input {one_line(given)}; write elsewhere")


def _is_empty(folder: Path) -> bool:
    """Whether it is an empty folder, and one that nobody notices if another one takes its place."""
    return (
        folder.is_dir()
        and not folder.is_symlink()
        and not any(folder.iterdir())
        and folder.resolve() != Path.cwd()
    )


def write_scrape(results: Results, gone: Gone, folder: Path) -> Written:
    """Write the files of a scan to a new folder without what goes, all or nothing.

    gone  what goes, in the order of the input

    DedupError: a file is another one now. ``UsageError``: one can't be written again, or nothing may be
    written there.
    """
    check_folder(results, folder)
    real = folder.resolve()
    unfinished = real.with_name(f".{real.name}.{os.getpid()}")
    try:
        unfinished.mkdir()
        try:
            written = _write_all(results, gone, unfinished)
            unfinished.rename(real)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    except OSError as error:
        raise DedupError(f"can't write {folder}: {error.strerror or error}") from None
    return written


def _write_all(results: Results, gone: Gone, folder: Path) -> Written:
    snapshot = results.run.get("snapshot") or {}
    scanned = _find_all(results)
    going = ((path, [record for _, record in some]) for path, some in groupby(gone, itemgetter(0)))
    next_gone, records = next(going, (None, []))
    files = files_gone = records_gone = 0
    for path in snapshot:
        file, goes = scanned.find(path), []
        if path == next_gone:
            goes = records
            next_gone, records = next(going, (None, []))
        if None in goes:
            files_gone += 1
            continue
        _write(file, [record for record in goes if record is not None], folder)
        scanned.check(file)  # it may have changed while it was written
        files += 1
        records_gone += len(goes)
    if next_gone is not None:
        raise DedupError(f"RESULTS is damaged: {next_gone} is none of its files, or not in order")
    return Written(files, files_gone, records_gone)


def _find_all(results: Results) -> Scanned:
    """The files of a scan, all of which are there as they were."""
    inputs, snapshot = _inputs(results), results.run.get("snapshot") or {}
    for given in inputs.get("paths", []):
        if was_standard_input(given):
            raise UsageError(f"standard input can't be read again, so that it can't be written; {_KEPT}")
    roots = inputs.get("roots")
    if roots is None:
        raise UsageError(
            f"{results.path} was written by an earlier version and doesn't say where its inputs lie;"
            " scan into new RESULTS"
        )
    for _, lies in roots:
        if is_url(lies):
            raise UsageError(
                f"{one_line(lies)} is a URL, and inputs of this machine alone are written; {_KEPT}"
            )
    if len(snapshot) != inputs.get("files"):
        raise UsageError(f"some inputs of {results.path} are shown under one path; {_KEPT}")
    scanned = Scanned(roots, snapshot)
    for path in snapshot:
        scanned.find(path)
    return scanned


def _inputs(results: Results) -> dict[str, Any]:
    inputs = results.run.get("inputs")
    return inputs if isinstance(inputs, dict) else {}


def _write(file: File, records: list[int], folder: Path) -> None:
    shown = one_line(file.shown)
    place = os.path.join(os.fsencode(folder), place_below(file))
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "xb") as out:
            if records:
                write_without(file.place, os.path.basename(file.shown), records, out)
            else:
                copy_as_given(file.place, out)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise UsageError(
            f"{shown} can't be written beside another input of that name; scan without it (--exclude)"
        ) from None
    except DamageError as damage:
        raise UsageError(
            f"{shown} can't be written again: {one_line(damage.trouble.message)};"
            f" scan without it (--exclude), or {_KEPT}"
        ) from None


def place_below(file: File) -> bytes:
    r"""Where a file is written: its path as shown, what is shown as ``\xNN`` as the byte that it was.

    In place of ``..`` stands ``__``.
    """
    parts = file.shown.split("/")
    lies = file.place.path.split(b"/")
    end = len(parts)
    if file.place.member is not None:  # whose name was shown as it is
        archive = show(lies[-1])
        end = parts.index(archive) + 1 if archive in parts else 0
    named = [part.encode() for part in parts]
    for at, name in zip(reversed(range(end)), reversed(lies), strict=False):
        if show(name) == parts[at]:
            named[at] = name
    return b"/".join(_NOT_UP if name == b".." else name for name in named if name not in (b"", b"."))
