"""The file systems that Spark's Hadoop knows, asked through the driver's Java.

So schemes and credentials are those of Spark's own configuration. A URL is what Hadoop takes it for:
nothing in it is escaped.
"""

from __future__ import annotations

import fnmatch
import functools
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dedup.engine.cluster_session import open_session
from dedup.errors import UsageError
from dedup.options import Options
from dedup.places import Cluster, Entry, Status, is_url, spelt, url_refused

_MOST_BYTES = 2**31 - 2**16  # of a row of Spark's, which a file is
_COPIES = 8  # of a file, for which Java has to have room meanwhile
_PASSWORD = re.compile(r"[^:/]+://[^/@]*:[^/]*@")
_ERRORS = {
    "FileNotFoundException": FileNotFoundError,
    "FileAlreadyExistsException": FileExistsError,
    "AccessControlException": PermissionError,
}


@contextmanager
def reach(paths: Sequence[str | bytes | os.PathLike[str]], options: Options) -> Iterator[Cluster | None]:
    """What knows the URLs among paths; null if there are none.

    ``UsageError``: another engine than Spark, or a password in a URL.
    """
    urls = [os.fsdecode(path) for path in paths if is_url(path)]
    if not urls:
        yield None
        return
    if any(map(_PASSWORD.match, urls)):
        raise UsageError(
            "a URL has a password in it, which RESULTS would keep; tell it to Spark instead (spark.hadoop.*)"
        )
    if options.engine != "spark":
        raise url_refused(urls[0])
    with open_session(options) as spark:
        yield Hadoop(spark)


