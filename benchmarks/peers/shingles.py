"""What the peers' scripts share: the command line, reading, words, shingles, a join, writing.

Scripts of two sorts use it:

with_*.py   use a peer as its documentation shows, with its own index, threads and bulk calls, at its
            fastest settings. Peers that take tokens get the shingles of ``each_batch``: joined words,
            made in one process, as a program in Python does it.
tuned_*.py  show what a peer's kernel can do in somebody else's program. Most sketch sets of hashes:
            these get hashes that we made. Articles are read by as many processes as there are
            threads, and words and shingles are hashed in numpy, hundreds of articles at once. Bands
            are joined in numpy.

No candidates are dropped for signatures that agree on too few values: recall is greatest so.

Needs numpy and orjson only, for each peer has an environment of its own.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

SHINGLE = 5
PERMUTATIONS = 128

_BATCH = 1000  # articles: so many that threads are kept busy, so few that their shingles fit
_CHUNK = 1 << 18  # bytes: so few that numpy's temporary arrays stay in the processor's caches

# A word is a run of \w. In plain ASCII it takes a table and no regular expression to find it, and a
# fourth of the time.
_WORD = re.compile(r"\w+")
_ASCII = bytes(ord(chr(code).lower()) if _WORD.match(chr(code)) else 0 for code in range(128))
_TABLE = _ASCII + bytes(128)

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_FACTORS = [np.uint64(0xBF58476D1CE4E5B9 * 3**position % 2**64) for position in range(SHINGLE)]
_MIX = np.uint64(0xFF51AFD7ED558CCD)

Article = tuple[str, str]  # id, text
Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]  # rows of the one, rows of the other


class Arguments(NamedTuple):
    docs: Path
    pairs: Path
    threshold: float
    threads: int
    way: str
    shingle: int = SHINGLE
    band: int | None = None

    @property
    def rows(self) -> int:
        """Values a band, as given, or of the longest that find most pairs of less than the threshold already.

        4 for 0.5, where 32 bands find 87 % of the pairs of Jaccard 0.5, 99.98 % of those of 0.7 and
        0.3 % of those of 0.1.
        """
        if self.band is not None:
            return self.band
        lengths = (1, 2, 4, 8, 16, 32)
        return max(
            rows for rows in lengths if rows == 1 or (rows / PERMUTATIONS) ** (1 / rows) < self.threshold
        )

    @property
    def bands(self) -> int:
        """How many bands there are; they take all values but for a rest that makes no band."""
        return PERMUTATIONS // self.rows


class Shingled(NamedTuple):
    """Articles as hashes: ``hashes[first[i]:first[i + 1]]`` are those of the shingles of ``ids[i]``."""

    ids: list[str]
    hashes: NDArray[np.uint64]
    first: NDArray[np.uint64]

    def each(self) -> Iterator[NDArray[np.uint64]]:
        """The hashes of one article after the other."""
        return (self.hashes[start:stop] for start, stop in pairwise(self.first.tolist()))


def parse(description: str | None, ways: Sequence[str] = ("only",)) -> Arguments:
    """Read the command line; ``ways`` are those to use the peer that the script knows, fastest first."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("docs", type=Path, help="JSON lines with id and text")
    parser.add_argument("pairs", type=Path, help="where to write pairs, two ids a line")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--way", choices=ways, default=ways[0])
    parser.add_argument("--shingle", type=int, default=SHINGLE, help="words; tuned_*.py take the default")
    parser.add_argument("--band", type=int, help="values a band; by the threshold if not given")
    return Arguments(**vars(parser.parse_args()))


def each_article_batch(docs: Path) -> Iterator[list[Article]]:
    """The articles of a file in their order, so many at a time."""
    with docs.open("rb") as file:
        while lines := list(islice(file, _BATCH)):
            yield [(record["id"], record["text"]) for record in map(orjson.loads, lines)]


def each_batch(docs: Path, size: int = SHINGLE) -> Iterator[tuple[list[str], list[list[bytes]]]]:
    """Ids and shingles of articles, so many at a time; those that are shorter than one are left out."""
    for articles in each_article_batch(docs):
        sets = [(name, join_shingles(text, size)) for name, text in articles]
        yield [name for name, joined in sets if joined], [joined for _, joined in sets if joined]


def join_shingles(text: str, size: int = SHINGLE) -> list[bytes]:
    """The shingles of a text, ``size`` words each, a space between words, as UTF-8."""
    words = normalise(text).replace(b"\0", b" ").split()
    return list(map(b" ".join, zip(*(words[start:] for start in range(size)), strict=False)))


