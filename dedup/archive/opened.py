"""An archive, opened: what RESULTS keep of a scan, so that later articles can be compared with its own.

``RESULTS/index`` holds (``--keep-index``)

- ``texts``, ``texts.json``: the texts (see ``engine.texts``);
- ``archived``: what is known of each article; ``archived_pairs``: its verified pairs (see ``rows``);
- ``names``, ``digests``, ``band``, ``passage``, ``rare``, ``ends``, ``copies``: sorted keys (see ``keys``);
- ``exact.npy``: the articles that are copies word for word, and the first ones that they are copies of;
- ``recurring``, ``templates``, ``frequent.npy``, ``rarity.npy``, ``neighbours.npy``: what was counted in the
  scan, which later articles are taken by as it is;
- ``manifest.json``: what all that was made with, and of which runs the indexes of keys are,
  and how large each file is.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup import schema
from dedup.archive.keys import KeyIndex, open_run
from dedup.archive.rows import RowTable
from dedup.errors import UsageError
from dedup.options import Options
from dedup.places import Folder, refuse_url
from dedup.plan import Plan
from dedup.read.files import File
from dedup.read.snapshot import fingerprint
from dedup.results.damage import INDEX, MANIFEST, damaged, find_index_damage, one_line
from dedup.results.journal import finish

EXACT = "exact.npy"
TEXTS = "texts.json"
FORMAT = 1  # counted up when a file of an archive changes
COUNTED = {name: name for name in ("recurring", "templates")} | {
    name: f"{name}.npy" for name in ("frequent", "rarity", "neighbours")
}  # fields of ``Plan`` and their files
VIEW_TABLES = {"copy": ("band", schema.EVERY_BAND), "passage": ("passage", schema.EVERY_PASSAGE)}
VIEW_TABLES["rewrite"] = ("rare", schema.EVERY_RARE)
# Options that decide what sketches, keys and verdicts are.
DECIDING = (
    "profile", "threshold", "lexicon", "min_words", "shingle", "permutations", "seed", "bucket_cap", "no_spun"
)  # fmt: skip

Integers = NDArray[np.int64]


class Archive:
    """The archive of RESULTS. Make it with ``open_archive``."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process opens what it needs itself."""
        return Archive, (self.folder, self.manifest)

    @property
    def since(self) -> int:
        """The least row that no archived article has."""
        return int(self.manifest["files"]) << 32

    @property
    def texts(self) -> Path:
        """The index of the store of texts."""
        return self.folder / TEXTS

    @functools.cached_property
    def articles(self) -> RowTable:
        return RowTable(self.folder / schema.ARCHIVED.name, schema.ARCHIVED)

    @functools.cached_property
    def pairs(self) -> RowTable:
        return RowTable(self.folder / schema.ARCHIVED_PAIRS.name, schema.ARCHIVED_PAIRS)

    @functools.cached_property
    def exact(self) -> Integers:
        """Articles that are copies word for word, in order, and what they are copies of: int64[2, n]."""
        array: Integers = np.load(self.folder / EXACT, mmap_mode="r", allow_pickle=False).view(np.ndarray)
        return array

    def first_of(self, rows: Integers) -> Integers:
        """Of articles the first ones with the same words, which may be themselves."""
        copies, firsts = self.exact
        if not len(copies):
            return rows
        places = np.minimum(np.searchsorted(copies, rows), len(copies) - 1)
        return np.asarray(np.where(copies[places] == rows, firsts[places], rows))

    def keys(self, name: str) -> KeyIndex:
        """An index of keys, by its name."""
        return _open_keys(self.folder / name, tuple(self.manifest["runs"].get(name, ())))

    def freeze(self, plan: Plan) -> Plan:
        """The plan with what was counted in the archive."""
        files = {name: self.folder / file for name, file in COUNTED.items()}
        counted: Any = {name: str(file) for name, file in files.items() if file.exists()}
        return plan._replace(**counted)

    def check(self, identity: dict[str, Any]) -> None:
        """``UsageError`` if new articles would be sketched or judged in another way than its own were."""
        own, identity = self.manifest["identity"], identity_of(identity)
        shown = self.folder.parent
        for name in DECIDING:
            theirs, ours = own["options"][name], identity["options"][name]
            if theirs != ours:
                flag = "--" + name.replace("_", "-")
                told = f"{theirs} there, {ours} here" if name != "lexicon" else "other swaps there"
                raise UsageError(f"{shown} was scanned with another {flag} ({told}); give the same one")
        for name, theirs in own["versions"].items():
            ours = identity["versions"].get(name)
            if theirs != ours:
                raise UsageError(
                    f"{shown} was made with another {name} ({theirs} there, {ours} here); scan it again"
                )

    def holds_already(self) -> UsageError:
        """What is wrong with extending it by the same inputs again."""
        return UsageError(f"{self.folder.parent} was extended by these inputs already; leave out --extend")


