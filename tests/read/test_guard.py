from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dedup.read.guard import Guard
from dedup.read.rows import Trouble

PAGE = b"<html><body><p>Nine words that stand in a page of one line.</p></body></html>"
TEXT = b"Nine words that stand in a page of one line."
SLOW = b"<html><body>" + b"<p>" + b"<a href=x>y</a>" * 300_000
LARGE = b"<html><body>" + b"<p>word</p>" * 200_000
TASK = {"declared": None, "extractor": "trafilatura"}


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard()
    yield guard
    guard.close()


def child_of(guard: Guard) -> int:
    assert guard._child
    return guard._child.pid


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def wait_for_end(pid: int) -> bool:
    end = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_running(pid)


def read(guard: Guard, data: bytes = PAGE) -> bytes | Trouble:
    answer = guard.run(TASK, data)
    return answer if isinstance(answer, Trouble) else answer[1]


def test_one_child_answers_all(guard: Guard) -> None:
    assert read(guard) == TEXT
    child = child_of(guard)
    answer = guard.run(TASK, b"<div>" * 3000)
    assert not isinstance(answer, Trouble)
    assert answer[0]["trouble"][0] == "html"
    assert read(guard) == TEXT
    assert child_of(guard) == child


def test_a_slow_page_is_given_up() -> None:
    with closing(Guard(seconds=1)) as guard:
        assert read(guard) == TEXT
        first = child_of(guard)
        for _ in range(2):
            assert read(guard, SLOW) == ("too-slow", "takes more than 1 s to read")
        assert not is_running(first)
        assert read(guard) == TEXT


def test_a_large_page_is_given_up() -> None:
    with closing(Guard(memory=40 * 2**20)) as guard:
        assert read(guard) == TEXT
        for _ in range(2):
            assert read(guard, LARGE) == ("too-large", "needs more than 40 MB to be read")
        assert read(guard) == TEXT


def test_nothing_is_left(guard: Guard) -> None:
    handles = len(os.listdir("/proc/self/fd"))
    read(guard)
    child = child_of(guard)
    guard.close()
    guard.close()
    assert not is_running(child)
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)
    assert len(os.listdir("/proc/self/fd")) == handles


def test_a_child_that_was_ended_is_replaced(guard: Guard) -> None:
    read(guard)
    child = child_of(guard)
    os.kill(child, signal.SIGKILL)
    assert read(guard) == TEXT
    assert child_of(guard) != child


def test_signals_for_the_parent_do_not_end_the_child(guard: Guard) -> None:
    read(guard)
    child = child_of(guard)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(child, number)
    assert read(guard) == TEXT
    assert child_of(guard) == child


def test_a_page_that_crashes_the_parser_is_skipped(
    guard: Guard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spoilt = """
        import os, signal, sys
        from dedup.read import guard
        read_page = guard.read_page
        def read(data, *rest):
            print("noise"); sys.stdout.flush(); os.write(1, b"more noise")
            if b"crash" in data: os.kill(os.getpid(), signal.SIGSEGV)
            if b"fail" in data: raise TypeError("no reason")
            if b"leave" in data: os._exit(7)
            return read_page(data, *rest)
        guard.read_page = read
    """
    lines = "\n".join(line[8:] for line in spoilt.splitlines())
    monkeypatch.setattr(
        "dedup.read.guard._SERVE", f"import sys; sys.path[:] = sys.argv[1:]\n{lines}\nguard.serve()"
    )
    assert read(guard, b"crash") == ("crash", "its parser ended with signal 11")
    assert read(guard) == TEXT
    assert read(guard, b"leave") == ("crash", "its parser ended with status 7")
    assert read(guard) == TEXT
    answer = guard.run(TASK, b"fail")
    assert not isinstance(answer, Trouble)
    assert answer[0]["trouble"] == ["crash", "its parser failed: TypeError: no reason"]


def test_the_folder_that_we_are_in_holds_no_modules(
    guard: Guard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit")
    (tmp_path / "lxml").mkdir()
    monkeypatch.chdir(tmp_path)
    assert read(guard) == TEXT


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_ends_with_its_parent(number: int) -> None:
    script = """
import sys, time
from dedup.read.guard import GUARD
GUARD.run({"declared": None, "extractor": "resiliparse"}, b"<p>a</p>")
print(GUARD._child.pid, flush=True)
time.sleep(60)
"""
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=paths)  # noqa: S603
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert is_running(child)
    parent.send_signal(number)
    parent.communicate()
    assert wait_for_end(child)
