"""The pool: order, workers that die or fail, and that none outlives its scan."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dedup.engine.pool import _TRIM, Pool
from dedup.errors import DedupError

KEPT: list[bytearray] = []


def double(number: int) -> int:
    return 2 * number


def die(number: int) -> int:
    os._exit(number)


def die_late(data: bytes) -> int:
    if data[0] == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return len(data)


def refuse(number: int) -> int:
    raise OSError(28, "No space left on device", f"part {number}")


def free_scattered(megabytes: int) -> None:
    """Free so much in pieces, of which a few stay, so that nothing is given back by itself."""
    pieces = [bytearray(2**16) for _ in range(16 * megabytes)]
    KEPT.extend(pieces[::64])


def resident(_: int) -> int:
    """Megabytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def begin_to_wait(file: Path) -> None:
    file.write_text(str(os.getpid()))
    time.sleep(600)


def give_up(guard: Path, started: Path) -> None:
    """Raise while a worker has just begun to wait."""
    with Pool(2, guard) as pool, guard.open("w") as lock:
        future = pool._submit(begin_to_wait, started)
        while not started.exists() or not started.read_text():
            assert not future.done()
            time.sleep(0.01)
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        raise KeyboardInterrupt


def test_results_come_in_the_order_of_the_tasks() -> None:
    with Pool(2) as pool:
        assert list(pool.map(double, range(30))) == [2 * number for number in range(30)]


@pytest.mark.skipif(_TRIM is None, reason="needs glibc, which can be asked to")
def test_a_worker_gives_back_what_a_task_freed() -> None:
    with Pool(2) as pool:
        before = max(pool.map(resident, range(8)))
        list(pool.map(free_scattered, [300] * 8))

        assert max(pool.map(resident, range(8))) < before + 150


def test_a_worker_that_dies_ends_the_run() -> None:
    with Pool(2) as pool, pytest.raises(DedupError, match="worker process died"):
        list(pool.map(die, [7, 7, 7]))


def test_a_worker_that_is_killed_while_big_tasks_wait_ends_the_run() -> None:
    tasks = [bytes([number == 3]) * 2**22 for number in range(20)]
    with Pool(2) as pool, pytest.raises(DedupError, match="worker process died"):
        list(pool.map(die_late, tasks))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_system_refuses_a_worker_arrives(workers: int) -> None:
    with pytest.raises(OSError, match="No space left") as refused, Pool(workers) as pool:
        list(pool.map(refuse, [1, 2]))
    assert refused.value.filename == "part 1"


def test_workers_end_when_the_pool_gives_up_and_hold_the_guard_until_then(tmp_path: Path) -> None:
    guard, started = tmp_path / "guard", tmp_path / "started"
    with pytest.raises(KeyboardInterrupt):
        give_up(guard, started)
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
    with guard.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_what_lies_in_the_working_directory_is_not_taken_for_modules(tmp_path: Path) -> None:
    for name in ("dedup/text", "numba", "pyarrow"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("signal", "random", "selectors"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(
        "The ferry to Hallin did not leave on Monday, nor on any day since. " * 3
    )
    command = [sys.executable, "-P", "-m", "dedup", "scan", "in", "-o", "out", "--jobs", "2", "-q"]
    places = {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    done = subprocess.run(  # noqa: S603
        command, cwd=tmp_path, env={**os.environ, **places}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