@contextmanager
def using(options: Options, home: Folder) -> Iterator[Archive | None]:
    """The archive of ``Options.against``, if there is one, kept from changing; RESULTS go to ``home``.

    ``UsageError``: it can't be used, or another scan does.
    """
    if options.against is None:
        yield None
        return
    results = Path(options.against)
    if isinstance(home, Path) and home.exists() and results.exists() and home.samefile(results):
        raise UsageError(f"--against {results} can't be RESULTS, too; --extend adds to it")
    with locked(options.against, options.extend) as archive:
        yield archive


@contextmanager
def locked(place: str | Path, exclusive: bool) -> Iterator[Archive]:
    """The archive of RESULTS, kept from changing, or for oneself. ``UsageError``: another has it."""
    refuse_url(place)
    results = Path(place)
    open_archive(results)
    handle = os.open(results / INDEX, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        archive = open_archive(results)
        damage = find_index_damage(results)
        if damage is not None:
            raise damaged(results, damage)
        yield archive
    except BlockingIOError as error:
        what = "uses" if exclusive else "extends"
        raise UsageError(f"another process {what} {results}; wait for its end") from error
    finally:
        os.close(handle)


def number_files(files: Sequence[File], archive: Archive | None) -> tuple[list[File], str, bool]:
    """The files numbered on from those of an archive, what tells it from others, and whether it was extended
    by them already.
    """
    if archive is None:
        return list(files), "", False
    given = fingerprint(files)
    states: list[dict[str, Any]] = archive.manifest["additions"]
    before = next((one for one in states if one["fingerprint"] == given), None)
    state = before or archive.manifest
    numbered = [file._replace(file=file.file + state["files"]) for file in files]
    return numbered, state["state"], before is not None


def indexes(views: Sequence[str]) -> tuple[str, ...]:
    """The names of the indexes of keys of an archive with these views."""
    return ("names", "digests", "ends", "copies", *(VIEW_TABLES[view][0] for view in views))


def identity_of(identity: dict[str, Any]) -> dict[str, Any]:
    """What an archive tells of the scan that made it."""
    versions = {**identity["versions"], "dedup": identity["dedup"], "work": identity["work"], "index": FORMAT}
    return {"options": {name: identity["options"][name] for name in DECIDING}, "versions": versions}


def open_archive(results: str | Path) -> Archive:
    """Open the archive of RESULTS. ``UsageError``: there is none; what can be done about it."""
    home = Path(results)
    finish(home)
    try:
        manifest = json.loads((home / INDEX / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        what = f"{home} holds no index to compare with" if home.exists() else f"{home} does not exist"
        raise UsageError(f"{what}; make one with: dedup scan PATH... -o {home} --keep-index") from None
    except (OSError, ValueError) as error:
        raise damaged(home, f"{INDEX}/{MANIFEST} can't be read: {one_line(error)}") from None
    return Archive(home / INDEX, manifest)


def name_keys(names: Iterable[str]) -> Integers:
    """Keys of names of articles."""
    digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(digests, "<i8").astype(np.int64)


def digest_keys(digests: Iterable[bytes]) -> Integers:
    """Keys of digests of words."""
    return np.frombuffer(b"".join(digest[:8] for digest in digests), "<i8").astype(np.int64)


@functools.lru_cache(maxsize=16)
def _open_keys(folder: Path, runs: tuple[str, ...]) -> KeyIndex:
    return KeyIndex([open_run(folder / run) for run in runs])
