"""Spark for tests: a driver, and two executors that are processes of their own."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path

from dedup.results.run import Silence

MASTER = "local-cluster[2,1,2048]"
JAVA = shutil.which("java", path=os.path.join(os.environ.get("JAVA_HOME", ""), "bin")) or shutil.which("java")
SETTINGS = {
    "spark.executor.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",  # executors that die have much to say
    "spark.sql.shuffle.partitions": "3",
    "spark.default.parallelism": "2",
    "spark.sql.codegen.wholeStage": "false",  # takes longer than it saves here
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}


class Killer(Silence):
    """Kills an executor a little after a step has begun, and tells which steps there were."""

    def __init__(self, step: str) -> None:
        self.steps: list[str] = []
        self.killed: list[int] = []
        self._step = step

    def start(self, step: str, total: int | None, unit: str) -> None:
        self.steps.append(step)
        if step == self._step:
            victim = min(executors())
            self.killed.append(victim)
            threading.Timer(0.5, os.kill, (victim, signal.SIGKILL)).start()


def executors() -> set[int]:
    """The processes of executors below this one."""
    parents, found = {}, set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if b"CoarseGrainedExecutorBackend" in (entry / "cmdline").read_bytes():
                    found.add(int(entry.name))
            except OSError:
                continue

    def is_ours(process: int) -> bool:
        return process == os.getpid() or (process in parents and is_ours(parents[process]))

    return {process for process in found if is_ours(process)}
