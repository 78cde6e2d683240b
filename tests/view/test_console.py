from __future__ import annotations

import io
from typing import Any

import pytest

from dedup.errors import UsageError
from dedup.view.console import has_colour, stdout_console


def test_eighty_columns_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert stdout_console(file=io.StringIO()).width == 80


def test_the_given_width_is_kept() -> None:
    assert stdout_console(132, io.StringIO()).width == 132
    with pytest.raises(UsageError, match="--width 7 is less than"):
        stdout_console(7, io.StringIO())


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal: dict[str, Any] = {"force_terminal": True, "color_system": "256"}
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert has_colour(stdout_console(file=io.StringIO(), **terminal))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colour(stdout_console(file=io.StringIO(), **terminal))


def test_data_is_never_markup() -> None:
    file = io.StringIO()
    stdout_console(file=file).print("[bold]a[/b] :smile:")
    assert file.getvalue() == "[bold]a[/b] :smile:\n"


def test_a_terminal_of_few_letters_does_not_end_the_run() -> None:
    raw = io.BytesIO()
    console = stdout_console(file=io.TextIOWrapper(raw, encoding="ascii"))
    console.print("渡轮 … é")
    console.file.flush()
    assert raw.getvalue().decode() == "?? ? ?\n"
