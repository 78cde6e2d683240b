"""``dedup diff`` as it is installed: what it shows of pairs, clusters and files, and through what."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from dedup import Results

if TYPE_CHECKING:
    from conftest import Program, Scrape

PROGRAM = str(Path(sys.executable).with_name("dedup"))
SAMPLES = Path(__file__).parent.parent / "samples"
KINDS = ("exact", "copy", "contains", "partial", "rewrite")


def screen(*arguments: object, rows: int = 20, **environment: str) -> str:
    """What the program, or its pager, sends to a terminal."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 100, 0, 0))
    keep = {name: value for name, value in os.environ.items() if name not in ("LESS", "COLUMNS", "LINES")}
    with subprocess.Popen(  # noqa: S603
        [PROGRAM, "diff", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env={**keep, "TERM": "xterm", "NO_COLOR": "1", **environment},
    ) as process:
        os.close(follower)
        shown = bytearray()
        with contextlib.suppress(OSError):  # the far end is closed
            while piece := os.read(leader, 65536):
                shown += piece
        os.close(leader)
    assert process.returncode == 0, shown
    return re.sub(r"\x1b\[[\d;]*m", "", shown.decode().replace("\r\n", "\n"))


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that says so, with an argument."""
    path = tmp_path / "my pager"
    path.write_text(
        f'#!/bin/sh\necho "paged $1 $LESS"\n{sys.executable} -c "import sys; print(sys.stdin.read())"\n'
    )
    path.chmod(0o755)
    return f"'{path}' with"


def test_what_is_longer_than_the_screen_goes_through_the_pager(samples: Results, pager: str) -> None:
    pair = number_of(samples, "copy")
    shown = screen(samples.path, pair, PAGER=pager)
    assert shown.startswith("paged with -FRX\ncopy   similarity")
    assert screen(samples.path, pair, PAGER=pager, LESS="-S").startswith("paged with -S\n")
    assert shown.split("\n", 1)[1].rstrip() == screen(samples.path, pair, "--no-pager", PAGER=pager).rstrip()


def test_no_pager_for_what_fits_or_where_there_is_none(samples: Results, pager: str) -> None:
    pair = number_of(samples, "copy")
    assert screen(samples.path, pair, rows=400, PAGER=pager).startswith("copy")
    assert screen(samples.path, pair, "--json", PAGER=pager).startswith("{")
    for name in ("", "cat", "/no/such/pager", "'"):
        assert screen(samples.path, pair, PAGER=name).startswith("copy")
    assert screen(samples.path, pair, PAGER=pager, TERM="dumb").startswith("copy")


def test_a_reader_of_the_pager_may_leave(samples: Results) -> None:
    shown = screen(samples.path, "--cluster", 1, "--full", PAGER="head -n 1")
    assert shown == "cluster 1   5 articles\n"


def test_a_reader_of_a_pipe_may_leave(samples: Results) -> None:
    command = [PROGRAM, "diff", str(samples.path), "--cluster", "1", "--full"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout
        assert process.stderr
        process.stdout.read(1)
        process.stdout.close()
        assert not process.stderr.read()
    assert process.returncode == 0


def number_of(results: Results, kind: str) -> int:
    return next(int(row["pair"]) for row in results.rows("pairs", ["pair", "kind"]) if row["kind"] == kind)


def test_json_is_as_its_schema_says(program: Program, samples: Results) -> None:
    schema = json.loads(files("dedup.view").joinpath("schemas/diff.json").read_text("utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    check.check_schema(schema)
    told: list[dict[str, Any]] = []
    for kind in KINDS:
        out, _ = program("diff", samples.path, number_of(samples, kind), "--json")
        told.append(json.loads(out))
        assert told[-1]["kind"] == kind
    out, _ = program("diff", samples.path, "--cluster", 1, "--json")
    told += map(json.loads, out.splitlines())
    assert len(told) == len(KINDS) + 4
    spun = SAMPLES / "worldportnews-gannet-point-ruling.txt"
    for other in ("supreme-court-gannet-point-ruling.txt", "seal-pup-weighbridge.txt"):
        out, _ = program("diff", SAMPLES / other, spun, "--json")
        told.append(json.loads(out))
    assert told[-2]["right"]["evidence"]
    assert told[-1]["kind"] is None
    assert {row["what"] for value in told for row in value["passages"]} == {"copied", "answer"}
    for value in told:
        check.validate(value)
        text = samples.article(value["left"]["article"].rpartition("/")[2])["text"]
        assert "".join(span["left"] for span in value["spans"]) == text
    assert not check.is_valid({**told[0], "more": 1})


def test_pages_tell_of_themselves_what_a_scan_finds(program: Program, scrape: Scrape) -> None:
    pages = []
    for day, source in ((3, "quay.example"), (5, "mole.example")):
        story = "".join(f"<p>{line}</p>" for line in scrape.story(1, 120).splitlines())
        pages.append(
            scrape.write(
                f"{source}.html",
                f"""<html><head><title>Crane number {day} turns</title>
                <link rel="canonical" href="https://{source}/crane">
                <meta property="article:published_time" content="2024-02-0{day}T08:00:00Z"></head>
                <body><article><h1>Crane number {day} turns</h1>{story}</article></body></html>""",
            )
        )
    scanned = {row["path"]: row for row in scrape.scan().rows("articles")}
    out, _ = program("diff", *pages, "--json")
    told = json.loads(out)
    for side, page in zip(("left", "right"), pages, strict=True):
        for name in ("title", "source", "published"):
            assert told[side][name] == scanned[page.name][name] is not None
    out, _ = program("diff", *pages)
    for said in ("Crane number 3 turns", "quay.example", "2024-02-03", "Crane number 5 turns", "2 days"):
        assert said in out
    assert "no date" not in out


def test_one_thing_at_a_time(program: Program, samples: Results) -> None:
    for arguments, said in (
        ((samples.path, 1, "--cluster", 1), "name a pair or a --cluster, not both"),
        ((samples.path, "--cluster", 99), "no cluster 99"),
        ((samples.path,), "name a pair by its number"),
        ((SAMPLES / "expected.csv", SAMPLES / "expected.csv", "--cluster", 1), "--cluster is for RESULTS"),
    ):
        out, err = program("diff", *arguments, status=2)
        assert said in err
        assert not out


@pytest.mark.parametrize("width", [80, 120, 200])
def test_lines_are_no_wider_than_asked(program: Program, samples: Results, width: int) -> None:
    for kind in KINDS:
        out, _ = program("diff", samples.path, number_of(samples, kind), "--width", width)
        assert max(map(len, out.splitlines())) <= width
