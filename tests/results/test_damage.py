"""RESULTS that are damaged: every command says so in a line, and the scan replaces them, and nothing else."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from view.builder import make_results

import dedup
from dedup import Results
from dedup.errors import DedupError, UsageError
from dedup.results.damage import holds_tables
from dedup.schema import RESULT_TABLES

if TYPE_CHECKING:
    from conftest import Program, Scrape

TABLES = [table.name for table in RESULT_TABLES]
JUDGED = "# mine\na\tb\tno\n"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def part_of(results: Path, table: str) -> Path:
    return results / table / "part-000000.parquet"


def spoil(path: Path) -> None:
    """Zeros for the pages of a part, whose footer stays."""
    data = bytearray(path.read_bytes())
    length = int.from_bytes(data[-8:-4], "little")
    data[4 : -8 - length] = bytes(len(data) - 12 - length)
    path.write_bytes(data)


def everything(results: Results) -> dict[str, list[dict[str, Any]]]:
    return {name: list(results.rows(name)) for name in TABLES}


@pytest.fixture
def copies(scrape: Scrape) -> Results:
    """Finished RESULTS with a pair."""
    for name in "ab":
        scrape.write(f"{name}.txt", scrape.story(1) + scrape.story(ord(name), 12))
    return scrape.scan()


@pytest.mark.parametrize("damage", ["lost", "empty", "cut", "of another shape"])
def test_results_without_their_report_are_replaced_with_overwrite_alone(
    scrape: Scrape, copies: Results, damage: str
) -> None:
    before, report = everything(copies), copies.path / "run.json"
    if damage == "cut":
        cut(report)
    elif damage == "lost":
        report.unlink()
    else:
        report.write_text("" if damage == "empty" else "[]")
    (copies.path / "judged.tsv").write_text(JUDGED)
    with pytest.raises(UsageError, match=r"its run\.json is lost or cut; --overwrite replaces it"):
        scrape.scan()
    assert everything(scrape.scan(overwrite=True)) == before
    assert (copies.path / "judged.tsv").read_text() == JUDGED


@pytest.mark.parametrize("harm", [cut, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("overwrite", [False, True])
def test_results_with_a_damaged_part_are_never_up_to_date(
    scrape: Scrape, copies: Results, caplog: pytest.LogCaptureFixture, harm: Any, overwrite: bool
) -> None:
    before = everything(copies)
    harm(part_of(copies.path, "pairs"))
    with caplog.at_level(logging.WARNING, "dedup"):
        assert everything(scrape.scan(overwrite=overwrite)) == before
    [line] = caplog.messages
    assert "is damaged, and is made anew: its table pairs" in line
    assert dedup.scan([scrape.inputs], copies.path, dedup.Options(jobs=1, overwrite=True)).up_to_date


def test_overwrite_reads_every_row_and_else_they_are_counted(scrape: Scrape, copies: Results) -> None:
    before = everything(copies)
    spoil(part_of(copies.path, "articles"))
    assert dedup.scan([scrape.inputs], copies.path, dedup.Options(jobs=1)).up_to_date
    assert everything(scrape.scan(overwrite=True)) == before
    pq.write_table(pq.read_table(part_of(copies.path, "pairs")).slice(0, 0), part_of(copies.path, "pairs"))
    assert everything(scrape.scan()) == before


# ------------------------------------------------------------------ whose a folder is


def test_tables_are_known_by_what_they_say(tmp_path: Path) -> None:
    home = make_results(tmp_path / "r")
    (home / "run.json").unlink()
    assert holds_tables(home)
    for name in ("judged.tsv", "run.json"):
        (home / name).write_text("")
    for name in (".work", "index", "sketches"):
        (home / name).mkdir()
    assert holds_tables(home)
    for name in TABLES[1:]:
        cut(part_of(home, name))
    assert holds_tables(home)
    cut(part_of(home, TABLES[0]))
    assert not holds_tables(home)  # nothing says whose they are


def _add_file(home: Path) -> None:
    (home / "notes.txt").write_text("mine")


def _add_folder(home: Path) -> None:
    (home / "pages").mkdir()


def _add_beside_parts(home: Path) -> None:
    (home / "articles" / "notes.txt").write_text("mine")


def _add_own_part(home: Path) -> None:
    pq.write_table(pa.table({"text": ["mine"]}), home / "articles" / "part-000001.parquet")


def _link_table(home: Path) -> None:
    (home / "articles").rename(home.parent / "elsewhere")
    (home / "articles").symlink_to(home.parent / "elsewhere")


def _other_tables(home: Path) -> None:
    for name in TABLES:
        pq.write_table(pa.table({"text": ["mine"]}), part_of(home, name))


def _lack_table(home: Path) -> None:
    shutil.rmtree(home / "spun")


@pytest.mark.parametrize(
    "change",
    [_add_file, _add_folder, _add_beside_parts, _add_own_part, _link_table, _other_tables, _lack_table],
)
def test_a_folder_that_may_be_a_strangers_is_left_as_it_is(scrape: Scrape, change: Any) -> None:
    scrape.write("a.txt", scrape.story(1))
    home = make_results(scrape.results)
    (home / "run.json").unlink()
    change(home)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="is not a RESULTS directory"):
        scrape.scan(overwrite=True)
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


# ------------------------------------------------------------------ what reads them

READERS = [
    ("show", "R"), ("show", "R", "pairs"), ("show", "R", "articles", "--json"), ("diff", "R", "1"),
    ("explain", "R", "1"), ("apply", "R"), ("apply", "R", "--write-kept", "kept.jsonl"),
    ("report", "R", "-o", "page.html"), ("tune", "R"), ("tune", "R", "--threshold", "0.6", "-o", "other"),
]  # fmt: skip


@pytest.mark.parametrize("damage", ["report lost", "report cut", "part cut", "part gone", "pages spoilt"])
def test_commands_say_in_a_line_what_is_damaged(
    copies: Results, program: Program, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.chdir(copies.path.parent)
    what, how = damage.split()
    harm: Any = {"lost": Path.unlink, "gone": Path.unlink, "cut": cut, "spoilt": spoil}[how]
    parts = [part_of(copies.path, name) for name in ("articles", "pairs")]
    for path in [copies.path / "run.json"] if what == "report" else parts:
        harm(path)
    for command, _, *more in READERS:
        out, err = program(command, copies.path, *more, status=3)
        assert not out
        assert err.count("\n") == 1, err
        assert " is damaged: its " in err
        assert err.endswith("; scan again with --overwrite\n")
    assert sorted(path.name for path in copies.path.parent.iterdir()) == ["inputs", "results"]


def test_spoilt_texts_and_alignments_are_damage_too(
    copies: Results, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copies.path.parent)
    for table, column in (("articles", "text"), ("pairs", "spans")):
        path = part_of(copies.path, table)
        group = pq.read_metadata(path).row_group(0)
        chunks = [group.column(number) for number in range(group.num_columns)]
        data = bytearray(path.read_bytes())
        for chunk in chunks:
            if chunk.path_in_schema.split(".")[0] == column:
                start = chunk.dictionary_page_offset or chunk.data_page_offset
                data[start : start + chunk.total_compressed_size] = bytes(chunk.total_compressed_size)
        path.write_bytes(data)
    for command, table in (
        (("apply", copies.path, "--write-kept", "kept.jsonl"), "articles"),
        (("tune", copies.path, "--threshold", "0.6", "-o", "other"), "pairs"),
        (("diff", copies.path, "1"), "pairs"),
    ):
        _, err = program(*command, status=3)
        assert f"is damaged: its table {table} can't be read" in err
        assert err.count("\n") == 1
    assert sorted(path.name for path in copies.path.parent.iterdir()) == ["inputs", "results"]


def test_a_condition_that_fails_is_no_damage(copies: Results, program: Program) -> None:
    for condition in ("regexp_matches(kind, '(')", "kind::INT > 3", "nothing = 1"):
        _, err = program("show", copies.path, "pairs", "--where", condition, status=2)
        assert "--where can't be carried out" in err


def test_what_is_damaged_has_no_copies(copies: Results) -> None:
    from dedup.results.graph import load_graph
    from dedup.results.recut import recut

    cut(part_of(copies.path, "spun"))
    with pytest.raises(DedupError, match="its table spun can't be read"):
        recut(copies, load_graph(copies), 0.6, {}, copies.path.parent / "other")
    assert not (copies.path.parent / "other").exists()


def test_an_archive_that_is_damaged_answers_nothing(scrape: Scrape, program: Program) -> None:
    for name in "abc":
        scrape.write(f"{name}.txt", scrape.story(1) + scrape.story(ord(name), 12))
    archive = scrape.scan(scrape.inputs / "a.txt", results=scrape.home / "archive", keep_index=True).path
    more = scrape.inputs / "b.txt"
    scrape.scan(more, results=scrape.home / "ours", against=str(archive), extend=True)
    program("query", archive, scrape.inputs / "c.txt")
    files = [path for path in (archive / "index").rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) > 20
    for path in files:
        data = path.read_bytes()
        for harm in (cut, Path.unlink):
            harm(path)
            if (path.name, harm) != ("manifest.json", Path.unlink):
                _, err = program("query", archive, scrape.inputs / "c.txt", status=3)
                assert f"{archive} is damaged: index/{path.relative_to(archive / 'index')} " in err
                with pytest.raises(DedupError, match="is damaged: index/"):
                    scrape.scan(more, results=scrape.home / "others", against=str(archive))
            path.write_bytes(data)


@pytest.mark.parametrize("harm", [cut, Path.unlink])
@pytest.mark.parametrize("name", ["manifest.json", "band/000000.keys"])
def test_a_damaged_archive_is_made_anew(scrape: Scrape, name: str, harm: Any) -> None:
    scrape.write("a.txt", scrape.story(1))
    archive = scrape.scan(keep_index=True).path
    before = {path: path.stat().st_size for path in (archive / "index").rglob("*") if path.is_file()}
    harm(archive / "index" / name)
    scrape.scan(keep_index=True)
    after = {path: path.stat().st_size for path in (archive / "index").rglob("*") if path.is_file()}
    assert sorted(after.values()) == sorted(before.values())
    assert after[archive / "index" / name] == before[archive / "index" / name]


def test_a_report_of_another_program_is_no_damage(tmp_path: Path, program: Program) -> None:
    (tmp_path / "run.json").write_text(json.dumps(["of another program"]))
    _, err = program("show", tmp_path, status=2)
    assert "run.json can't be read: it is not the report of a scan" in err
    assert "damaged" not in err
