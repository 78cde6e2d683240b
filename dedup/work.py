"""The folder for work in progress: who may write there, what it is work for, what of it is kept.

A note says which inputs, options and versions the work is for. Of work for other options or
versions nothing is of use. Of work for other inputs the parts that were read are kept, for
their names say what they were read from (see ``read.items.key_of``); the engine leaves out
those that nobody asks for. Whatever the dead left half written has a hidden name and goes.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dedup import chains
from dedup.errors import DedupError, UsageError
from dedup.places import NOTE, AnyFolder, Folder, UrlFolder, remove, write_whole
from dedup.read.snapshot import Changes, Snapshot, compare

DONE = "done"  # the folder of the files that say which parts are done
READ = "read"  # the name of reading there
SPILL = "spill"
TABLES = 3  # counted up when a table of the work changes; results of another number are another scan's
WORKERS = "workers"  # a file that worker processes hold a shared lock on
_LOCK = "lock"
_PATIENCE = 60.0  # seconds for the workers of a scan that was killed to end
_ALWAYS_KEPT = {_LOCK, NOTE, WORKERS}
_READ_TABLES = {stage.target.name for stage in chains.READ}

Identity = dict[str, Any]


def written_folder(work: AnyFolder, table: str) -> AnyFolder:
    """The folder of the files that say which parts of a result table are written."""
    folder: Any = work / DONE / f"write {table}"
    found: AnyFolder = folder
    return found


class Work:
    """The work of one RESULTS."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    @property
    def note(self) -> dict[str, Any]:
        """What the work is for; empty if there is none that says so."""
        try:
            note = json.loads((self.folder / NOTE).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other scans out; UsageError if one is at work."""
        if not isinstance(self.folder, Path):
            with _locked_at_url(self.folder):
                yield
            return
        lock = _lock(self.folder)
        try:
            _await_workers(self.folder)
            yield
        finally:
            os.close(lock)

    def prepare(self, identity: Identity, snapshot: Snapshot) -> Changes | None:
        """Keep what is of use for this, and note it; which inputs changed, if that is why work is lost."""
        self._clear_leftovers()
        note = self.note
        before = note.pop("snapshot", {})
        if note == identity:
            return None
        of_use = bool(note) and {**note, "fingerprint": ""} == {**identity, "fingerprint": ""}
        # Were we to die half-way, no table that is going may be taken for whole.
        going = {**note, "snapshot": before} if of_use else {"layout": identity["layout"]}
        self._write_note({**going, "fingerprint": ""})
        self._clear(_READ_TABLES | {DONE} if of_use else set())
        if of_use and (self.folder / DONE).is_dir():
            for path in (self.folder / DONE).iterdir():
                if path.name != READ:
                    remove(path)
        self._write_note({**identity, "snapshot": snapshot})
        return compare(before, snapshot) if of_use else None

    def remove(self) -> None:
        """Remove the folder, the lock last; call it locked."""
        for path in self.folder.iterdir():
            if path.name != _LOCK:
                remove(path)
        (self.folder / _LOCK).unlink()
        with suppress(OSError):  # another scan is here already
            self.folder.rmdir()

    def _clear_leftovers(self) -> None:
        """What is being written has a hidden name, or is the database's own. Spark clears its own."""
        if not isinstance(self.folder, Path):
            return
        for path in [*self.folder.rglob(".*"), self.folder / SPILL]:
            remove(path)

    def _clear(self, kept: set[str]) -> None:
        for path in self.folder.iterdir():
            if path.name not in _ALWAYS_KEPT | kept:
                remove(path)

    def _write_note(self, note: dict[str, Any]) -> None:
        write_whole(self.folder / NOTE, json.dumps(note))


def _lock(folder: Path) -> int:
    path = folder / _LOCK
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except FileNotFoundError:  # a scan that ended took the folder with it
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(lock), path.stat()):
                return lock
        except BlockingIOError as error:
            os.close(lock)
            raise UsageError(f"another scan is writing to {folder.parent}") from error
        except FileNotFoundError:
            pass
        os.close(lock)


def _await_workers(folder: Path) -> None:
    """Wait until no worker of a scan that was killed can write here any more."""
    end = time.monotonic() + _PATIENCE
    with (folder / WORKERS).open("w") as guard:
        while True:
            try:
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() > end:
                    home = folder.parent
                    raise DedupError(f"processes of an earlier scan still write to {home}") from error
                time.sleep(0.05)


@contextmanager
def _locked_at_url(folder: UrlFolder) -> Iterator[None]:
    """Hadoop has no locks that end with their process: a file says whose the folder is."""
    lock = folder / _LOCK
    folder.mkdir(parents=True, exist_ok=True)
    own = f"process {os.getpid()}, begun at {_began(os.getpid())}, on {socket.gethostname()}"
    try:
        lock.create(own)
    except FileExistsError:
        held = lock.read_text("utf-8")
        if not _is_dead(held):
            raise UsageError(
                f"another scan is writing to {folder.parent} ({held}); if it has died: hadoop fs -rm {lock}"
            ) from None
        lock.write_text(own, "utf-8")
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            if lock.read_text("utf-8") == own:  # and not that of a scan that began when the work was removed
                lock.unlink()


def _is_dead(held: str) -> bool:
    """Whether a lock's note is that of a process of this machine that is no more."""
    found = re.fullmatch(r"process (\d+), begun at (\S+), on (.+)", held)
    return found is not None and found[3] == socket.gethostname() and _began(int(found[1])) != found[2]


def _began(process: int) -> str:
    """When a process began, in ticks since the machine did; ``never``: there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
    except OSError:
        return "never"
