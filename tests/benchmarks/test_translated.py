"""Articles translated and back: what is labelled, and what is asked of the translator."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner
from press import write_press

from benchmarks.crowd import find_sets, read_set
from benchmarks.translated import LANGUAGES, translate, translated


@pytest.fixture
def translator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of the translator: it turns upper case into lower case and back."""
    program = tmp_path / "bin" / "apertium"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec tr 'a-zA-Z' 'A-Za-z'\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return program


@pytest.mark.usefixtures("translator")
def test_many_texts_come_back_each_at_its_place() -> None:
    texts = [f"Text {number}.\n\nA second paragraph." for number in range(120)]
    assert translate(texts, "spa") == texts


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo no such direction >&2; exit 1", "-u eng-spa: no such"),
        ("cat > /dev/null", "lost a line"),
    ],
)
def test_a_translator_that_fails_or_loses_texts_is_named(translator: Path, script: str, said: str) -> None:
    translator.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    with pytest.raises(ClickException, match=said):
        translate(["Text."], "spa")


@pytest.mark.usefixtures("translator")
def test_sets_are_labelled_and_made_of_what_the_crowd_lacks(tmp_path: Path) -> None:
    data, out = write_press(tmp_path / "data"), tmp_path / "out"
    found = CliRunner().invoke(translated, [str(out), "--data", str(data), "--articles", "3"])
    assert found.exit_code == 0, found.output
    assert find_sets(out, None) == sorted(f"translated-{code}" for code in LANGUAGES)
    one = read_set(out, "translated-spa")
    assert [label.kind for label in one.labels] == ["translated", "two translations", "a half"]
    assert len(one.articles) == 6
    half, whole = (one.articles[place].fields["text"] for place in (4, 5))
    assert whole.startswith(half)
    assert len(half) < 0.6 * len(whole)


def test_without_a_translator_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = CliRunner().invoke(translated, [str(tmp_path / "out"), "--data", str(tmp_path)])
    assert found.exit_code == 1
    assert "apertium is not installed" in found.output
