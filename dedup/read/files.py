"""Finding the input files: which are read, in which order, and under which names."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dedup.errors import NothingToRead, UsageError
from dedup.options import Options
from dedup.read.archive import leads_out, list_members
from dedup.read.formats import ENDINGS, ZIP, ending_of, format_of, is_foreign, is_packed
from dedup.read.opening import DamageError, Place
from dedup.read.patterns import Patterns
from dedup.read.rows import Trouble, one_line

UNPACKED = 5  # how many bytes one byte of a compressed file is expected to give


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


class _Found(NamedTuple):
    """What lies at a path: a file, or a trouble.

    ``argument``: which of the paths it was found under, from 1; ``name``: below that path.
    ``inode``: device and number of a file that has several names.
    """

    argument: int
    name: bytes
    place: Place
    trouble: Trouble | None
    size: int = 0
    modified_ns: int = 0
    weight: int = 0
    inode: tuple[int, int] | None = None


def find_files(
    paths: Sequence[str | os.PathLike[str] | bytes],
    options: Options,
    leave_out: bytes | None = None,
    listed: Sequence[bytes] = (),
) -> tuple[list[File], list[Skipped]]:
    """The files to read and what is skipped, each in input order: by the bytes of the shown path.

    A path is a file or a directory, which is walked; a zip archive stands for its members. What
    ``--include`` and ``--exclude`` leave out is passed over in silence (see ``patterns``; they are
    matched against the path below the scanned folder, and against a named file's base name). Hidden
    files and directories (``.name``) and links are skipped, except where a path itself is one, and
    links with ``--follow-links``. A file that is met twice is read once. ``leave_out``: a directory
    that is not walked. ``listed``: paths out of a list, which are shown as they are given.

    ``UsageError``: a path that doesn't exist. ``NothingToRead``: no file that could be read.
    """
    search = _Search(options, leave_out)
    met: dict[Place, _Found] = {}
    for argument, path in enumerate(paths, 1):
        for found in search.find(argument, os.fsencode(path)):
            _add(met, found)
    for path in listed:
        for found in search.find(0, path, os.path.normpath(path).lstrip(b"/")):
            _add(met, found)
    files: list[File] = []
    skipped: list[Skipped] = []
    names_of: dict[tuple[int, int], str] = {}
    for name, found in sorted(_name(list(met.values())), key=lambda one: one[0]):
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
    if not files:
        raise NothingToRead(_nothing(paths, options, skipped))
    return files, skipped


def _add(met: dict[Place, _Found], found: _Found) -> None:
    if found.place not in met or met[found.place].trouble:
        met[found.place] = found


def show(name: bytes) -> str:
    r"""A path as tables show it: bytes that are no UTF-8 as ``\xNN``."""
    return name.decode(errors="backslashreplace")


def _name(met: Sequence[_Found]) -> Iterator[tuple[bytes, _Found]]:
    """The names under which they are shown: clashing ones with their argument's number in front."""
    count = Counter(name for _, name in {(found.argument, found.name) for found in met})
    names = [_number(found) if count[found.name] > 1 else found.name for found in met]
    if len(set(names)) < len({(found.argument, found.name) for found in met}):  # a directory has that number
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
        self._follow = options.follow_links
        self._leave_out = None if leave_out is None else os.path.realpath(leave_out)

    def find(self, argument: int, path: bytes, name: bytes | None = None) -> Iterator[_Found]:
        """All that is below a path that the user named, or the file itself; ``name``: what it is shown as."""
        try:
            place = os.path.realpath(path)
            status = os.stat(place)
        except FileNotFoundError as error:
            raise UsageError(f"no such file or directory: {one_line(show(path))}") from error
        except (OSError, ValueError) as error:
            raise UsageError(f"{one_line(show(path))}: {_refusal(error).message}") from error
        if stat.S_ISDIR(status.st_mode):
            yield from self._walk(argument, place, name or b"")
            return
        name = name or os.path.basename(os.path.abspath(path))
        if self._is_wanted(show(name)):
            yield from self._judge(_Found(argument, name, Place(place), None), status)

    def _is_wanted(self, path: str) -> bool:
        if self._exclude.match_file(path):
            return False
        if self._include and not path.lower().endswith(ZIP):  # its members are asked for instead
            return self._include.match_file(path)
        return True

    def _walk(self, argument: int, root: bytes, shown: bytes) -> Iterator[_Found]:
        below = [b""]
        walked: set[tuple[int, int]] = set()  # directories, where links are followed
        while below:
            name = below.pop()
            place = os.path.join(root, name) if name else root
            if place == self._leave_out:
                continue
            try:
                if self._follow and not _is_new(os.stat(place), walked):
                    continue
                with os.scandir(place) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                yield _Found(argument, os.path.join(shown, name) or b".", Place(place), _refusal(error))
                continue
            for entry in listed:
                path = os.path.join(name, entry.name)
                whole = os.path.join(shown, path)
                found = _Found(argument, whole, Place(self._follow_to(entry.path)), None)
                if _is_directory(entry, self._follow):
                    if self._exclude.match_directory(show(path)):
                        continue
                    if entry.name.startswith(b"."):
                        yield found._replace(trouble=Trouble("hidden", "a hidden directory"))
                    else:
                        below.append(path)
                elif self._is_wanted(show(path)):
                    yield from self._look(found, entry)

    def _follow_to(self, path: bytes) -> bytes:
        """Where a file lies that may be met by several ways."""
        return os.path.realpath(path) if self._follow else path

    def _look(self, found: _Found, entry: os.DirEntry[bytes]) -> Iterator[_Found]:
        try:
            if entry.name.startswith(b"."):
                yield found._replace(trouble=Trouble("hidden", "a hidden file; name it as a path to read it"))
            elif not entry.is_symlink():
                yield from self._judge(found, entry.stat(follow_symlinks=False))
            elif self._follow:
                real = os.path.realpath(entry.path, strict=True)
                yield from self._judge(found._replace(place=Place(real)), os.stat(real))
            else:
                trouble = Trouble("link", "a symbolic link; --follow-links reads what it leads to")
                yield found._replace(trouble=trouble)
        except OSError as error:
            yield found._replace(trouble=_refusal(error))

    def _judge(self, found: _Found, status: os.stat_result) -> Iterator[_Found]:
        """What is to be done with a file, by its kind."""
        if not stat.S_ISREG(status.st_mode):
            trouble = Trouble("special", f"not a regular file: {_kind(status.st_mode)}")
            yield found._replace(trouble=trouble)
            return
        inode = (status.st_dev, status.st_ino) if status.st_nlink > 1 else None
        found = found._replace(size=status.st_size, modified_ns=status.st_mtime_ns, inode=inode)
        name = show(found.name)
        if name.lower().endswith(ZIP):
            yield from self._open_zip(found)
            return
        if is_foreign(name):
            yield found._replace(trouble=Trouble("format", f"not a format that is read: {ending_of(name)}"))
            return
        packed = is_packed(name) or format_of(name) == "parquet"
        yield found._replace(weight=status.st_size * (UNPACKED if packed else 1))

    def _open_zip(self, found: _Found) -> Iterator[_Found]:
        """The members of an archive; of one that is no archive, why."""
        try:
            members = list_members(found.place.path)
        except DamageError as damage:
            yield found._replace(trouble=damage.trouble)
            return
        for number, below, member in members:
            name = os.path.join(found.name, below)
            inside = found._replace(
                name=name, place=Place(found.place.path, number), weight=member.file_size, inode=None
            )
            if leads_out(member.filename):
                message = f"member {number + 1} has a path that leads out: {member.filename}"
                yield inside._replace(name=found.name, trouble=Trouble("archive", message))
            elif self._include and not self._include.match_file(show(name)):
                continue
            elif member.flag_bits & 1:
                yield inside._replace(trouble=Trouble("encrypted", "encrypted in its archive"))
            elif any(part.startswith(".") or part == "__MACOSX" for part in member.filename.split("/")):
                yield inside._replace(trouble=Trouble("hidden", "a hidden file"))
            else:
                yield inside


def _is_new(status: os.stat_result, walked: set[tuple[int, int]]) -> bool:
    inode = (status.st_dev, status.st_ino)
    if inode in walked:
        return False
    walked.add(inode)
    return True


def _is_directory(entry: os.DirEntry[bytes], follow: bool) -> bool:
    try:
        return entry.is_dir(follow_symlinks=follow)
    except OSError:
        return False


def _kind(mode: int) -> str:
    kinds = {stat.S_ISFIFO: "a named pipe", stat.S_ISSOCK: "a socket"}
    return next((kind for test, kind in kinds.items() if test(mode)), "a device")


def _refusal(error: OSError | ValueError) -> Trouble:
    return Trouble("unreadable", getattr(error, "strerror", None) or str(error))
