"""Looking for files below a path: a folder of this machine (``urls`` looks below a URL)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from dedup.errors import UsageError
from dedup.options import Options
from dedup.read.archive import leads_out, list_members
from dedup.read.formats import ZIP, ending_of, format_of, is_foreign, is_packed
from dedup.read.opening import DamageError, Place, open_plain
from dedup.read.ours import LEFT_OUT, is_results
from dedup.read.patterns import Patterns
from dedup.read.rows import Trouble, one_line

_BEGINNING = 1024  # bytes by which a file is known for a scan's own
UNPACKED = 5  # how many bytes one byte of a compressed file is expected to give


def show(name: bytes) -> str:
    r"""A path as tables show it: bytes that are no UTF-8 as ``\xNN``."""
    return name.decode(errors="backslashreplace")


class Found(NamedTuple):
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


class Wanted:
    """Which files are wanted, by the patterns of the options, and what is to be done with them.

    ``named``: where the directories lie that the user named.
    """

    def __init__(self, options: Options) -> None:
        self.named: set[bytes] = set()
        self._include = Patterns(options.include)
        self._exclude = Patterns(options.exclude)

    def is_wanted(self, path: str) -> bool:
        if self._exclude.match_file(path):
            return False
        if self._include and not path.lower().endswith(ZIP):  # its members are asked for instead
            return self._include.match_file(path)
        return True

    def is_left_out(self, directory: str) -> bool:
        return self._exclude.match_directory(directory)

    def judge(self, found: Found, path: bytes) -> Iterator[Found]:
        """What is to be done with a file, by its name; ``path``: where its bytes are, if it is an archive."""
        name = show(found.name)
        if name.lower().endswith(ZIP):
            yield from self._open_zip(found, path)
            return
        if is_foreign(name):
            yield found._replace(trouble=Trouble("format", f"not a format that is read: {ending_of(name)}"))
            return
        packed = is_packed(name) or format_of(name) == "parquet"
        yield found._replace(weight=found.size * (UNPACKED if packed else 1))

    def _open_zip(self, found: Found, path: bytes) -> Iterator[Found]:
        """The members of an archive; of one that is no archive, why."""
        try:
            members = list_members(path)
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


class Search:
    """Looks below paths of this machine; ``leave_out``: the real path of a directory that is not walked."""

    def __init__(self, wanted: Wanted, follow_links: bool, leave_out: bytes | None) -> None:
        self._wanted = wanted
        self._follow = follow_links
        self._leave_out = leave_out

    def find(self, argument: int, path: bytes, name: bytes | None = None) -> Iterator[Found]:
        """All that is below a path that the user named, or the file itself; ``name``: what it is shown as."""
        try:
            place = os.path.realpath(path)
            status = os.stat(place)
        except FileNotFoundError as error:
            raise UsageError(f"no such file or directory: {one_line(show(path))}") from error
        except (OSError, ValueError) as error:
            raise UsageError(f"{one_line(show(path))}: {refusal(error).message}") from error
        if stat.S_ISDIR(status.st_mode):
            self._wanted.named.add(place)
            yield from self._walk(argument, place, name or b"")
            return
        name = name or os.path.basename(os.path.abspath(path))
        if self._wanted.is_wanted(show(name)):
            yield from self._judge(Found(argument, name, Place(place), None), status)

    def _walk(self, argument: int, root: bytes, shown: bytes) -> Iterator[Found]:
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
                yield Found(argument, os.path.join(shown, name) or b".", Place(place), refusal(error))
                continue
            if name and is_results({entry.name for entry in listed}, partial(_begin, place)):
                yield Found(argument, os.path.join(shown, name), Place(self._follow_to(place)), LEFT_OUT)
                continue
            for entry in listed:
                path = os.path.join(name, entry.name)
                whole = os.path.join(shown, path)
                found = Found(argument, whole, Place(self._follow_to(entry.path)), None)
                if _is_directory(entry, self._follow):
                    if self._wanted.is_left_out(show(path)):
                        continue
                    if entry.name.startswith(b"."):
                        yield found._replace(trouble=Trouble("hidden", "a hidden directory"))
                    else:
                        below.append(path)
                elif self._wanted.is_wanted(show(path)):
                    yield from self._look(found, entry)

    def _follow_to(self, path: bytes) -> bytes:
        """Where a file lies that may be met by several ways."""
        return os.path.realpath(path) if self._follow else path

    def _look(self, found: Found, entry: os.DirEntry[bytes]) -> Iterator[Found]:
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
            yield found._replace(trouble=refusal(error))

    def _judge(self, found: Found, status: os.stat_result) -> Iterator[Found]:
        """What is to be done with a file, by its kind."""
        if not stat.S_ISREG(status.st_mode):
            trouble = Trouble("special", f"not a regular file: {_kind(status.st_mode)}")
            yield found._replace(trouble=trouble)
            return
        inode = (status.st_dev, status.st_ino) if status.st_nlink > 1 else None
        found = found._replace(size=status.st_size, modified_ns=status.st_mtime_ns, inode=inode)
        yield from self._wanted.judge(found, found.place.path)


def _begin(folder: bytes, path: str) -> str:
    """The beginning of a file below a folder; empty if it can't be read."""
    try:
        with open_plain(os.path.join(folder, os.fsencode(path))) as file:
            return file.read(_BEGINNING).decode(errors="replace")
    except (DamageError, OSError):
        return ""


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


def refusal(error: OSError | ValueError) -> Trouble:
    return Trouble("unreadable", getattr(error, "strerror", None) or str(error))
