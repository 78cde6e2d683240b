"""No figure is compared with a clock here: what is held is what is counted, and what is killed."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.measure import Measurement, measure

MEGABYTE = 10**6
BURN = "import time\nwhile time.process_time() < 0.2: pass\n"
SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_output_and_status(log: Path) -> None:
    taken = measure(
        python("import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"), log
    )
    assert log.read_text() == "out\nerr\n"
    assert (taken.status, taken.stopped, taken.ok) == (3, None, False)
    assert measure(["true"], log).ok


def test_environment_and_folder(log: Path, tmp_path: Path) -> None:
    code = "import os; print(os.environ['SOME'], os.getcwd(), 'PATH' in os.environ)"
    measure(python(code), log, environment={"SOME": "thing"}, folder=tmp_path)
    assert log.read_text() == f"thing {tmp_path} True\n"


def test_byte_code_may_be_written(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    measure(python("import sys; print(sys.dont_write_bytecode)"), log)
    assert log.read_text() == "False\n"


def test_cpu_time_is_that_of_the_tree(log: Path) -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {BURN!r}])\n"
    assert measure(python(child + BURN), log).cpu_seconds >= 0.4


def test_cpu_time_of_orphans_counts(log: Path) -> None:
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', {BURN!r}])"
    assert measure(python(code), log).cpu_seconds >= 0.2


def test_memory_is_that_of_the_tree(log: Path) -> None:
    hold = "b = bytes(range(256)) * 200_000; import time; time.sleep(1)\n"
    child = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-S', '-c', {hold!r}])\n"
    taken = measure(python(child + hold + "p.wait()"), log)
    assert 100 * MEGABYTE < taken.peak_pss <= taken.peak_rss < 200 * MEGABYTE


def test_shared_pages_count_once_in_pss(log: Path) -> None:
    code = (
        "import os, time; b = bytes(range(256)) * 200_000; child = os.fork(); time.sleep(1)\n"
        "if child: os.waitpid(child, 0)"
    )
    taken = measure(python(code), log)
    # A sample may see the parent before it forks, and the child after.
    assert taken.peak_pss < 100 * MEGABYTE < taken.peak_rss


@pytest.mark.parametrize("new_session", [False, True])
def test_timeout_kills_the_tree(log: Path, new_session: bool) -> None:
    code = (
        "import subprocess, sys; "
        f"p = subprocess.Popen([sys.executable, '-S', '-c', {SLEEP!r}], start_new_session={new_session}); "
        f"print(p.pid, flush=True); {SLEEP}"
    )
    taken = measure(python(code), log, timeout=0.5)
    assert (taken.stopped, taken.ok) == ("timeout", False)
    child = int(log.read_text())
    end = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not is_alive(child)


def test_memory_limit_kills(log: Path) -> None:
    taken = measure(python(f"b = bytes(range(256)) * 400_000; {SLEEP}"), log, most_memory=50 * MEGABYTE)
    assert taken.stopped == "memory"


def test_what_is_left_behind_is_killed(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.measure._GRACE", 0.1)
    code = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-S', '-c', {SLEEP!r}]).pid)"
    assert measure(python(code), log).ok
    assert not is_alive(int(log.read_text()))


def children() -> set[str]:
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    return {child for task in tasks for child in (task / "children").read_text().split()}


def test_nobody_is_left_to_wait_for(log: Path) -> None:
    before = children()  # other tests may have some
    measure(["true"], log)
    assert children() <= before


def test_unknown_command(log: Path) -> None:
    with pytest.raises(FileNotFoundError):
        measure(["no-such-command"], log)


def test_ok() -> None:
    assert Measurement(1.0, 1.0, 1, 1, 0, None).ok
    assert not Measurement(1.0, 1.0, 1, 1, 0, "memory").ok
