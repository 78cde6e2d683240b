"""Count what a scanned folder holds, by other means than the scan, and compare.

    python tests/count.py TREE RESULTS

A file of one article holds one record, JSONL its lines that aren't blank, a JSON array its
elements, CSV and TSV their rows, Parquet and Arrow theirs, WARC its responses, resources, conversions
and revisits, ARC what follows its first block, a zip file what its members hold. A link, a
hidden entry, one that is no regular file, a directory that can't be listed and RESULTS of another
scan are one each.

A file that has not as many rows in ``articles`` and ``skipped`` is listed: as *damaged* if the
counter found a damage, as *whole* if one row says why all of it, or all of its directory,
was left out, else as WRONG. Run it with the rights that the scan had. Exit status 1: something
is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
from count_formats import Count, count_records, kind_of

WHOLE = {"format", "no-text", "too-large"}  # reasons to leave out a sound file
BROKEN = {"bomb", "corrupt", "truncated"}  # damage that the scan alone may see: one row more, or an end


class Rows(NamedTuple):
    """Rows of the tables by path, and the reason where one row leaves out all that is at a path."""

    by_path: Counter[str]
    whole: dict[str, str]
    broken: dict[str, str]  # the reason of damage, if one is told
    articles: int
    skipped: int


class Difference(NamedTuple):
    verdict: str
    path: str
    counted: int
    rows: int
    why: str


# ------------------------------------------------------------------ both counts


def count_tree(root: bytes, leave_out: bytes) -> Iterator[tuple[str, Count]]:
    """Each entry but directories that can be listed, by its path as tables show it."""
    below = [b""]
    while below:
        folder = below.pop()
        try:
            entries = list(os.scandir(os.path.join(root, folder)))
        except OSError as error:
            yield show(folder or b"."), Count(1, f"not listed: {error.strerror}")
            continue
        if folder and is_results(Path(os.fsdecode(os.path.join(root, folder)))):
            yield show(folder), Count(1)
            continue
        for entry in entries:
            name = os.path.join(folder, entry.name)
            if entry.name.startswith(b"."):
                yield show(name), Count(1)
            elif entry.is_dir(follow_symlinks=False):
                below += [name] if entry.path != leave_out else []
            elif entry.is_file(follow_symlinks=False):
                yield show(name), count_file(entry.path, show(entry.name))
            else:
                yield show(name), Count(1)


def is_results(folder: Path) -> bool:
    """Whether a folder is of a scan, by what its report or its note says."""
    try:
        if (folder / "run.json").is_file():
            return "layout" in json.loads((folder / "run.json").read_text("utf-8"))["dedup"]
        return "layout" in json.loads((folder / ".work" / "identity.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def count_file(place: bytes, name: str) -> Count:
    if kind_of(name)[0] is None:
        return Count(1)
    try:
        with open(place, "rb", buffering=0) as file:
            return count_records(name, file, os.path.getsize(place))
    except OSError as error:
        return Count(1, f"not opened: {error.strerror}")


def show(name: bytes) -> str:
    return name.decode(errors="backslashreplace")


def read_rows(results: Path) -> Rows:
    by_path: Counter[str] = Counter()
    sizes = []
    for table in ("articles", "skipped"):
        paths = pq.read_table(results / table, columns=["path"])["path"]
        by_path.update({row["values"]: row["counts"] for row in paths.value_counts().to_pylist()})
        sizes.append(len(paths))
    skipped = pq.read_table(results / "skipped", columns=["path", "record", "reason"]).to_pylist()
    alone = (row for row in skipped if row["record"] is None and by_path[row["path"]] == 1)
    broken = {row["path"]: row["reason"] for row in skipped if row["reason"] in BROKEN}
    return Rows(by_path, {row["path"]: row["reason"] for row in alone}, broken, *sizes)


# ------------------------------------------------------------------ comparison


def compare(counted: dict[str, Count], rows: Rows) -> Iterator[Difference]:
    """Where the two differ, by path."""
    found: Counter[str] = Counter()
    for path, number in rows.by_path.items():
        found[home_of(path, counted)] += number
    stray = found.keys() - counted.keys()
    covering = {path for path in stray if path in rows.whole and any(is_above(path, own) for own in counted)}
    for path, (records, damage) in sorted(counted.items()):
        number = found[path]
        above = next((folder for folder in covering if is_above(folder, path)), None)
        reason = rows.whole.get(path, "")
        if number == records and (number or not damage):
            continue
        if number and damage:
            yield Difference("damaged", path, records, number, damage)
        elif number == 1 and (reason in WHOLE or (reason and not records)):
            yield Difference("whole", path, records, number, reason)
        elif rows.broken.get(path) == "bomb" or (path in rows.broken and number == records + 1):
            yield Difference("damaged", path, records, number, f"the scan says {rows.broken[path]}")
        elif not number and above is not None:
            yield Difference("whole", path, records, number, f"{above}: {rows.whole[above]}")
        else:
            yield Difference("WRONG", path, records, number, damage or reason)
    for path in sorted(stray - covering):
        yield Difference("WRONG", path, 0, found[path], "there is no such file")


def home_of(path: str, counted: dict[str, Count]) -> str:
    """The file that a row belongs to: that of its path, or the archive that the path is in."""
    home = path
    while home and home not in counted:
        home = home.rpartition("/")[0]
    return home or path


def is_above(folder: str, path: str) -> bool:
    return folder == "." or path.startswith(folder + "/")


def compare_sums(counted: int, rows: Rows, counts: dict[str, int]) -> Iterator[str]:
    """The sums as a line; and what is wrong with those that ``run.json`` holds."""
    yield f"counted {counted}; rows: {rows.articles} articles + {rows.skipped} skipped"
    if counts["records"] != counts["articles"] + counts["skipped"]:
        yield "WRONG    run.json: records are not articles + skipped"
    if (counts["articles"], counts["skipped"]) != (rows.articles, rows.skipped):
        yield f"WRONG    run.json: {counts['articles']} articles + {counts['skipped']} skipped"


# ------------------------------------------------------------------ the program


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tree", type=Path, metavar="TREE")
    parser.add_argument("results", type=Path, metavar="RESULTS")
    options = parser.parse_args()
    root, leave_out = (os.fsencode(os.path.realpath(path)) for path in (options.tree, options.results))
    counted = dict(count_tree(root, leave_out))
    rows = read_rows(options.results)
    counts = json.loads((options.results / "run.json").read_text("utf-8"))["counts"]
    differences = sorted(compare(counted, rows), key=lambda one: (one.verdict == "WRONG", one.verdict))
    lines = [describe(one) for one in differences]
    lines += compare_sums(sum(count.records for count in counted.values()), rows, counts)
    print(*lines, sep="\n")
    wrong = sum(line.startswith("WRONG") for line in lines)
    print(f"{len(counted)} files and other entries, {len(differences)} differ, {wrong} wrong")
    return 1 if wrong else 0


def describe(one: Difference) -> str:
    """On one line, in ASCII."""
    line = f"{one.verdict:8} {one.path}  counted {one.counted}, rows {one.rows}  {one.why}"
    return "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode() for c in line)


if __name__ == "__main__":
    sys.exit(main())
