"""A session of Spark: its settings, our package on its executors, and its failures in our words."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dedup.engine.tasks import ROWS_A_GROUP
from dedup.engine.wheel import wheel_name, write_wheel
from dedup.errors import DedupError, UsageError
from dedup.options import Options

_ROWS_AT_ONCE = ROWS_A_GROUP  # that a stage gets; each batch of a result table is a row group
_BYTES_AT_ONCE = 8 * 2**20  # and at most so much, but for a row that is longer
_RAISED = re.compile(r"[A-Z]\w*(Error|Exception): ")
_CALLING = re.compile(r"An error occurred while calling ")
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    # Spark guesses far less of packed columns than they hold, and would bring texts to the driver:
    # so a table is broadcast by what was shuffled of it, never by what is guessed.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.autoBroadcastJoinThreshold": str(10 * 2**20),
    # No rows need sorting where one side of a join is so small in every partition.
    "spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold": str(32 * 2**20),
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(_ROWS_AT_ONCE),
    "spark.sql.execution.arrow.maxBytesPerBatch": str(_BYTES_AT_ONCE),
}
# A scan is a hundred queries, and Java would spend more time in compiling all that each of them runs for
# a moment than in running it: so only what runs twenty times as often as usual is compiled at the top.
_COMPILING = (
    "-XX:+IgnoreUnrecognizedVMOptions"
    " -XX:Tier4InvocationThreshold=100000 -XX:Tier4MinInvocationThreshold=12000"
    " -XX:Tier4CompileThreshold=300000 -XX:Tier4BackEdgeThreshold=800000"
)
_STARTED_WITH = {  # ``extraJavaOptions``, which are the user's, come after the default ones
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.defaultJavaOptions": _COMPILING,
    "spark.executor.defaultJavaOptions": _COMPILING,
}


@contextmanager
def open_session(options: Options) -> Iterator[Any]:
    """A session of its own in the Spark that runs in this process; if none does, one is started and stopped.

    ``UsageError``: pyspark is missing.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError(f"--engine spark: {error}; install it: pip install 'dedup[spark]'") from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    running = SparkSession.getActiveSession()
    with _quietly(), plain_errors():
        spark = (running or _start(SparkSession.builder, options)).newSession()
        try:
            for name, value in _SETTINGS.items():
                spark.conf.set(name, value)
            yield spark
        finally:
            if running is None:
                spark.stop()


def _start(builder: Any, options: Options) -> Any:
    if options.master is not None:
        builder = builder.master(options.master)
    return builder.appName("dedup").config(map=_STARTED_WITH).getOrCreate()


def given_folder() -> Path:
    """Where files lie that executors are given, as long as Spark runs: new ones ask for them, too."""
    from pyspark import SparkFiles

    folder = Path(SparkFiles.getRootDirectory(), "given")
    folder.mkdir(exist_ok=True)
    return folder


def ship_package(spark: Any) -> None:
    """Let executors have this package, as a wheel that is unpacked there, unless they do.

    Python looks there before it looks elsewhere, for this package and for what is known of it.
    """
    archive = given_folder() / f"{wheel_name()}.zip"  # by no other ending does Spark unpack it
    if archive.exists():
        return
    from dedup.engine import warm, warm_spun  # noqa: F401 - kernels are compiled now, if they never were

    write_wheel(archive)
    spark.sparkContext.addArchive(f"{archive.as_uri()}#{wheel_name()}")
    spark.sparkContext._python_includes.append(wheel_name())  # as ``addPyFile`` does with what isn't unpacked


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise DedupError with one line for what fails in Spark."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        lines = (line.strip(": \t") for line in str(error).splitlines())
        said = [line for line in lines if line and not _CALLING.match(line)] or [type(error).__name__]
        raised = [line for line in said if _RAISED.match(line)]  # by Python on an executor
        raise DedupError(f"Spark failed: {raised[-1] if raised else said[0]}") from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Spark warns of versions of pandas, which isn't used here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield
