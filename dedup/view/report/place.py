"""Where a report lies: a page, and perhaps a folder of pages beside it; and what may be replaced."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from dedup.errors import UsageError
from dedup.read.ours import REPORT_BEGINS

_PART = re.compile(r"(find-)?(pairs|clusters|spun)-\d{4,}\.html")


class Folder:
    """A report under way: parts that will lie in a folder beside the page, if there are any.

    ``files`` and ``bytes`` count what was written.
    """

    def __init__(self, output: Path, unfinished: Path) -> None:
        self.output = output
        self.files = 0
        self.bytes = 0
        self._unfinished = unfinished

    @property
    def up(self) -> str:
        """The page, from a part."""
        return f"../{quote(self.output.name)}"

    def down(self, part: str) -> str:
        """A part, from the page."""
        return f"{quote(_folder_of(self.output).name)}/{part}"

    def write(self, part: str, page: str) -> None:
        self._unfinished.mkdir(exist_ok=True)
        self.bytes += (self._unfinished / part).write_bytes(page.encode())
        self.files += 1

    def finish(self, page: str, overwrite: bool) -> None:
        """Put the parts and the page in their places; of what was there nothing stays."""
        check(self.output, overwrite)
        parts, index = _folder_of(self.output), self._unfinished.with_name(f"{self._unfinished.name}.html")
        if parts.is_dir():
            shutil.rmtree(parts)
        if self.files:
            self._unfinished.rename(parts)
        try:
            self.bytes += index.write_bytes(page.encode())
            index.replace(self.output)
        finally:
            index.unlink(missing_ok=True)


@contextmanager
def new_folder(output: Path) -> Iterator[Folder]:
    """Where parts of a report are written; what isn't finished goes away."""
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        yield Folder(output, unfinished)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def check(output: Path, overwrite: bool) -> None:
    """UsageError if a report would take the place of something else, or has none.

    overwrite  the page may be something else; never the folder, which nobody named
    """
    folder = _folder_of(output)
    if output.is_dir():
        raise UsageError(f"{output} is a directory; -o names the page to write")
    if not output.parent.is_dir():
        raise UsageError(f"{output.parent} is no directory; make it first")
    if os.path.lexists(output) and not overwrite and not _is_ours(output):
        raise UsageError(f"{output} is no report; --overwrite replaces it")
    if os.path.lexists(folder) and not _holds_parts(folder):
        raise UsageError(f"{folder}, where pages of the report would go, holds something else; move it away")


def _folder_of(output: Path) -> Path:
    return output.with_name(f"{output.stem}-parts")


def _holds_parts(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    return all(_PART.fullmatch(part.name) and _is_ours(part) for part in folder.iterdir())


def _is_ours(page: Path) -> bool:
    try:
        with page.open("rb") as file:
            return file.read(len(REPORT_BEGINS)) == REPORT_BEGINS.encode()
    except OSError:
        return False
