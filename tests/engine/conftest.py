from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine.clusters import JAVA, MASTER, SETTINGS


@pytest.fixture(scope="package")
def spark() -> Iterator[Any]:
    """Spark with two executors, which are processes of their own."""
    if JAVA is None:
        pytest.skip("Java is missing")
    session = pytest.importorskip("pyspark.sql").SparkSession
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        started = session.builder.master(MASTER).config(map=SETTINGS).getOrCreate()
        yield started
        started.stop()


_NUMBERS = itertools.count()


class Mounted(NamedTuple):
    """A folder, and a URL at which Hadoop alone finds it."""

    folder: Path
    url: str


@pytest.fixture
def mounted(spark: Any, tmp_path: Path) -> Mounted:
    """A folder that Spark's Hadoop knows by a mount table."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    authority = f"test{next(_NUMBERS)}"  # Hadoop looks at a mount table once
    conf = spark.sparkContext._jsc.hadoopConfiguration()
    conf.set(f"fs.viewfs.mounttable.{authority}.link./data", folder.as_uri())
    return Mounted(folder, f"viewfs://{authority}/data")