class Hadoop:
    """The cluster of a session of Spark."""

    def __init__(self, spark: Any) -> None:
        self._java = spark.sparkContext._jvm
        self._conf = spark.sparkContext._jsc.hadoopConfiguration()
        most = int(spark.conf.get("spark.sql.sources.binaryFile.maxLength"))
        self.largest = min(most, _MOST_BYTES, _heap_of_a_task(spark.sparkContext) // _COPIES)

    def folder(self, url: str) -> HadoopFolder:
        return HadoopFolder(self, spelt(self.look_for(url).toString()))

    def look_for(self, url: str) -> Any:
        """The whole path of a URL. ``UsageError``: no file system answers for it."""
        try:
            with _errors():
                path = self.path(url)
                return self.system(path).makeQualified(path)
        except OSError as error:
            raise UsageError(f"{url}: {error.strerror}") from error

    def path(self, url: str) -> Any:
        return self._java.org.apache.hadoop.fs.Path(url)

    def system(self, path: Any) -> Any:
        """The file system of a path."""
        return path.getFileSystem(self._conf)

    def look(self, url: str) -> Entry:
        path = self.look_for(url)
        with _errors():
            return _entry(self.system(path).getFileStatus(path))

    def entries(self, url: str) -> Iterator[Entry]:
        path = self.path(url)
        with _errors():
            statuses = self.system(path).listStatus(path)
        for status in statuses:
            yield _entry(status)

    def fetch(self, url: str, path: Path) -> None:
        source = self.path(url)
        with _errors():
            # Not through Java's own view of local folders, which would lay a sum beside the file.
            self.system(source).copyToLocalFile(False, source, self.path(f"file://{path.absolute()}"), True)


def _heap_of_a_task(context: Any) -> int:
    """Bytes of Java's heap that a task has, if all of an executor's cores are at work."""
    if context.master.startswith("local") and not context.master.startswith("local-cluster"):
        heap = context._jvm.java.lang.Runtime.getRuntime().maxMemory()
    else:
        heap = context._jsc.sc().executorMemory() * 2**20
    return int(heap) // int(context.getConf().get("spark.executor.cores", "1"))


def _entry(status: Any) -> Entry:
    path = status.getPath()
    facts = Status(status.getLen(), status.getModificationTime() * 1_000_000)
    return Entry(spelt(path.toString()), path.getName(), status.isDirectory(), facts)


@functools.total_ordering
class HadoopFolder:
    """A folder or a file at a URL; see ``places.UrlFolder``."""

    def __init__(self, hadoop: Hadoop, url: str) -> None:
        self._hadoop = hadoop
        self._url = url
        self._path = hadoop.path(url)

    def __str__(self) -> str:
        return self._url

    def __truediv__(self, name: str) -> HadoopFolder:
        return HadoopFolder(self._hadoop, f"{self._url.rstrip('/')}/{name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HadoopFolder) and self._url == other._url

    def __hash__(self) -> int:
        return hash(self._url)

    def __lt__(self, other: HadoopFolder) -> bool:
        return self._url < other._url

    @property
    def name(self) -> str:
        return str(self._path.getName())

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix

    @property
    def parent(self) -> HadoopFolder:
        return HadoopFolder(self._hadoop, spelt(self._path.getParent().toString()))

    @property
    def _system(self) -> Any:
        return self._hadoop.system(self._path)

    def exists(self) -> bool:
        with _errors():
            return bool(self._system.exists(self._path))

    def _look(self) -> Entry | None:
        try:
            return self._hadoop.look(self._url)
        except FileNotFoundError:
            return None

    def is_dir(self) -> bool:
        entry = self._look()
        return entry is not None and entry.is_directory

    def is_file(self) -> bool:
        entry = self._look()
        return entry is not None and not entry.is_directory

    def stat(self) -> Status:
        return self._hadoop.look(self._url).status

    def iterdir(self) -> Iterator[HadoopFolder]:
        for entry in self._hadoop.entries(self._url):
            yield HadoopFolder(self._hadoop, entry.url)

    def glob(self, pattern: str) -> Iterator[HadoopFolder]:
        try:
            found = [one for one in self.iterdir() if fnmatch.fnmatchcase(one.name, pattern)]
        except FileNotFoundError:
            return
        yield from found

    def mkdir(self, *, parents: bool = True, exist_ok: bool = False) -> None:
        with _errors():
            self._system.mkdirs(self._path)

    def rmdir(self) -> None:
        with _errors():
            self._system.delete(self._path, False)

    def unlink(self, missing_ok: bool = False) -> None:
        with _errors():
            self._system.delete(self._path, False)

    def remove(self) -> None:
        with _errors():
            self._system.delete(self._path, True)

    def replace(self, target: HadoopFolder) -> HadoopFolder:
        """Not in one step: Hadoop renames to no name that is taken."""
        with _errors():
            self._system.delete(target._path, False)
            if not self._system.rename(self._path, target._path):
                raise OSError(None, f"{self._url} can't be renamed to {target._url}")
        return target

    def read_text(self, encoding: str) -> str:
        with _errors():
            stream = self._system.open(self._path)
            try:
                return bytes(stream.readAllBytes()).decode(encoding)
            finally:
                stream.close()

    def write_text(self, data: str, encoding: str) -> int:
        return self.write_bytes(data.encode(encoding))

    def write_bytes(self, data: bytes) -> int:
        return self._write(data, True)

    def create(self, text: str) -> None:
        self._write(text.encode(), False)

    def _write(self, data: bytes, overwrite: bool) -> int:
        with _errors():
            stream = self._system.create(self._path, overwrite)
            try:
                stream.write(bytearray(data))
            finally:
                stream.close()
        return len(data)


@contextmanager
def _errors() -> Iterator[None]:
    """Raise OSError for what Java's file systems refuse, with what they say of it first."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except Py4JJavaError as error:
        thrown = error.java_exception
        kind = thrown.getClass().getSimpleName()
        said = " ".join((thrown.getMessage() or kind).split("\n")[0].split())
        raise _ERRORS.get(kind, OSError)(None, said) from error
    except PySparkException as error:  # which is what some are made into
        raise OSError(None, str(error).split("\n")[0]) from error