def each_chunk(
    docs: Path, work: Callable[[list[Article]], Any], threads: int, share: int = 0, shares: int = 1
) -> Iterator[Any]:
    """What ``work`` makes of each chunk of the file, or of a share of it, by so many processes, in order."""
    size = docs.stat().st_size
    chunks = [(docs, start, min(start + _CHUNK, size)) for start in range(0, size, _CHUNK)]
    chunks = chunks[len(chunks) * share // shares : len(chunks) * (share + 1) // shares]
    return run(functools.partial(_work_on, work), chunks, threads)


def run(work: Callable[[Any], Any], tasks: Sequence[Any], threads: int) -> Iterator[Any]:
    """What ``work`` makes of each task, in their order, by so many processes."""
    if threads == 1:
        yield from map(work, tasks)
        return
    with multiprocessing.get_context("fork").Pool(threads) as pool:
        yield from pool.imap(work, tasks)


def shingle(articles: Sequence[Article]) -> Shingled:
    """Hash the shingles of articles; those of fewer than five words have none and are left out."""
    texts = [normalise(text) for _, text in articles]
    buffer = np.frombuffer(b"\0%b\0" % b"\0".join(texts), np.uint8)
    begins = np.cumsum([1, *(len(text) + 1 for text in texts)])
    starts = np.flatnonzero((buffer[1:] != 0) & (buffer[:-1] == 0)) + 1
    # A word's hash is the polynomial of its bytes, wherever it stands; the zeros after it add nothing.
    powers, inverses = _powers(1 << len(buffer).bit_length())
    words = np.add.reduceat(buffer * powers[: len(buffer)], starts) * inverses[starts]
    words ^= words >> np.uint64(32)
    lengths = np.diff(np.searchsorted(starts, begins))
    ids = [name for (name, _), length in zip(articles, lengths.tolist(), strict=True) if length >= SHINGLE]
    return Shingled(ids, *_slide(words, lengths))


def normalise(text: str) -> bytes:
    """The words of a text in lower case as UTF-8, one or more zeros between them."""
    if text.isascii():
        return text.encode("ascii").translate(_TABLE)
    return "\0".join(_WORD.findall(text.lower())).encode("utf-8", "surrogatepass")


def all_signatures(
    docs: Path, sketch: Callable[[list[Article]], tuple[list[str], NDArray[Any]]], threads: int
) -> tuple[list[str], NDArray[Any]]:
    """The ids and signatures of all articles, by a ``sketch`` that gives those of a chunk."""
    parts = list(each_chunk(docs, sketch, threads))
    return [name for names, _ in parts for name in names], np.concatenate([matrix for _, matrix in parts])


def join_bands(signatures: NDArray[Any], rows: int) -> Pairs:
    """Pairs of rows of ``signatures`` (n x 128 integers) that agree on a band of so many values.

    one < other, each once.
    """
    count = max(1, len(signatures))
    found = [np.zeros(0, np.int64)]
    for start in range(0, PERMUTATIONS, rows):
        keys = np.zeros(len(signatures), np.uint64)
        for column in range(start, start + rows):  # two bands mixed alike by chance: one pair in 2**64
            keys += signatures[:, column].astype(np.uint64)
            keys *= _MIX
            keys ^= keys >> np.uint64(32)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        # Rows of one key stand together: neighbours, then those two apart, and so on.
        apart, near = 1, np.flatnonzero(keys[1:] == keys[:-1])
        while len(near):
            found.append(order[near] * count + order[near + apart])
            apart += 1
            near = near[near + apart < len(keys)]
            near = near[keys[near] == keys[near + apart]]
    one, other = np.divmod(np.unique(np.concatenate(found)), count)
    return one, other


def write(path: Path, ids: Sequence[str], one: Iterable[int], other: Iterable[int]) -> None:
    """Write pairs of rows as pairs of ids."""
    path.write_text("".join(f"{ids[a]} {ids[b]}\n" for a, b in zip(one, other, strict=True)), "utf-8")


def write_pairs(path: Path, ids: Sequence[str], pairs: Sequence[tuple[int, int]]) -> None:
    """Write pairs of rows as pairs of ids."""
    write(path, ids, [one for one, _ in pairs], [other for _, other in pairs])


def within_groups(groups: Iterable[Sequence[int]]) -> tuple[list[int], list[int]]:
    """All pairs of the members of each group, for peers that report groups only."""
    pairs = [(a, b) for rows in groups for at, a in enumerate(rows) for b in rows[at + 1 :]]
    return [a for a, _ in pairs], [b for _, b in pairs]


@functools.lru_cache(maxsize=2)
def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The powers of ``_BASE`` and of its inverse modulo 2**64, from the first on."""
    bases = (_BASE, pow(_BASE, -1, 2**64))
    powers, inverses = (np.cumprod(np.full(count, base, np.uint64), dtype=np.uint64) for base in bases)
    return powers, inverses


def _slide(
    words: NDArray[np.uint64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Shingle hashes of texts whose words stand behind one another, and where those of each begin."""
    hashes = np.zeros(max(0, len(words) - SHINGLE + 1), np.uint64)
    for position, factor in enumerate(_FACTORS):
        hashes += words[position : position + len(hashes)] * factor
    hashes ^= hashes >> np.uint64(32)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    # A shingle that begins in the last four words of a text would reach into the next one.
    inside = np.ones(len(words), bool)
    stops = np.cumsum(lengths)
    for back in range(1, SHINGLE):
        inside[(stops - back)[lengths >= back]] = False
    first = np.cumsum(np.concatenate([[0], lengths[lengths >= SHINGLE] - SHINGLE + 1]))
    return hashes[inside[: len(hashes)]], first.astype(np.uint64)


def _work_on(work: Callable[[list[Article]], Any], chunk: tuple[Path, int, int]) -> Any:
    """Do the work on the articles of the lines that begin in a range of bytes."""
    docs, start, stop = chunk
    with docs.open("rb") as file:
        if start:
            file.seek(start - 1)
            file.readline()
        size = stop - file.tell()
        lines = file.readlines(size) if size > 0 else []
    records = map(orjson.loads, lines)
    return work([(record["id"], record["text"]) for record in records])
