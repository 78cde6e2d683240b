"""Judge a scan of hostile inputs by the manifest that was written with them.

    python tests/hostile.py OUT RESULTS [--alone RESULTS2] [--output FILE]... [--root]
    python tests/hostile.py --copy-healthy OUT TARGET

OUT holds ``tree`` (the folder that was scanned into RESULTS), ``manifest.jsonl`` (an object
an input: what is expected of it) and ``truth.jsonl`` (healthy articles in a few groups, which
must be found all the same). Every input is listed with what was expected and found; what is
wrong comes again in full at the end. RESULTS2 is a scan of the healthy inputs alone, which
the second form copies to TARGET. FILE is what a command printed. Exit status 1: something is
wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow.compute as pc
from hostile_tables import Row, Scan, one_of

READ, SKIPPED = "read", "skipped-with-reason"  # and error-row, which is a row of skipped, too
BY_PARENT = {"permission-dir", "path-over-PATH_MAX", "symlink-dir-loop", "symlink-outside"}
DAMAGE = {"truncated", "corrupt", "unreadable", "encoding"}  # reasons
LATER = "library-rewritten"  # a rewording, which is not expected to be found yet
CANARY = "DEDUP_CANARY"
OUTSIDE = [Path("/tmp"), Path("/etc")]  # noqa: S108  where inputs try to make files
# Controls but tab and newline, bytes that are C1 controls, and what turns the direction of text.
RAW = re.compile("[\0-\b\v-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\udc80-\udc9f]")


class Judged(NamedTuple):
    """What is said of one thing; ``faults``: what is wrong; ``more``: what helps to understand that."""

    what: str
    expected: str
    found: str
    faults: Sequence[str] = ()
    more: Sequence[str] = ()
    instead: str = ""  # of a verdict

    @property
    def verdict(self) -> str:
        return self.instead or ("WRONG" if self.faults else "OK")


def path_of(row: Row) -> str:
    """The path of an input as tables show it."""
    return bytes.fromhex(row["path_hex"]).decode(errors="backslashreplace")


def named(row: Row) -> str:
    record = row.get("record")
    return path_of(row) if record is None else f"{path_of(row)} record {record}"


# ------------------------------------------------------------------ inputs


def judge_input(entry: Row, scan: Scan, root: bool) -> Judged:
    """One object of the manifest."""
    path = path_of(entry)
    expected = " or ".join(dict.fromkeys([entry["expected"], *entry.get("also_ok", ())]))
    more = [f"kind: {entry['kind']}", f"note: {entry['note']}"]
    if root and entry.get("needs_nonroot"):
        return Judged(path, expected, "root may read it", instead="not judged")
    if entry.get("record") is not None:
        found = scan.find(path, entry["record"])
        faults = [] if found else ["no article is this record"]
        return Judged(named(entry), expected, "read" if found else "nothing", faults, more)
    articles, skips = scan.count(path), scan.skips(path, entry["kind"] in BY_PARENT)
    faults = [*outcome_faults(entry, articles, skips), *other_faults(entry, scan)]
    if "rows_ok" in entry:
        expected += f" with {entry['rows_ok']} read"
    reasons = Counter(row["reason"] for row in skips)
    why = ", ".join(f"{count} skipped: {reason}" for reason, count in reasons.items()) or "0 skipped"
    more += [f"skipped: {row['path']} record {row['record']}: {row['message']}" for row in skips[:3]]
    return Judged(path, expected, f"{articles} read, {why}", faults, more)


def outcome_faults(entry: Row, articles: int, skips: Sequence[Row]) -> Iterator[str]:
    """Whether an input was read, skipped or both as the manifest allows it."""
    allowed = {entry["expected"], *entry.get("also_ok", ())}
    if not articles and not skips and entry["kind"] != "empty-dir":
        yield "no row of any table names it"
    if articles and not skips and READ not in allowed:
        yield "it was read without a row of skipped"
    if articles and skips and allowed == {SKIPPED}:
        yield "it was read as well"
    if skips and allowed == {READ} and not (articles and are_sound(entry, skips)):
        yield "it has rows of skipped" if articles else "it was skipped"
    if articles < entry.get("rows_ok", 0):
        yield f"{articles} of at least {entry['rows_ok']} good records were read"


def are_sound(entry: Row, skips: Sequence[Row]) -> bool:
    """Whether rows of skipped may be records of a web archive that are sound and no articles."""
    archive = re.search(r"\.w?arc(\.|$)", path_of(entry))
    return archive is not None and DAMAGE.isdisjoint(row["reason"] for row in skips)


def other_faults(entry: Row, scan: Scan) -> Iterator[str]:
    """What must not happen to an input, whether it was read or not."""
    path = path_of(entry)
    if entry.get("must_not_pair"):
        for name in scan.grouped(scan.names(path))[:3]:
            yield f"it must not be grouped with anything, and this article is: {name}"
    if entry["kind"] == "xml-entity-attack":
        host = Path("/etc/hostname")
        secret = host.read_text().strip() if host.exists() else ""
        word = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
        rows = scan.rows("articles", pc.field("path") == path, ["text"])
        if secret and any(word.search(row["text"] or "") for row in rows):
            yield f"its text holds the content of {host}"


def judge_clusters(manifest: Sequence[Row], truth: Sequence[Row], scan: Scan) -> Iterator[Judged]:
    """Inputs that belong together on purpose."""
    families: dict[str, list[str]] = defaultdict(list)
    for entry in manifest:
        if "cluster" in entry:
            families[f"cluster {entry['cluster']}"] += scan.names(path_of(entry))[:1]
        if "group_hint" in entry:
            group = [scan.find(path_of(row), row["record"]) for row in truth_of(truth, entry["group_hint"])]
            family = families[f"{named(entry)} with group {entry['group_hint']}"]
            family += [*scan.names(path_of(entry))[:1], *filter(None, group[:1])]
    for what, names in families.items():
        if len(names) < 2:
            yield Judged(what, "together", f"{len(names)} read", instead="not judged")
            continue
        faults = [] if scan.together(names) else ["they are not joined"]
        yield Judged(what, "together", "apart" if faults else "together", faults, names)


def truth_of(truth: Sequence[Row], group: str) -> list[Row]:
    return [row for row in truth if row["group"] == group]


# ------------------------------------------------------------------ healthy articles


def judge_healthy(truth: Sequence[Row], scan: Scan) -> Iterator[Judged]:
    """Each group of healthy articles is one cluster, and no two groups are the same one."""
    homes: dict[str, int | None] = {}  # of each group: the cluster that most of it are in
    articles = {named(row): scan.find(path_of(row), row["record"]) for row in truth}
    clusters = {what: scan.cluster.get(article or "") for what, article in articles.items()}
    for group in sorted({row["group"] for row in truth}):
        found = Counter(clusters[named(row)] for row in truth_of(truth, group))
        del found[None]
        homes[group] = found.most_common(1)[0][0] if found else None
    for row in truth:
        what, home, cluster = named(row), homes[row["group"]], clusters[named(row)]
        faults = [] if articles[what] else ["it was not read"]
        if articles[what] and (cluster is None or cluster != home):
            faults.append(f"most of its group are in cluster {home}")
        if cluster is not None:
            others = [group for group in homes if group != row["group"] and homes[group] == cluster]
            faults += [f"most of group {group} are in it too" for group in others]
        later = "later" if LATER in what and articles[what] and cluster is None else ""
        where = "no cluster" if cluster is None else f"cluster {cluster}"
        yield Judged(f"healthy {row['group']}: {what}", "a cluster a group", where, faults, instead=later)


def judge_alone(truth: Sequence[Row], scan: Scan, alone: Scan) -> Iterator[Judged]:
    """Healthy articles have the rows that they have without hostile inputs beside them."""
    for table, keys in (("articles", ("article",)), ("pairs", ("left", "right"))):
        here, there = (rows_among(truth, one, table, keys) for one in (scan, alone))
        for key in sorted(here.keys() | there.keys()):
            ours, theirs = here.get(key, {}), there.get(key, {})
            differ = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
            found = f"other: {', '.join(differ)}" if ours and theirs else "in one of the two scans only"
            faults = [found] if differ else []
            yield Judged(
                f"alone: {table} {' + '.join(key)}", "the same", found if differ else "the same", faults
            )


def rows_among(
    truth: Sequence[Row], scan: Scan, table: str, keys: Sequence[str]
) -> dict[tuple[str, ...], Row]:
    """Rows whose ends are all healthy articles, without the number that pairs have."""
    found = [scan.find(path_of(row), row["record"]) for row in truth]
    names = {name for name in found if name is not None}
    rows = scan.rows(table, one_of(keys[0], names))
    kept = {tuple(row.pop(key) for key in keys): row for row in ({**row, "pair": None} for row in rows)}
    return {key: row for key, row in kept.items() if names.issuperset(key)}


# ------------------------------------------------------------------ outputs


def judge_output(file: Path) -> Judged:
    """What a command printed holds nothing that a terminal obeys."""
    text = file.read_bytes().decode("utf-8", "surrogateescape")
    marks = Counter(match[0] for match in RAW.finditer(text))
    faults = [f"{count} times {mark!a}" for mark, count in marks.items()]
    return Judged(f"output {file}", "no controls", f"{marks.total()} of them", faults)


def judge_strays(roots: Iterable[Path], manifest: Sequence[Row]) -> Judged:
    """No input has made a file; inputs that are called so themselves don't count."""
    known = {os.fsdecode(os.path.basename(bytes.fromhex(entry["path_hex"]))) for entry in manifest}
    places = sorted({os.path.realpath(root) for root in roots})
    strays = {
        os.path.join(place, name)
        for root in places
        for place, folders, files in os.walk(root)
        for name in (*folders, *files)
        if CANARY in name and name not in known
    }
    faults = [f"there is {stray}" for stray in sorted(strays)]
    return Judged(f"files named {CANARY} in {', '.join(places)}", "none", f"{len(strays)}", faults)


