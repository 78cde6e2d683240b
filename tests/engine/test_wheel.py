from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from dedup.engine.wheel import wheel_name, write_wheel

ASK = "import dedup, importlib.metadata as m; print(dedup.__file__); print(m.version('dedup'))"


def run(*words: str, folder: Path | None = None) -> str:
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout


@pytest.mark.slow
def test_the_wheel_can_be_installed(tmp_path: Path) -> None:
    wheel, target = tmp_path / f"{wheel_name()}.whl", tmp_path / "installed"
    write_wheel(wheel)
    options = ["--no-deps", "--no-index", "--no-compile", "--quiet", f"--target={target}"]
    run("-m", "pip", "install", *options, str(wheel))  # which looks at every digest
    said = run("-c", ASK, folder=target).splitlines()
    assert said == [str(target / "dedup" / "__init__.py"), version("dedup")]


def test_the_wheel_has_data_and_no_byte_code(tmp_path: Path) -> None:
    write_wheel(tmp_path / "wheel.zip")
    with zipfile.ZipFile(tmp_path / "wheel.zip") as wheel:
        names = wheel.namelist()
    assert {"dedup/pipeline/scan.py", "dedup/rewrite/data/model.tsv", "dedup/py.typed"} <= set(names)
    assert not [name for name in names if name.endswith(".pyc")]
    assert len(names) == len(set(names))
