"""The package as a wheel, made of what is installed here: nothing is asked of a network or of build tools.

The kernels that are compiled for it go along, as numba knows them again by their source.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

_HOME = Path(__file__).parents[1]
_NAME = _HOME.name
_WHEEL = "Wheel-Version: 1.0\nGenerator: dedup\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel_name() -> str:
    """The name of the wheel, without an ending."""
    return f"{_NAME}-{distribution(_NAME).version}-py3-none-any"


def write_wheel(path: Path) -> None:
    """Write the wheel to a file."""
    record = ""
    info = f"{_NAME}-{distribution(_NAME).version}.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in _files(info):
            wheel.writestr(name, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record += f"{name},sha256={digest},{len(data)}\n"
        wheel.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


def _files(info: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(_HOME.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield f"{_NAME}/{path.relative_to(_HOME).as_posix()}", path.read_bytes()
    installed = distribution(_NAME)
    metadata = installed.read_text("METADATA") or installed.read_text("PKG-INFO") or ""
    yield f"{info}/METADATA", metadata.encode()
    yield f"{info}/WHEEL", _WHEEL.encode()