# ------------------------------------------------------------------ the program


def main() -> int:
    options = parse()
    truth = read_lines(options.out / "truth.jsonl")
    if options.copy_healthy:
        copy_healthy(options.out / "tree", truth, options.results)
        return 0
    return report(list(judge(options, read_lines(options.out / "manifest.jsonl"), truth)))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("results", type=Path, metavar="RESULTS", help="or TARGET")
    parser.add_argument("--copy-healthy", action="store_true", help="copy the healthy inputs to TARGET")
    parser.add_argument("--alone", type=Path, metavar="RESULTS2", help="a scan of the healthy inputs alone")
    parser.add_argument("--output", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--root", action="store_true", help="the scan was run as root: nothing was closed")
    parser.add_argument("--look", type=Path, action="append", metavar="DIR", help="for files; /tmp and /etc")
    return parser.parse_args()


def judge(options: argparse.Namespace, manifest: list[Row], truth: list[Row]) -> Iterator[Judged]:
    """Everything, in the order in which it is listed."""
    keys = ("must_not_pair", "cluster", "group", "group_hint")
    paths = {path_of(row) for row in (*truth, *manifest) if any(row.get(key) for key in keys)}
    scan = Scan(options.results, paths)
    yield from (judge_input(entry, scan, options.root) for entry in manifest)
    yield from judge_clusters(manifest, truth, scan)
    yield from judge_healthy(truth, scan)
    if options.alone is not None:
        yield from judge_alone(truth, scan, Scan(options.alone, paths))
    yield from (judge_output(file) for file in options.output)
    look = options.look or OUTSIDE
    yield judge_strays([Path.cwd(), options.out.resolve().parent, options.results, *look], manifest)


def report(judged: Sequence[Judged]) -> int:
    """List all, then what is wrong in full; the exit status."""
    for one in judged:
        what = one.what if len(one.what) <= 120 else f"{one.what[:80]}...{one.what[-37:]}"
        print(f"{one.verdict:10}  {shown(what)}  expected: {shown(one.expected)}  found: {shown(one.found)}")
    for one in judged:
        if one.verdict == "WRONG":
            lines = (f"expected: {one.expected}", f"found: {one.found}", *one.faults, *one.more)
            print(f"\nWRONG {shown(one.what)}", *map(shown, lines), sep="\n  ")
    counts = Counter(one.verdict for one in judged)
    print(f"\n{len(judged)} judged: {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}")
    return 1 if counts["WRONG"] else 0


def shown(text: str) -> str:
    """On one line, in ASCII, with nothing in it that a terminal obeys."""
    return "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode() for c in text)


def read_lines(file: Path) -> list[Row]:
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


def copy_healthy(tree: Path, truth: Sequence[Row], target: Path) -> None:
    """The files that hold healthy articles, under the same relative paths."""
    for name in {os.fsdecode(bytes.fromhex(row["path_hex"])) for row in truth}:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(tree / name, target / name)


if __name__ == "__main__":
    sys.exit(main())
