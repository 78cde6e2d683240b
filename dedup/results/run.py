"""RESULTS as a scan owns it: whose it is, whether it is up to date, the lock, ``run.json``.

The work of a scan lies in ``RESULTS/.work`` (see ``work``) and goes away when the scan is
finished. ``run.json`` is written last and goes first, so that RESULTS that have it are whole.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from dedup import schema
from dedup.errors import DedupError, UsageError
from dedup.options import Options
from dedup.places import RUN_FILE, WORK, Cluster, Folder, place_of, remove, write_whole
from dedup.read.files import File
from dedup.read.scanned import find_roots
from dedup.read.snapshot import Changes, Snapshot, compare, fingerprint, look_again, snapshot
from dedup.results.damage import INDEX, find_damage, find_index_damage, refuse_strangers
from dedup.results.opened import LAYOUT
from dedup.sketch import scheme
from dedup.text.unicode import UNICODE_VERSION
from dedup.work import TABLES, Work, written_folder

LOG = logging.getLogger("dedup")  # what is worth a line on stderr while a scan goes on
READINGS = 3  # of files that change while they are read
_FULL = {errno.ENOSPC, errno.EDQUOT}
_TABLES = (*schema.RESULT_TABLES, schema.SKETCHES)
_DECIDING_PACKAGES = (
    "charset-normalizer", "datasketch", "lxml", "rapidfuzz", "resiliparse", "trafilatura"
)  # fmt: skip
_OTHER_PACKAGES = ("duckdb", "numba", "numpy", "pyarrow")


class Report(NamedTuple):
    """What a scan found: ``run`` is the content of ``run.json``."""

    results: Folder
    run: dict[str, Any]
    up_to_date: bool  # nothing was done, for nothing has changed

    @property
    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.run["counts"]
        return counts


class Silence:
    """Progress that nobody watches."""

    def start(self, step: str, total: int | None, unit: str) -> None: ...

    def advance(self, amount: int) -> None: ...

    def end(self) -> None: ...


def versions() -> dict[str, str]:
    """The versions that decide results, and those of the other parts."""
    packages = {name: version(name) for name in (*_DECIDING_PACKAGES, *_OTHER_PACKAGES)}
    rules = {"unicode": UNICODE_VERSION, "scheme": scheme.NAME, "shingle_rule": scheme.SHINGLE_RULE}
    return {"dedup": version("dedup"), **rules, **packages, "python": platform.python_version()}


class Run:
    """One scan into one RESULTS."""

    def __init__(
        self, home: Folder, paths: Sequence[str], files: Sequence[File], options: Options, ignored: str = "",
        swaps: str = "", archive: str = "",
    ) -> None:  # fmt: skip
        """``ignored``, ``swaps`` and ``archive`` tell the contents of ``options.ignore``, ``.lexicon`` and
        ``.against`` from others.
        """
        contents = {"ignore": ignored, "lexicon": swaps, "against": archive}
        given = {name: digest for name, digest in contents.items() if getattr(options, name) is not None}
        self._home = home
        self._work = Work(home / WORK)
        self._options = options
        self._refuse_inputs_inside(files)
        self._snapshot = snapshot(files)
        now = versions()
        self._identity: dict[str, Any] = {
            "layout": LAYOUT,
            "work": TABLES,
            "dedup": now["dedup"],
            "versions": {
                name: now[name] for name in ("unicode", "scheme", "shingle_rule", *_DECIDING_PACKAGES)
            },
            "options": {**options.deciding(), **given},
            "fingerprint": fingerprint(files),
        }
        self._inputs = {"paths": list(paths), "files": len(files), "bytes": sum(file.size for file in files)}
        self._inputs["roots"] = find_roots(files)

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the rows: options, versions and the fingerprint of the inputs."""
        return self._identity

    @property
    def options(self) -> Options:
        return self._options

    @property
    def inputs(self) -> dict[str, Any]:
        """What is known of the inputs as a whole."""
        return self._inputs

    @property
    def snapshot(self) -> Snapshot:
        """What each of them was like."""
        return self._snapshot

    def _renew(self, files: Sequence[File]) -> None:
        """Take the inputs as they are now: some changed while they were read."""
        self._identity["fingerprint"], self._snapshot = fingerprint(files), snapshot(files)
        changes = self._work.prepare(self._identity, self._snapshot)
        LOG.warning("inputs changed while they were read, and are read again (%s)", _name_changes(changes))

    def look_again(self, files: Sequence[File], cluster: Cluster | None) -> Iterator[Sequence[File]]:
        """Files to be read again, for as long as they change while they are read, but not for ever."""
        for reading in range(READINGS):
            now = look_again(files, cluster)
            if now == files:
                return
            if reading + 1 == READINGS:
                self._distrust(now)
                return
            files = now
            self._renew(files)
            yield files

    def _distrust(self, files: Sequence[File]) -> None:
        """Say that the rows of inputs that never stood still are not to be relied on; ``files``: as now."""
        changes = compare(self._snapshot, snapshot(files))
        for path in changes.changed:
            self._snapshot[path] = [-1, -1]
        self._identity["fingerprint"] = ""  # so that nobody calls these RESULTS up to date
        LOG.warning(
            "inputs go on changing while they are read (%s); scan them again when they don't",
            _name_changes(changes),
        )

    @property
    def _run_file(self) -> Folder:
        return self._home / RUN_FILE

    def is_up_to_date(self, whole: bool = True) -> bool:
        """Whether RESULTS is this scan's and finished; UsageError if it is another's.

        ``whole``: there is nothing to do besides.
        """
        if not self._home.exists():
            return False
        if not self._home.is_dir():
            raise UsageError(f"{self._home} is a file; RESULTS is a directory")
        before = self._finished()
        if before is None:
            if not self._is_begun():
                refuse_strangers(self._home, self._options.overwrite)
            return False
        if before["identity"] == self._identity:
            if not whole:
                return False
            damage = find_damage(self._home, self._tables(), before, thorough=self._options.overwrite)
            if damage is None and self._options.keep_index and isinstance(self._home, Path):
                damage = find_index_damage(self._home)
            if damage is not None:
                LOG.warning("%s is damaged, and is made anew: %s", self._home, damage)
                return False
            if self._work.folder.exists():  # the last thing to go
                with self._refusing(), self._work.locked():
                    self._work.remove()
            return True
        if not self._options.overwrite:
            raise UsageError(f"{self._home} holds {self._difference(before)}; --overwrite replaces it")
        return False

    def _refuse_inputs_inside(self, files: Sequence[File]) -> None:
        """An input below RESULTS could be taken for a part of it, and be replaced."""
        inside = os.path.join(place_of(self._home), b"")
        for file in files:
            if file.place.path.startswith(inside):
                raise UsageError(f"the input {file.shown} lies inside {self._home}; give another RESULTS")

    def _tables(self) -> tuple[schema.Table, ...]:
        return _TABLES if self._options.keep_sketches else schema.RESULT_TABLES

    def _is_begun(self) -> bool:
        """Whether an unfinished RESULTS is a scan's: it has a scan's note, or nothing but ``.work``."""
        return "layout" in self._work.note or all(path.name == WORK for path in self._home.iterdir())

    def _finished(self) -> dict[str, Any] | None:
        """The content of ``run.json``; None if there is none that a scan wrote."""
        try:
            before = json.loads(self._run_file.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return before if isinstance(before, dict) and isinstance(before.get("identity"), dict) else None

    def _difference(self, before: dict[str, Any]) -> str:
        identity = before["identity"]
        if "recut" in identity:
            return "results that were cut again from others"
        if "extended" in identity:
            return "results that were extended by other articles"
        if identity.get("options") != self._identity["options"]:
            theirs, ours = identity.get("options", {}), self._identity["options"]
            names = [name for name in ours if theirs.get(name) != ours[name]]
            return f"the results of other options ({', '.join(names)})"
        if identity.get("fingerprint") != self._identity["fingerprint"]:
            changes = compare(before.get("snapshot", {}), self._snapshot)
            return f"the results of other inputs ({_name_changes(changes)})"
        return "the results of other versions of dedup or its parts"

    @contextmanager
    def working(self) -> Iterator[Folder]:
        """The folder for work in progress, locked; it goes when the work is finished."""
        before = self._finished()
        with self._refusing(), self._work.locked():
            if self._finished() != before:
                raise UsageError(f"another scan has just written to {self._home}")
            self._begin()
            yield self._work.folder
            self._work.remove()

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """What the system refuses ends the run with one line."""
        goes_on = "the same command goes on from what is finished"
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise DedupError(f"no space left for {self._home}; once there is, {goes_on}") from error
            place = error.filename if error.filename is not None else self._home
            raise DedupError(f"can't write {place}: {error.strerror or error}") from error
        except MemoryError as error:
            raise DedupError(f"not enough memory (see --max-memory, --jobs); {goes_on}") from error

    def _begin(self) -> None:
        """Clear away what is of no use for this scan."""
        changes = self._work.prepare(self._identity, self._snapshot)
        if changes is not None:
            LOG.warning(
                "inputs have changed since this scan was begun (%s); the rest of what was read is kept",
                _name_changes(changes),
            )
        self._run_file.unlink(missing_ok=True)
        for path in self._home.glob(f".{RUN_FILE}.*"):
            path.unlink()
        for name in (INDEX, f".{INDEX}"):
            remove(self._home / name)
        for table in _TABLES:
            if not written_folder(self._work.folder, table.name).exists():
                remove(self._home / table.name)

    def finish(self, counts: dict[str, int], seconds: dict[str, float], peak_bytes: int) -> Report:
        """Write ``run.json``, which says that RESULTS is whole."""
        content = {
            "status": "done",
            "dedup": {"version": self._identity["dedup"], "layout": LAYOUT},
            "versions": versions(),
            "seed": self._options.seed,
            "scheme": scheme.NAME,
            "options": self._options.deciding(),
            "inputs": {**self._inputs, "fingerprint": self._identity["fingerprint"]},
            "counts": counts,
            "seconds": seconds,
            "peak_memory_bytes": peak_bytes,
            "identity": self._identity,
            "snapshot": self._snapshot,
        }
        write_whole(self._run_file, json.dumps(content, indent=1) + "\n")
        return Report(self._home, content, up_to_date=False)

    def report(self) -> Report:
        """The report of the finished scan that is there."""
        return Report(self._home, self._finished() or {}, up_to_date=True)


def _name_changes(changes: Changes | None) -> str:
    parts = []
    for what, paths in changes._asdict().items() if changes else ():
        if paths:
            more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
            parts.append(f"{what}: {', '.join(paths[:3])}{more}")
    return "; ".join(parts) or "the same paths elsewhere"
