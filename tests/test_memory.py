"""Peak memory: of the whole tree of processes, and none where the system doesn't tell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dedup import memory, options
from dedup.memory import MemoryWatch, tree_bytes
from dedup.options import Options

MEGABYTE = 2**20

if not (Path("/proc/self") / "smaps_rollup").exists():
    pytest.skip("this system doesn't tell", allow_module_level=True)


def test_what_was_held_for_a_while_counts() -> None:
    with MemoryWatch() as watch:
        before = watch.peak_bytes or tree_bytes(os.getpid())
        held = bytearray(b"x" * 256 * MEGABYTE)
        watch.look()
        del held
        watch.look()
    assert watch.peak_bytes > before + 128 * MEGABYTE  # other processes of the tests may end meanwhile


def test_descendants_count() -> None:
    grandchild = "b = bytearray(b'x' * 2**28); print('held', flush=True); input()"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    before = tree_bytes(os.getpid())
    command = [sys.executable, "-c", child]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert tree_bytes(os.getpid()) > before + 128 * MEGABYTE
        process.communicate(b"\n")


def test_a_system_that_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for proc in (tmp_path, tmp_path / "missing"):
        monkeypatch.setattr(memory, "_PROC", proc)
        with MemoryWatch() as watch:
            watch.look()
        assert watch.peak_bytes == 0


def test_a_process_that_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert tree_bytes(process.pid) == 0


def test_free_memory_is_what_machine_and_groups_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(name: str, content: str) -> None:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)

    monkeypatch.setattr(memory, "_PROC", tmp_path / "proc")
    monkeypatch.setattr(memory, "_GROUPS", tmp_path / "groups")
    assert memory.free_bytes(5) == 5
    write("proc/meminfo", "MemTotal: 900 kB\nMemAvailable:   800 kB\n")
    assert memory.free_bytes(5) == 800 * 1024
    write("proc/self/cgroup", "0::/a/b\n")
    write("groups/a/b/memory.max", "max\n")
    assert memory.free_bytes(5) == 800 * 1024
    write("groups/a/memory.max", "500000\n")
    write("groups/a/memory.current", "300000\n")
    write("groups/a/memory.stat", "anon 200000\ninactive_file 100000\n")
    assert memory.free_bytes(5) == 300000


def test_a_scan_takes_half_of_what_is_free_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, taken in ((2**40, 4 * 2**30), (2**31, 2**30), (0, 2**28)):
        monkeypatch.setattr(options, "free_bytes", lambda otherwise, free=free: free)
        assert Options().memory_bytes == taken
    assert Options(max_memory="8G").memory_bytes == 2**33
