from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from dedup.errors import UsageError
from dedup.read.given import kept_on_disk, read_list


def test_standard_input_lies_on_disk_for_a_while() -> None:
    with kept_on_disk(["a", "-"], io.BytesIO(b"One text.")) as paths:
        first, copy = paths
        assert first == "a"
        assert Path(copy).name == "stdin"
        assert Path(copy).read_bytes() == b"One text."
        time = os.stat(copy).st_mtime_ns
    assert not os.path.exists(copy)
    with kept_on_disk(["-"], io.BytesIO(b"One text.")) as (again,):
        assert os.stat(again).st_mtime_ns == time  # the same content counts as the same file
    with kept_on_disk(["-"], io.BytesIO(b"Another.")) as (other,):
        assert os.stat(other).st_mtime_ns != time


def test_nothing_is_read_that_is_not_asked_for() -> None:
    stream = io.BytesIO(b"left")
    with kept_on_disk(["a", "b"], stream) as paths:
        assert paths == ["a", "b"]
    assert stream.read() == b"left"


def test_lists_of_paths(tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(b"a.txt\n\nb c.txt\r\n\xff.txt")
    assert read_list(str(tmp_path / "list"), io.BytesIO()) == [b"a.txt", b"b c.txt", b"\xff.txt"]
    assert read_list("-", io.BytesIO(b"a\nb\0c\0")) == [b"a\nb", b"c"]
    with pytest.raises(UsageError, match="gone: No such file"):
        read_list(str(tmp_path / "gone"), io.BytesIO())
