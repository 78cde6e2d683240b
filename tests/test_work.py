"""Work in progress: what is kept when inputs change, who may write, and what the dead left."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import dedup
from dedup import Results, open_results
from dedup.engine import tasks
from dedup.errors import UsageError
from dedup.schema import RESULT_TABLES
from dedup.work import TABLES, Work

if TYPE_CHECKING:
    from conftest import Scrape

IDENTITY = {"layout": 1, "options": {"threshold": 0.5}, "fingerprint": "a"}
SNAPSHOT = {"a.txt": [1, 2]}


def everything(results: Results) -> dict[str, list[dict[str, Any]]]:
    return {table.name: list(results.rows(table.name)) for table in RESULT_TABLES}


class StopAt:
    """A watcher that stops the scan when a step of this name starts."""

    def __init__(self, step: str) -> None:
        self._step = step

    def start(self, step: str, total: int | None, unit: str) -> None:
        if step == self._step:
            raise KeyboardInterrupt

    def advance(self, amount: int) -> None: ...

    def end(self) -> None: ...


def stop_at(scrape: Scrape, step: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        dedup.scan([scrape.inputs], scrape.results, dedup.Options(jobs=1), StopAt(step))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The files of each group that is read, in order."""
    groups: list[list[str]] = []
    read = tasks.read

    def note(task: tasks.ReadTask) -> tasks.Outcome:
        groups.append([item.path for item in task.items])
        return read(task)

    monkeypatch.setattr(tasks, "read", note)
    return groups


