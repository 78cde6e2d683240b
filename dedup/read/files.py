"""Finding the input files: which are read, in which order, and under which names."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dedup.errors import NothingToRead, UsageError
from dedup.options import Options
from dedup.read.formats import ENDINGS, Format, ending_of, format_of
from dedup.read.patterns import Patterns
from dedup.read.rows import Trouble, one_line


class File(NamedTuple):
    """A file to read. ``file``: its number in input order, from 0; ``shown``: its path in tables;
    ``place``: the path to open; ``size`` in bytes; ``modified_ns`` in nanoseconds since 1970.
    """

    file: int
    shown: str
    place: bytes
    format: str
    compression: str | None
    size: int
    modified_ns: int


class Skipped(NamedTuple):
    """A file or directory that is not read: a row of the ``skipped`` table."""

    path: str
    record: None
    stage: str
    reason: str
    message: str


class _Found(NamedTuple):
    """What lies at a path: a file of a format, or a trouble.

    ``argument``: which of the paths it was found under, from 1; ``name``: below that path.
    """

    argument: int
    name: bytes
    place: bytes
    what: Format | Trouble
    size: int = 0
    modified_ns: int = 0


def find_files(
    paths: Sequence[str | os.PathLike[str] | bytes], options: Options, leave_out: bytes | None = None
) -> tuple[list[File], list[Skipped]]:
    """The files to read and what is skipped, each in input order: by the bytes of the shown path.

    A path is a file or a directory, which is walked. Hidden files and directories (``.name``)
    are passed over in silence, as are those that ``--include`` and ``--exclude`` leave out (see
    ``patterns``; they are matched against the path below the scanned folder, and against a
    named file's base name). Links are not followed, except where a path itself is one. A file
    that is met twice is read once. ``leave_out``: a directory that is not walked.

    ``UsageError``: a path that doesn't exist. ``NothingToRead``: no file of a format that is read.
    """
    search = _Search(options, leave_out)
    met: dict[bytes, _Found] = {}
    for argument, path in enumerate(paths, 1):
        for found in search.find(argument, os.fsencode(path)):
            met.setdefault(found.place, found)
    named = sorted(_name(list(met.values())), key=lambda one: one[0])
    files: list[File] = []
    skipped: list[Skipped] = []
    for name, found in named:
        shown = show(name)
        if isinstance(found.what, Trouble):
            skipped.append(Skipped(shown, None, "read", found.what.reason, one_line(found.what.message)))
        else:
            place = (found.place, *found.what, found.size, found.modified_ns)
            files.append(File(len(files), shown, *place))
    if not files:
        raise NothingToRead(_nothing(paths, options, skipped))
    return files, skipped


def show(name: bytes) -> str:
    r"""A path as tables show it: bytes that are no UTF-8 as ``\xNN``."""
    return name.decode(errors="backslashreplace")


def _name(met: Sequence[_Found]) -> Iterator[tuple[bytes, _Found]]:
    """The names under which they are shown: clashing ones with their argument's number in front."""
    count = Counter(found.name for found in met)
    names = [_number(found) if count[found.name] > 1 else found.name for found in met]
    if len(set(names)) < len(names):  # there is a directory of that number, too
        names = [_number(found) for found in met]
    return zip(names, met, strict=True)


def _number(found: _Found) -> bytes:
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


class _Search:
    """Looks below paths, with the patterns of the options."""

    def __init__(self, options: Options, leave_out: bytes | None) -> None:
        self._include = Patterns(options.include)
        self._exclude = Patterns(options.exclude)
        self._leave_out = None if leave_out is None else os.path.realpath(leave_out)

    def find(self, argument: int, path: bytes) -> Iterator[_Found]:
        """All that is below a path that the user named, or the file itself."""
        try:
            place = os.path.realpath(path)
            status = os.stat(place)
        except FileNotFoundError as error:
            raise UsageError(f"no such file or directory: {one_line(show(path))}") from error
        except (OSError, ValueError) as error:
            raise UsageError(f"{one_line(show(path))}: {_refusal(error).message}") from error
        if stat.S_ISDIR(status.st_mode):
            yield from self._walk(argument, place)
            return
        name = os.path.basename(os.path.abspath(path))
        if self._wanted(show(name)):
            yield _judge(_Found(argument, name, place, Trouble("", "")), status)

    def _wanted(self, path: str) -> bool:
        if self._exclude.match_file(path):
            return False
        return not self._include or self._include.match_file(path)

    def _walk(self, argument: int, root: bytes) -> Iterator[_Found]:
        below = [b""]
        while below:
            name = below.pop()
            place = os.path.join(root, name) if name else root
            if place == self._leave_out:
                continue
            try:
                with os.scandir(place) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                yield _Found(argument, name or b".", place, _refusal(error))
                continue
            for entry in listed:
                if entry.name.startswith(b"."):
                    continue
                path = os.path.join(name, entry.name)
                if _is_directory(entry):
                    if not self._exclude.match_directory(show(path)):
                        below.append(path)
                elif self._wanted(show(path)):
                    yield _look(_Found(argument, path, entry.path, Trouble("", "")), entry)


def _is_directory(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _look(found: _Found, entry: os.DirEntry[bytes]) -> _Found:
    try:
        if entry.is_symlink():
            return found._replace(what=Trouble("link", "a symbolic link; name it as a path to read it"))
        return _judge(found, entry.stat(follow_symlinks=False))
    except OSError as error:
        return found._replace(what=_refusal(error))


def _judge(found: _Found, status: os.stat_result) -> _Found:
    """What is to be done with a file, by its kind and its name's ending."""
    if not stat.S_ISREG(status.st_mode):
        return found._replace(what=Trouble("special", f"not a regular file: {_kind(status.st_mode)}"))
    name = show(os.path.basename(found.name))
    format_ = format_of(name)
    if format_ is None:
        ending = one_line(ending_of(name), 40) or "a name without an ending"
        return found._replace(what=Trouble("format", f"not a format that is read: {ending}"))
    return found._replace(what=format_, size=status.st_size, modified_ns=status.st_mtime_ns)


def _kind(mode: int) -> str:
    kinds = {stat.S_ISFIFO: "a named pipe", stat.S_ISSOCK: "a socket"}
    return next((kind for test, kind in kinds.items() if test(mode)), "a device")


def _refusal(error: OSError | ValueError) -> Trouble:
    return Trouble("unreadable", getattr(error, "strerror", None) or str(error))
