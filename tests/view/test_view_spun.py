from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from dedup.view.safe import json_line
from dedup.view.spun import render_spun, spun_json

from .builder import screen

TEXT = (
    "A title\n\n"
    "The chief burdened the significance of talks. Nothing else. He spoke final week.\n\n"
    "Clean here."
)


def item(**verdict: Any) -> tuple[Any, ...]:
    evidence = [
        SimpleNamespace(
            start=TEXT.index(phrase),
            end=TEXT.index(phrase) + len(phrase),
            phrase=phrase,
            natural=natural,
            signal="lexicon",
            weight=2.5,
        )
        for phrase, natural in (
            ("burdened the significance", "stressed the importance"),
            ("final week", "last week"),
        )
    ]
    paragraphs = [
        SimpleNamespace(start=start, end=start + len(part), score=score)
        for part, score in zip(TEXT.split("\n\n"), (0.0, 0.9, 0.1), strict=True)
        for start in (TEXT.index(part),)
    ]
    told = SimpleNamespace(**{"score": 0.93, "spun": True, "paragraphs": paragraphs, **verdict})
    return "a\x1b.txt", TEXT, evidence, told


def test_each_phrase_stands_in_its_sentence_with_the_natural_one() -> None:
    lines = [line.strip() for line in screen(render_spun([item()])).splitlines()]
    assert lines[:2] == ["a␛.txt", "spun   score 0.93   2 phrases"]
    assert "paragraph   score 0.90" in lines
    assert "The chief _burdened the significance_ of talks." in lines
    assert "He spoke _final week_." in lines
    assert "_final week_  for last week  lexicon  +2.5" in lines
    assert not any("Nothing else" in line for line in lines)


def test_a_long_sentence_is_cut_around_its_phrase() -> None:
    text = "word " * 500 + "final week" + " word" * 500
    found = SimpleNamespace(
        start=2500, end=2510, phrase="final week", natural="last week", signal="x", weight=1.0
    )
    told = SimpleNamespace(score=0.2, spun=False, paragraphs=[])
    shown = screen(render_spun([("a.txt", text, [found], told)]))
    assert "_final week_" in shown
    assert len(shown) < 1000


def test_evidence_outside_the_scored_paragraphs_is_told_too() -> None:
    shown = screen(render_spun([item(paragraphs=(), spun=False)]))
    assert "paragraph   not scored as spun" in shown
    assert "The chief _burdened the significance_ of talks." in shown


def test_several_articles_and_a_clean_one() -> None:
    clean: tuple[Any, ...] = ("b.txt", "Clean.", [], SimpleNamespace(score=0.01, spun=False, paragraphs=[]))
    shown = screen(render_spun([item(), clean]))
    assert "not spun   score 0.01   0 phrases" in shown


def test_the_same_as_plain_values() -> None:
    (told,) = [json.loads(json_line(value)) for value in spun_json([item()])]
    assert told["spun"] is True
    assert told["paragraphs"][1]["score"] == 0.9
    first = told["evidence"][0]
    assert TEXT[first["start"] : first["end"]] == first["phrase"] == "burdened the significance"
