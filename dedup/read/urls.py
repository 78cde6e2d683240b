"""Looking for files below a URL, through what knows it (``places.Cluster``)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from dedup.errors import UsageError
from dedup.places import Cluster, Entry
from dedup.read.formats import ZIP
from dedup.read.opening import MEGABYTE, Place
from dedup.read.ours import LEFT_OUT, is_results
from dedup.read.rows import Trouble, one_line
from dedup.read.search import Found, Wanted, refusal


class UrlSearch:
    """Looks below URLs; ``leave_out``: that of a folder that is not walked. Links are the file system's."""

    def __init__(self, wanted: Wanted, cluster: Cluster, leave_out: bytes | None) -> None:
        self._wanted = wanted
        self._cluster = cluster
        self._leave_out = leave_out

    def find(self, argument: int, url: str, name: bytes | None = None) -> Iterator[Found]:
        """All that is below a URL that the user named, or the file itself; ``name``: what it is shown as."""
        try:
            entry = self._cluster.look(url)
        except FileNotFoundError as error:
            raise UsageError(f"no such file or directory: {one_line(url)}") from error
        except OSError as error:
            raise UsageError(f"{one_line(url)}: {refusal(error).message}") from error
        if entry.is_directory:
            self._wanted.named.add(_place(entry).path)
            yield from self._walk(argument, entry, name or b"")
            return
        shown = name or _bytes(entry.name)
        if self._wanted.is_wanted(shown.decode()):
            yield from self._judge(Found(argument, shown, _place(entry), None), entry)

    def _walk(self, argument: int, root: Entry, shown: bytes) -> Iterator[Found]:
        below = [(b"", root)]
        while below:
            name, folder = below.pop()
            if _place(folder).path == self._leave_out:
                continue
            try:
                listed = list(self._cluster.entries(folder.url))
            except OSError as error:
                yield Found(argument, os.path.join(shown, name) or b".", _place(folder), refusal(error))
                continue
            names = {_bytes(entry.name) for entry in listed}
            if name and is_results(names, partial(self._begin, folder)):
                yield Found(argument, os.path.join(shown, name), _place(folder), LEFT_OUT)
                continue
            for entry in listed:
                path = os.path.join(name, _bytes(entry.name))
                found = Found(argument, os.path.join(shown, path), _place(entry), None)
                hidden = entry.name.startswith(".")
                if entry.is_directory:
                    if self._wanted.is_left_out(path.decode()):
                        continue
                    if hidden:
                        yield found._replace(trouble=Trouble("hidden", "a hidden directory"))
                    else:
                        below.append((path, entry))
                elif self._wanted.is_wanted(path.decode()):
                    if hidden:
                        message = "a hidden file; name it as a path to read it"
                        yield found._replace(trouble=Trouble("hidden", message))
                    else:
                        yield from self._judge(found, entry)

    def _begin(self, folder: Entry, path: str) -> str:
        """A file below a folder; empty if it can't be read."""
        try:
            return self._cluster.folder(f"{folder.url}/{path}").read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def _judge(self, found: Found, entry: Entry) -> Iterator[Found]:
        """What is to be done with a file. An archive is fetched, for the list of its members."""
        size, modified_ns = entry.status
        found = found._replace(size=size, modified_ns=modified_ns)
        if size > self._cluster.largest:
            message = f"a file of more than {self._cluster.largest // MEGABYTE} MB at a URL; cut it, or"
            message += " give executors more memory"
            yield found._replace(trouble=Trouble("too-large", message))
        elif found.name.lower().endswith(ZIP.encode()):
            with tempfile.TemporaryDirectory(prefix="dedup-") as folder:
                copy = Path(folder, "archive.zip")
                try:
                    self._cluster.fetch(entry.url, copy)
                except OSError as error:
                    yield found._replace(trouble=refusal(error))
                    return
                yield from self._wanted.judge(found, os.fsencode(copy))
        else:
            yield from self._wanted.judge(found, b"")


def _place(entry: Entry) -> Place:
    return Place(_bytes(entry.url))


def _bytes(text: str) -> bytes:
    return text.encode(errors="backslashreplace")
