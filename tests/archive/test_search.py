"""Single articles against an archive: the pairs of a scan against it, and a stream that nothing stops."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from families import Record, records
from jsonschema import Draft202012Validator

import dedup
from dedup import schema
from dedup.archive.search import Searcher, read_stream
from dedup.options import Options

if TYPE_CHECKING:
    from conftest import Program, Scrape

SCHEMA = json.loads((resources.files("dedup.view") / "schemas" / "query.json").read_text())


def answers(searcher: Searcher, *lines: bytes) -> list[dict[str, Any]]:
    source = io.BytesIO(b"".join(line + b"\n" for line in lines))
    found = [searcher.answer(row) for row in read_stream(source, searcher.options, searcher.file)]
    for one in found:
        Draft202012Validator(SCHEMA).validate(one)
    return found


def lines_of(some: list[Record]) -> list[bytes]:
    return [json.dumps(one).encode() for one in some]


@pytest.mark.parametrize("profile", ["copy", "reuse", "rewrite"])
def test_it_finds_what_a_scan_of_the_article_alone_finds(scrape: Scrape, profile: str) -> None:
    every = records(scrape, 11)
    new = [one for one in every[40:] if one.get("published", "9") > "2024-03"][:8]
    a = scrape.records("a.jsonl", *every[:40])
    archive = scrape.scan(a, results=scrape.home / "archive", profile=profile, keep_index=True)
    met = 0
    for record, answer in zip(new, answers(Searcher(archive.path), *lines_of(new)), strict=True):
        b = scrape.records(f"{record['id']}.jsonl", record)
        home = scrape.home / record["id"]
        ours = scrape.scan(b, results=home, profile=profile, against=str(archive.path))
        expected = {}
        for row in ours.rows("pairs"):
            if row["views"] != ["keeper"]:
                other = row["left" if row["right"] == record["id"] else "right"]
                assert other != record["id"]
                expected[other] = row
        assert answer["id"] == record["id"]
        exact = [row for row in expected.values() if row["kind"] == "exact"]
        found = {match["article"]: match for match in answer["matches"]}
        if exact:
            assert [match["kind"] for match in answer["matches"]] == ["exact"]
            continue
        assert found.keys() == expected.keys()
        for name, match in found.items():
            row = expected[name]
            side, other = ("left", "right") if row["left"] == record["id"] else ("right", "left")
            assert match["containment"] == row[f"{side}_containment"]
            assert match["archived_containment"] == row[f"{other}_containment"]
            assert match["earlier"] == (other == "left")
            for told in ("kind", "similarity", "longest_run", "reason", "views", "probability"):
                assert match[told] == row[told]
            met += 1
        spun = ours.article(record["id"], ["spun", "spun_score"])
        assert answer["spun"] == {"score": spun["spun_score"], "spun": spun["spun"]}
    assert met > 2


@pytest.mark.parametrize("cap", [2, 4, 7])
def test_buckets_over_the_cap_lead_to_their_first(scrape: Scrape, cap: int) -> None:
    text = scrape.story(1, 300)
    every = [{"id": f"{number}", "text": f"{text} Ended {number}."} for number in range(7)]
    a = scrape.records("a.jsonl", *every[:6])
    archive = scrape.scan(a, profile="copy", bucket_cap=cap, keep_index=True)
    (answer,) = answers(Searcher(archive.path), *lines_of(every[6:]))
    b = scrape.records("b.jsonl", *every[6:])
    home = scrape.home / "ours"
    ours = scrape.scan(b, results=home, profile="copy", bucket_cap=cap, against=str(archive.path))
    met = {row["left"] for row in ours.rows("pairs") if row["views"] != ["keeper"]}
    assert {match["article"] for match in answer["matches"]} == met
    assert len(met) == 6 if cap == 7 else "0" in met


def test_spun_text_is_told(scrape: Scrape, samples: dedup.Results) -> None:
    archive = scrape.scan(keep_index=True) if scrape.write("a.txt", scrape.story(1)) else None
    assert archive is not None
    name = samples.flagged()[0]["article"]
    text = samples.article(name, ["text"])["text"]
    (answer,) = answers(Searcher(archive.path), *lines_of([{"id": name, "text": text}]))
    assert answer["spun"]["spun"]
    assert answer["matches"] == []


def test_lines_that_are_no_article_are_answered_and_passed(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    searcher = Searcher(scrape.scan(keep_index=True).path)
    good = json.dumps({"id": "good", "text": scrape.story(1)}).encode()
    bad = [b"{", b"[1]", b'"x"', b"\xff\xfe", b'{"id": "x"}', b'{"text": 5}', b"nan", b'{"text": ""}']
    found = answers(searcher, *bad, b"", b"  ", good)
    assert [one["id"] for one in found] == [*(f"stdin#{place}" for place in range(1, len(bad) + 1)), "good"]
    assert all("\n" not in one["error"] for one in found[:-1])
    assert [match["kind"] for match in found[-1]["matches"]] == ["exact"]


def test_a_line_that_is_too_long_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.archive.search.LONGEST", 40)
    source = io.BytesIO(b'{"text": "' + b"x" * 500 + b'"}\n{"text": "short"}\n')
    rows = list(read_stream(source, Options(), 0))
    assert [row[3] for row in rows] == [1, 2]
    texts = [dict(zip(schema.DOCS.column_names, row, strict=True))["text"] for row in rows]
    assert texts == [None, "short"]


def test_the_command_answers_each_line_at_once(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    scrape.scan(keep_index=True)
    command = [sys.executable, "-m", "dedup", "query", str(scrape.results), "--stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin is not None
        assert process.stdout is not None
        for number in (1, 2, 1):
            line = json.dumps({"text": scrape.story(number), "id": "\u202e\x1b[2J"})
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            answered = process.stdout.readline().decode()
            assert answered.strip().isprintable()
            assert len(json.loads(answered)["matches"]) == (number == 1)
        process.stdin.close()
        assert process.wait() == 0


def test_files_are_answered(scrape: Scrape, program: Program) -> None:
    scrape.write("a.txt", scrape.story(1))
    scrape.scan(keep_index=True)
    out, _ = program("query", scrape.results, scrape.inputs)
    (answer,) = [json.loads(line) for line in out.splitlines()]
    assert (answer["id"], answer["matches"][0]["article"]) == ("a.txt", "a.txt")
    for arguments in ([scrape.results], [scrape.results, "--stdin", scrape.inputs], [scrape.inputs, "x"]):
        _, err = program("query", *arguments, status=2)
        assert "dedup:" in err