def write_files(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six files of copies, two a group."""
    monkeypatch.setattr("dedup.read.items.GROUP_ITEMS", 2)
    for number in range(6):
        scrape.write(f"{number}.txt", "Some line. " + " ".join(scrape.words(number // 3, 60 + number)))


def longer(scrape: Scrape) -> None:
    scrape.write("2.txt", scrape.story(9, 90))


def more(scrape: Scrape) -> None:
    scrape.write("6.txt", scrape.story(1, 60))


def fewer(scrape: Scrape) -> None:
    (scrape.inputs / "4.txt").unlink()


def shifted(scrape: Scrape) -> None:
    scrape.write("3a.txt", scrape.story(1, 60))


@pytest.mark.parametrize("step", ["name", "candidates", "aligning candidates", "articles"])
@pytest.mark.parametrize(
    ("change", "says", "read"),
    [
        (longer, "changed: 2.txt", [["2.txt", "3.txt"]]),
        (more, "added: 6.txt", [["6.txt"]]),
        (fewer, "removed: 4.txt", [["5.txt"]]),
        (shifted, "added: 3a.txt", [["3a.txt", "4.txt"], ["5.txt"]]),
    ],
)
def test_only_inputs_that_changed_are_read_again(
    scrape: Scrape,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    readings: list[list[str]],
    change: Callable[[Scrape], None],
    says: str,
    read: list[list[str]],
    step: str,
) -> None:
    write_files(scrape, monkeypatch)
    stop_at(scrape, step if step != "name" else "names")
    assert len(readings) == 3
    change(scrape)
    readings.clear()
    with caplog.at_level(logging.WARNING, "dedup"):
        results = scrape.scan()
    assert readings == read
    [line] = caplog.messages
    assert says in line
    assert everything(results) == everything(scrape.scan(results=scrape.home / "fresh"))
    assert not (results.path / ".work").exists()


def test_work_of_other_tables_is_begun_anew(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch, readings: list[list[str]]
) -> None:
    write_files(scrape, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr("dedup.results.run.TABLES", TABLES - 1)
        stop_at(scrape, "candidates")
        finished = scrape.scan(results=scrape.home / "finished").path
    readings.clear()
    results = scrape.scan()
    assert len(readings) == 3
    assert everything(results) == everything(scrape.scan(results=scrape.home / "fresh"))
    with pytest.raises(UsageError, match="the results of other versions of dedup"):
        scrape.scan(results=finished)


def test_work_is_found_again_when_a_change_is_undone(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch, readings: list[list[str]]
) -> None:
    write_files(scrape, monkeypatch)
    stop_at(scrape, "names")
    path = scrape.inputs / "2.txt"
    before, text = path.stat(), path.read_bytes()
    longer(scrape)
    stop_at(scrape, "candidates")
    path.write_bytes(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    readings.clear()
    results = scrape.scan()
    assert readings == [["2.txt", "3.txt"]]
    assert everything(results) == everything(scrape.scan(results=scrape.home / "fresh"))


@pytest.mark.parametrize(("times", "says"), [(1, "are read again"), (9, "go on changing")])
def test_inputs_that_change_while_they_are_read(
    scrape: Scrape,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    times: int,
    says: str,
) -> None:
    write_files(scrape, monkeypatch)
    read = tasks.read
    changes = iter(range(times))

    def change(task: tasks.ReadTask) -> tasks.Outcome:
        outcome = read(task)
        if any(item.path == "2.txt" for item in task.items) and (number := next(changes, None)) is not None:
            scrape.write("2.txt", scrape.story(number, 200 + number))
        return outcome

    monkeypatch.setattr(tasks, "read", change)
    with caplog.at_level(logging.WARNING, "dedup"):
        results = scrape.scan()
    assert says in caplog.messages[-1]
    assert "changed: 2.txt" in caplog.messages[-1]
    if times == 1:
        assert dedup.scan([scrape.inputs], scrape.results, dedup.Options(jobs=1)).up_to_date
        assert everything(results) == everything(scrape.scan(results=scrape.home / "fresh"))
    else:
        with pytest.raises(UsageError, match=r"changed: 2\.txt"):
            scrape.scan()


# ------------------------------------------------------------------ the folder


def test_other_options_leave_nothing_and_other_inputs_what_was_read(tmp_path: Path) -> None:
    folder = tmp_path / ".work"
    work = Work(folder)

    def fill() -> None:
        for name in (
            "texts/part-a.arrow",
            "done/read/a.json",
            "done/shingles/0.json",
            "names/part-0.parquet",
        ):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")

    def left() -> set[str]:
        files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        return files - {"lock", "workers", "identity.json"}

    with work.locked():
        assert work.prepare(IDENTITY, SNAPSHOT) is None
        fill()
        everything_there = left()
        assert work.prepare(IDENTITY, SNAPSHOT) is None
        assert left() == everything_there
        changes = work.prepare({**IDENTITY, "fingerprint": "b"}, {"b.txt": [1, 2]})
        assert changes is not None
        assert (changes.added, changes.removed) == (["b.txt"], ["a.txt"])
        assert left() == {"texts/part-a.arrow", "done/read/a.json"}
        fill()
        assert work.prepare({**IDENTITY, "options": {}}, SNAPSHOT) is None
        assert left() == set()


@pytest.mark.parametrize("identity", [{**IDENTITY, "fingerprint": "b"}, {**IDENTITY, "options": {}}])
def test_work_that_was_half_cleared_is_never_taken_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identity: dict[str, Any]
) -> None:
    folder = tmp_path / ".work"
    work = Work(folder)
    with work.locked():
        work.prepare(IDENTITY, SNAPSHOT)
        (folder / "names").mkdir()
        with monkeypatch.context() as patch:
            patch.setattr("dedup.places.shutil.rmtree", lambda path: _raise())
            with pytest.raises(KeyboardInterrupt):
                work.prepare(identity, SNAPSHOT)
    with work.locked():
        work.prepare(IDENTITY, SNAPSHOT)
        assert not (work.folder / "names").exists()


def _raise() -> None:
    raise KeyboardInterrupt


def test_what_the_dead_left_half_written_goes(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    stop_at(scrape, "candidates")
    work = scrape.results / ".work"
    leftovers = [work / "heads" / ".part-7.parquet.4711", work / ".names" / "part-0.parquet"]
    leftovers += [work / "spill" / "duckdb_temp_block", work / "done" / "read" / ".x.json.4711"]
    for path in [*leftovers, scrape.results / ".run.json.4711"]:
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")
    stop_at(scrape, "candidates")
    assert not any(path.exists() for path in leftovers)
    assert sorted(path.name for path in scrape.results.iterdir()) == [".work"]


def test_one_scan_at_a_time(tmp_path: Path) -> None:
    one, other = Work(tmp_path / "r" / ".work"), Work(tmp_path / "r" / ".work")
    with one.locked():
        with pytest.raises(UsageError, match="another scan"), other.locked():
            pass
        one.remove()
        assert not one.folder.exists()
        with other.locked(), pytest.raises(UsageError, match="another scan"), one.locked():
            pass
    with one.locked():
        pass


def test_a_scan_killed_while_it_cleared_up_is_finished(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    results = scrape.scan()
    before = (results.path / "run.json").stat().st_mtime_ns
    (results.path / ".work" / "names").mkdir(parents=True)
    assert dedup.scan([scrape.inputs], scrape.results, dedup.Options(jobs=1)).up_to_date
    assert (results.path / "run.json").stat().st_mtime_ns == before
    assert not (results.path / ".work").exists()
    assert open_results(results.path).count("articles") == 1
