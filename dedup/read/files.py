"""Finding the input files: which are read, in which order, and under which names."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dedup.errors import NothingToRead
from dedup.options import Options
from dedup.places import Cluster, is_url, url_refused
from dedup.read.formats import ENDINGS, format_of
from dedup.read.opening import Place
from dedup.read.ours import LEFT_OUT
from dedup.read.rows import Trouble, one_line
from dedup.read.search import Found, Search, Wanted, show
from dedup.read.urls import UrlSearch


class File(NamedTuple):
    """A file to read, or a member of a zip archive.

    ``file``: its number in input order, from 0; ``shown``: its path in tables; ``format``: what its
    name speaks of, empty if of none that is known; ``size``, in bytes, and ``modified_ns``, in
    nanoseconds since 1970, are those of the file on disk; ``weight``: about how many bytes it unpacks to.
    """

    file: int
    shown: str
    place: Place
    format: str
    size: int
    modified_ns: int
    weight: int


class Skipped(NamedTuple):
    """A file or directory that is not read: a row of the ``skipped`` table."""

    path: str
    record: None
    stage: str
    reason: str
    message: str


def find_files(
    paths: Sequence[str | os.PathLike[str] | bytes],
    options: Options,
    leave_out: bytes | None = None,
    listed: Sequence[bytes] = (),
    cluster: Cluster | None = None,
) -> tuple[list[File], list[Skipped]]:
    """The files to read and what is skipped, each in input order: by the bytes of the shown path.

    A path is a file or a directory, which is walked; a zip archive stands for its members. What
    ``--include`` and ``--exclude`` leave out is passed over in silence (see ``patterns``; they are
    matched against the path below the scanned folder, and against a named file's base name). Hidden
    files and directories (``.name``) and links are skipped, except where a path itself is one, and
    links with ``--follow-links``. So are RESULTS of other scans. A file that is met twice is read once.
    ``leave_out``: a directory that is not walked. ``listed``: paths out of a list, which are shown as
    they are given. ``cluster`` knows those that are URLs.

    ``UsageError``: a path that doesn't exist. ``NothingToRead``: no file that could be read.
    """
    wanted = Wanted(options)
    search = _search(wanted, options, leave_out, cluster)
    met: dict[Place, Found] = {}
    for argument, path in enumerate(paths, 1):
        for found in search(argument, os.fsencode(path), None):
            _add(met, found)
    for path in listed:
        name = path if is_url(path) else os.path.normpath(path).lstrip(b"/")
        for found in search(0, path, name):
            _add(met, found)
    files: list[File] = []
    skipped: list[Skipped] = []
    names_of: dict[tuple[int, int], str] = {}
    left = [one for one in met.values() if one.trouble != LEFT_OUT or one.place.path not in wanted.named]
    for name, found in sorted(_name(left), key=lambda one: one[0]):
        shown = show(name)
        trouble = found.trouble
        if trouble is None and found.inode and names_of.setdefault(found.inode, shown) != shown:
            trouble = Trouble("same-file", f"the same file as {names_of[found.inode]}")
        if trouble:
            skipped.append(Skipped(shown, None, "read", trouble.reason, one_line(trouble.message)))
        else:
            format_ = format_of(os.path.basename(shown))
            facts = (found.size, found.modified_ns, found.weight)
            files.append(File(len(files), shown, found.place, format_, *facts))
    if not files and leave_out in wanted.named:
        own = one_line(show(leave_out))
        raise NothingToRead(f"the output can't be the input folder: {own}; give another RESULTS")
    if not files:
        raise NothingToRead(_nothing(paths, options, skipped))
    return files, skipped


def _search(
    wanted: Wanted, options: Options, leave_out: bytes | None, cluster: Cluster | None
) -> Callable[[int, bytes, bytes | None], Iterator[Found]]:
    """What looks below a path, wherever it lies."""
    here = Search(wanted, options.follow_links, leave_out)

    def find(argument: int, path: bytes, name: bytes | None) -> Iterator[Found]:
        if not is_url(path):
            return here.find(argument, path, name)
        url = path.decode(errors="backslashreplace")
        if cluster is None:
            raise url_refused(url)
        return UrlSearch(wanted, cluster, leave_out).find(argument, url, name)

    return find


def _add(met: dict[Place, Found], found: Found) -> None:
    if found.place not in met or met[found.place].trouble:
        met[found.place] = found


def _name(met: Sequence[Found]) -> Iterator[tuple[bytes, Found]]:
    """The names under which they are shown: clashing ones with their argument's number in front."""
    count = Counter(name for _, name in {(found.argument, found.name) for found in met})
    names = [_number(found) if count[found.name] > 1 else found.name for found in met]
    if len(set(names)) < len({(found.argument, found.name) for found in met}):  # a directory has that number
        names = [_number(found) for found in met]
    return zip(names, met, strict=True)


def _number(found: Found) -> bytes:
    return b"%d/%s" % (found.argument, found.name)


def _nothing(
    paths: Sequence[str | os.PathLike[str] | bytes], options: Options, skipped: list[Skipped]
) -> str:
    where = ", ".join(one_line(show(os.fsencode(path)), 100) for path in paths[:3])
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    why = f"; read are {ENDINGS}"
    if skipped:
        why = f"; {len(skipped)} skipped, first {one_line(skipped[0].path, 100)}: {skipped[0].message}{why}"
    if options.include or options.exclude:
        why = f" that --include and --exclude let through{why}"
    return f"no input file in {where or 'no path'}{more}{why}"
