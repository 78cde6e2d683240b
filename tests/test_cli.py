"""The program as it is installed: what it prints where, how it ends, and what it never does."""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from dedup import Results, open_results
from dedup.cli import main

if TYPE_CHECKING:
    from conftest import Scrape

PROGRAM = str(Path(sys.executable).with_name("dedup"))
TABLES = ("articles", "pairs", "clusters", "spun", "skipped", "furniture")
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def harmless(done: tuple[int, str, str], status: int) -> tuple[str, str]:
    """Stdout and stderr of a run that ended with this status and printed nothing unsafe."""
    ended, out, err = done
    assert ended == status, err
    assert not UNSAFE.search(out)
    assert not UNSAFE.search(err)
    return out, err


def program(*arguments: object, status: int = 0, before: Sequence[str] = ()) -> tuple[str, str]:
    """Run the installed program; what it printed."""
    command = [*before, PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)  # noqa: S603
    return harmless((done.returncode, done.stdout.decode(), done.stderr.decode()), status)


class Run(Protocol):
    """Runs the program's entry point in this process, which saves its start."""

    def __call__(self, *arguments: object, status: int = 0) -> tuple[str, str]: ...


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: object, status: int = 0) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["dedup", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        ended = end.value.code
        assert isinstance(ended, int)
        return harmless((ended, *capsys.readouterr()), status)

    return run


def one_line(text: str) -> str:
    assert text.endswith("\n")
    assert text.count("\n") == 1
    assert "Traceback" not in text
    return text


def times(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def everything(results: Results) -> dict[str, list[dict[str, Any]]]:
    return {name: list(results.rows(name)) for name in TABLES}


@pytest.fixture
def copies(scrape: Scrape) -> Scrape:
    """Two copies, an exact copy and a stranger, and finished RESULTS of them."""
    words = scrape.words(1, 60)
    scrape.write("a.txt", " ".join(words))
    scrape.write("b.txt", "A headline. " + " ".join(words[:50]))
    scrape.write("c.txt", " ".join(words).upper())
    scrape.write("d.txt", scrape.story(2))
    scrape.scan()
    return scrape


# ------------------------------------------------------------------ help and versions


def test_help_starts_at_once(run: Run) -> None:
    code = (
        "import sys; from dedup.cli import main; sys.argv = ['dedup', 'scan', '--help']\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0\n"
        "heavy = {'numba', 'numpy', 'duckdb', 'pyarrow', 'rapidfuzz', 'datasketch'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    for flag in ("--threshold", "--cross-source", "--jobs", "--overwrite", "--fail-on", "--output"):
        assert flag in done.stdout


def test_help_names_the_commands_and_the_exit_statuses() -> None:
    out, err = program("--help")
    assert not err
    for word in ("scan", "show", "diff", "explain", "apply", "spun", "130", "--strict"):
        assert word in out


def test_version_names_what_decides_results() -> None:
    out, err = program("--version")
    assert not err
    named = dict(line.split(" ", 1) for line in out.splitlines())
    assert {"dedup", "scheme", "unicode", "datasketch", "rapidfuzz", "python"} <= named.keys()
    assert named["scheme"] == "affine32"


# ------------------------------------------------------------------ wrong use


def test_no_arguments(run: Run) -> None:
    out, err = run(status=2)
    assert out == run("--help")[0]
    assert not err
    _, err = program("scan", status=2)
    assert "PATH" in err or "--output" in err


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--threshold", "0.1"),
        ("--threshold", "nan"),
        ("--threshold", "half"),
        ("--jobs", "-1"),
        ("--max-memory", "lots"),
        ("--profile", "everything"),
        ("--fail-on", "sloppy"),
        ("--fail-on", "copy,sloppy"),
        ("--fail-on", ""),
        ("--shingle", "64"),
        ("--unknown", "1"),
    ],
)
def test_a_bad_value_names_its_flag(run: Run, tmp_path: Path, flag: str, value: str) -> None:
    out, err = run("scan", tmp_path, "-o", tmp_path / "r", flag, value, status=2)
    assert flag in err
    assert not out
    assert not (tmp_path / "r").exists()


def test_a_bad_lexicon_is_one_line_that_names_the_place(run: Run, copies: Scrape, tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    files = copies.inputs / "a.txt", copies.inputs / "b.txt"
    commands: list[tuple[object, ...]] = [
        ("scan", copies.inputs, "-o", tmp_path / "r", "-q"),
        ("scan", copies.inputs, "--estimate"),
        ("spun", copies.inputs),
        ("diff", *files),
    ]
    for command in commands:
        own.write_text("natural\tspun\nharbour\t[red]{0}\x1b[31m\n")
        out, err = run(*command, "--lexicon", own, status=2)
        assert f"{own}, line 2: " in one_line(err)
        assert not out
        _, err = run(*command, "--lexicon", tmp_path, status=2)
        assert f"{tmp_path}: Is a directory" in one_line(err)
    assert not (tmp_path / "r").exists()
    _, err = run("diff", copies.results, "1", "--lexicon", own, status=2)
    assert "--lexicon is for two files" in one_line(err)


def test_own_swaps_are_found_in_files(run: Run, tmp_path: Path) -> None:
    own, one, other = tmp_path / "own.tsv", tmp_path / "one.txt", tmp_path / "other.txt"
    swaps = (
        ("rope", "twisted line"),
        ("mast", "sail pole"),
        ("quay", "wharf place"),
        ("mayor", "town head"),
        ("bell", "ringing thing"),
        ("gull", "sea fowl"),
    )
    rows = [f"{natural}\t{spun}\t{'nf'[at % 2]}\t2" for at, (natural, spun) in enumerate(swaps)]
    own.write_text("\n".join(["natural\tspun\tclass\tweight", *rows]))
    said = "On day {} the people of the small town went out early to look at the {} before it rained. "
    one.write_text("".join(said.format(at, natural) for at, (natural, _) in enumerate(swaps)))
    other.write_text("".join(said.format(at, spun) for at, (_, spun) in enumerate(swaps)))
    run("spun", one, other, "--fail-on-spun")
    out, _ = run("spun", one, other, "--lexicon", own, "--json", "--fail-on-spun", status=1)
    assert [json.loads(line)["article"] for line in out.splitlines()] == ["other.txt"]
    plain, _ = run("diff", one, other)
    shown, _ = run("diff", one, other, "--lexicon", own)
    assert "spun" in shown
    assert "spun" not in plain


def test_nothing_to_read_is_one_line_that_names_the_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("missing.txt", "empty"):
        out, err = program("scan", tmp_path / name, "-o", tmp_path / "r", status=2)
        assert str(tmp_path / name) in one_line(err)
        assert not out
    assert not (tmp_path / "r").exists()
    _, err = run("spun", tmp_path / "missing.txt", status=2)
    assert "missing.txt" in one_line(err)
    _, err = run("show", tmp_path / "empty", status=2)
    assert "no finished scan" in one_line(err)


def test_results_that_are_no_results(run: Run, copies: Scrape) -> None:
    (copies.home / "file").write_text("mine")
    _, err = run("scan", copies.inputs, "-o", copies.home / "file", "--overwrite", status=2)
    assert "is a file" in one_line(err)
    other = copies.home / "other"
    (other / "pairs").mkdir(parents=True)
    (other / "thesis.tex").write_text("mine")
    (other / "pairs" / "left.txt").write_text("mine")
    before = times(other)
    for more in ((), ("--overwrite",)):
        _, err = run("scan", copies.inputs, "-o", other, *more, status=2)
        assert "thesis.tex" in one_line(err)
    assert times(other) == before
    assert (copies.home / "file").read_text() == "mine"


def test_results_of_other_options_or_inputs(run: Run, copies: Scrape) -> None:
    before = times(copies.results)
    _, err = program("scan", copies.inputs, "-o", copies.results, "--threshold", "0.9", status=2)
    assert "threshold" in one_line(err)
    assert "--overwrite" in err
    copies.write("e.txt", "One more article.")
    copies.write("a.txt", "Another text than before.")
    _, err = run("scan", copies.inputs, "-o", copies.results, status=2)
    assert "added: e.txt" in one_line(err)
    assert "changed: a.txt" in err
    assert times(copies.results) == before
    run("scan", copies.inputs, "-o", copies.results, "--overwrite", "-q")
    results = open_results(copies.results)
    assert results.count("articles") == 5
    assert [(row["left"], row["right"]) for row in results.rows("pairs")] == [("b.txt", "c.txt")]


# ------------------------------------------------------------------ other inputs


def test_standard_input_is_an_input(run: Run, scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    records = "".join(json.dumps({"id": f"n{n}", "text": scrape.story(n // 2)}) + "\n" for n in range(4))
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(records.encode())))
        _, err = run("scan", "-", "-o", scrape.results, "--jobs", 1)
    assert "is up to date" in err
    results = open_results(scrape.results)
    assert [row["article"] for row in results.rows("articles", ["article"])] == ["n0", "n1", "n2", "n3"]
    assert {row["path"] for row in results.rows("articles", ["path"])} == {"stdin"}
    assert results.count("pairs") == 2


def test_a_list_of_paths(run: Run, scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    scrape.write("deep/a.txt", scrape.story(1))
    scrape.write("other/a.txt", scrape.story(2))
    scrape.write("other/b.txt", scrape.story(3))
    listed = scrape.write("list", "deep/a.txt\nother\n./deep/../deep/a.txt\n")
    monkeypatch.chdir(scrape.inputs)
    run("scan", "--files-from", listed, "-o", scrape.results, "--jobs", 1)
    articles = open_results(scrape.results).rows("articles", ["article"])
    assert [row["article"] for row in articles] == ["deep/a.txt", "other/a.txt", "other/b.txt"]
    _, err = run("scan", "-o", scrape.results, status=2)
    assert "--files-from FILE" in err
    _, err = run("scan", "--files-from", "gone", "-o", scrape.results, status=2)
    assert "gone: No such file" in err
    _, err = run("scan", "-", "--files-from", "-", "-o", scrape.results, status=2)
    assert "can't be both" in err


# ------------------------------------------------------------------ skipped inputs


def test_what_cannot_be_read_is_a_row(scrape: Scrape) -> None:
    lines = "".join(json.dumps({"id": f"n{n}", "text": scrape.story(n)}) + "\n" for n in range(40))
    scrape.write("a.jsonl.gz", gzip.compress(lines.encode())[:-400])
    scrape.write("b.txt", bytes(range(32)))
    scrape.write("c.txt", "A healthy article.")
    command = ("scan", scrape.inputs, "-o", scrape.results)
    _, err = program(*command, "--strict", status=4)
    assert "2 skipped (--strict)" in err
    results = open_results(scrape.results)
    assert [(row["path"], row["reason"]) for row in results.rows("skipped")] == [
        ("a.jsonl.gz", "truncated"),
        ("b.txt", "binary"),
    ]
    names = [row["article"] for row in results.rows("articles", ["article"])]
    assert names == [*(f"n{n}" for n in range(len(names) - 1)), "c.txt"]
    assert 20 <= len(names) - 1 < 40
    program(*command)


def test_a_file_that_may_not_be_read_is_a_row(scrape: Scrape) -> None:
    closed = scrape.write("closed.txt", "Nobody may read this.")
    scrape.write("open.txt", "Everybody may read this.")
    closed.chmod(0)
    before = powerless(closed)
    program("scan", scrape.inputs, "-o", scrape.results, before=before)
    [row] = open_results(scrape.results).rows("skipped")
    assert (row["path"], row["reason"]) == ("closed.txt", "unreadable")
    assert "ermission denied" in row["message"]


def powerless(closed: Path) -> list[str]:
    """What to put before a command so that it can't read a file without permission."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may read every file, and there is no setpriv")
    before = [setpriv, "--bounding-set=-dac_override,-dac_read_search"]
    if subprocess.run([*before, "cat", closed], capture_output=True, check=False).returncode == 0:  # noqa: S603
        pytest.skip("root may read every file, and setpriv can't drop that power")
    return before


def test_an_undecodable_file_name(run: Run, scrape: Scrape) -> None:
    text = scrape.story(1)
    (Path(os.fsdecode(os.fsencode(scrape.inputs) + b"/caf\xe9.txt"))).write_text(text)
    scrape.write("plain.txt", text)
    out, _ = run("scan", scrape.inputs, "-o", scrape.results)
    assert out
    results = open_results(scrape.results)
    assert [row["article"] for row in results.rows("articles")] == ["caf\\xe9.txt", "plain.txt"]
    out, _ = run("show", scrape.results, "pairs", "--json")
    assert json.loads(out)["left"] == "caf\\xe9.txt"


# ------------------------------------------------------------------ the same command again


def test_the_same_command_again_does_nothing(copies: Scrape) -> None:
    before = times(copies.results)
    out, err = program("scan", copies.inputs, "-o", copies.results)
    assert "up to date" in one_line(err)
    assert "3  pairs" not in err
    assert "pairs" in out
    assert times(copies.results) == before


def test_results_inside_the_scanned_folder_are_not_scanned(run: Run, scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    command = ("scan", scrape.inputs, "-o", scrape.inputs / "out")
    run(*command, "-q")
    _, err = run(*command)
    assert "up to date" in err
    run(*command, "--threshold", "0.6", "--overwrite", "-q")
    assert open_results(scrape.inputs / "out").count("articles") == 1
    assert open_results(scrape.inputs / "out").count("skipped") == 0


def test_results_of_another_scan_inside_the_scanned_folder_are_one_row(run: Run, scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    for name in ("first", "second"):
        run("scan", scrape.inputs, "-o", scrape.inputs / name, "-q")
    found = open_results(scrape.inputs / "second")
    assert found.count("articles") == 1
    assert [(row["path"], row["reason"]) for row in found.rows("skipped")] == [("first", "results")]
    (scrape.inputs / "first" / "run.json").unlink()  # as when it was interrupted
    (scrape.inputs / "first" / ".work").mkdir()
    (scrape.inputs / "first" / ".work" / "identity.json").write_text('{"layout": 1}')
    run("scan", scrape.inputs, "-o", scrape.inputs / "third", "--exclude", "second", "-q")
    assert open_results(scrape.inputs / "third").count("articles") == 1


def test_gates(run: Run, copies: Scrape) -> None:
    command = ("scan", copies.inputs, "-o", copies.results)
    _, err = run(*command, "--fail-on", "copy", "--fail-on", "spun", status=1)
    assert err.splitlines()[-1] == "dedup: found: copy (--fail-on)"
    _, err = run(*command, "--fail-on", "contains, copy", "--fail-on", "exact,copy", status=1)
    assert err.splitlines()[-1] == "dedup: found: copy, exact (--fail-on)"
    run(*command, "--fail-on", "contains", "--fail-on", "spun", "--strict")


def test_a_second_scan_into_the_same_results_is_refused(run: Run, copies: Scrape) -> None:
    home = copies.home / "busy"
    (home / ".work").mkdir(parents=True)
    with (home / ".work" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _, err = run("scan", copies.inputs, "-o", home, status=2)
        assert "another scan" in one_line(err)
        assert str(home) in err
        assert not (home / "run.json").exists()
    run("scan", copies.inputs, "-o", home, "-q")


# ------------------------------------------------------------------ what is printed where


def test_json_is_all_that_stdout_holds(run: Run, copies: Scrape, samples: Results) -> None:
    out, _ = run("scan", copies.inputs, "-o", copies.results, "--json")
    report = json.loads(out)
    assert report["up_to_date"] is True
    assert report["counts"]["pairs"] == 2
    out, err = run("show", copies.results, "--json")
    assert json.loads(out)["kinds"] == {"exact": 1, "copy": 1}
    assert not err
    for noun, rows in (("pairs", 2), ("clusters", 3), ("spun", 0), ("skipped", 0)):
        out, err = run("show", copies.results, noun, "--json")
        assert len([json.loads(line) for line in out.splitlines()]) == rows
        assert not err
    pair = json.loads(run("diff", samples.path, "1", "--json")[0])
    assert pair
    explained = json.loads(run("explain", samples.path, "1", "--json")[0])
    row = samples.pair(1)
    assert (explained["left"], explained["right"]) == (row["left"], row["right"])
    files = [copies.inputs / name for name in ("a.txt", "b.txt")]
    assert json.loads(run("diff", *files, "--json")[0])


def test_tables_by_a_condition_in_an_order(run: Run, samples: Results) -> None:
    command = ("show", samples.path, "pairs")
    out, _ = run(*command, "--where", "kind = 'copy'", "--sort", "-similarity", "--top", 3, "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    copies = [row for row in samples.rows("pairs", ["pair", "kind", "similarity"]) if row["kind"] == "copy"]
    expected = sorted(copies, key=lambda row: (-row["similarity"], row["pair"]))[:3]
    assert [row["pair"] for row in rows] == [row["pair"] for row in expected]
    out, _ = run(*command, "--csv", "--sort", "similarity")
    assert out.startswith("pair,left,right,kind")  # and not with a byte order mark
    assert len(out.splitlines()) == 1 + samples.count("pairs")
    out, _ = run(*command, "--where", '"left" IN (SELECT article FROM articles WHERE words > 1e9)')
    assert out == "For no pair the condition holds.\n"
    out, _ = run("show", samples.path, "sources")
    assert "articles" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pairs", "--where", "sim > 0.5"), 'column "sim" not found'),
        (("pairs", "--where", "left = 'a'"), 'as columns "left" and "right" stand in double quotes'),
        (("pairs", "--where", "true; DROP VIEW pairs"), "takes one condition"),
        (("pairs", "--where", "true) UNION SELECT * FROM (pairs"), "syntax error"),
        (("pairs", "--where", "true LIMIT 1"), "syntax error"),
        (("pairs", "--where", "kind IN (SELECT content FROM read_text('/etc/hostname'))"), "Cannot access"),
        (("pairs", "--where", ""), "--where can't be carried out"),
        (("pairs", "--where", "\x1b[31m\u202e"), "--where can't be carried out"),
        (("articles", "--where", "words > (SELECT 'x')"), "--where can't be carried out"),
        (("pairs", "--sort", "spans"), "can be sorted by pair, left"),
        (("pairs", "--sort", "1; DROP"), "can be sorted by pair, left"),
        (("pairs", "--csv", "--json"), "not both"),
        (("--where", "true"), "are for tables: pairs, clusters"),
        (("--top", "3"), "are for tables"),
    ],
)
def test_a_wrong_choice_is_one_line(run: Run, samples: Results, arguments: Sequence[str], said: str) -> None:
    out, err = run("show", samples.path, *arguments, status=2)
    assert said in one_line(err)
    assert not out


def test_what_would_go_and_what_stays(run: Run, copies: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copies.home)
    before = times(copies.home)
    out, err = run("apply", copies.results)
    assert "4 articles: 2 stay, 2 go" in out
    assert "dedup apply" in out
    assert not err
    assert times(copies.home) == before
    out, _ = run(
        "apply", copies.results, "--write-kept", "kept.jsonl", "--write-dropped", "gone.jsonl", "--json"
    )
    told = json.loads(out)
    assert (told["kept"], told["dropped"]) == (2, 2)
    kept = [json.loads(line) for line in Path("kept.jsonl").read_text().splitlines()]
    assert [row["article"] for row in kept] == ["a.txt", "d.txt"]
    assert kept[0]["text"] == (copies.inputs / "a.txt").read_text()
    _, err = run("apply", copies.results, "--write-kept", "kept.jsonl", status=2)
    assert "--overwrite" in one_line(err)
    _, err = run("apply", copies.results, "--write-kept", copies.inputs / "a.txt", "--overwrite", status=2)
    assert "must end in" in one_line(err)
    _, err = run("apply", copies.results, "--kinds", "copy,odd", status=2)
    assert "'odd' is none" in one_line(err)
    after = times(copies.home)
    assert {path: when for path, when in after.items() if path in before and path != str(copies.home)} == {
        path: when for path, when in before.items() if path != str(copies.home)
    }


def test_the_scrape_without_what_goes(run: Run, copies: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copies.home)
    out, err = run("apply", copies.results, "--write-scrape", "clean")
    assert "2 files of the scrape written to clean, without 2 files that went" in " ".join(out.split())
    assert "To write" not in out
    assert not err
    assert sorted(os.listdir("clean")) == ["a.txt", "d.txt"]
    assert Path("clean/a.txt").read_bytes() == (copies.inputs / "a.txt").read_bytes()
    told = json.loads(
        run("apply", copies.results, "--write-scrape", "again", "--kinds", "exact", "--json")[0]
    )
    assert told["written"]["scrape"] == "again"
    assert told["scrape"] == {"files": 3, "files_gone": 1, "records_gone": 0}
    kept = ("--write-kept", "kept.jsonl")
    _, err = run("apply", copies.results, "--write-scrape", "clean", *kept, "--overwrite", status=2)
    assert "no empty folder" in one_line(err)
    assert not os.path.exists("kept.jsonl")
    (copies.inputs / "d.txt").write_text("another text")
    _, err = run("apply", copies.results, "--write-scrape", "late", status=3)
    assert "d.txt has changed since it was scanned" in one_line(err)
    assert not os.path.exists("late")


def test_a_line_says_that_the_next_scan_would_read_what_stays(run: Run, copies: Scrape) -> None:
    new = copies.inputs / "new" / "kept.jsonl"
    new.parent.mkdir()
    _, err = run("apply", copies.results, "--write-kept", new)
    shutil.rmtree(new.parent)
    assert "which the next scan reads; move it, or give --exclude kept.jsonl" in one_line(err)


def test_kinds_by_commas_or_by_the_flag_given_again(run: Run, copies: Scrape) -> None:
    def told(*flags: str) -> tuple[list[str], int]:
        found = json.loads(run("apply", copies.results, "--json", *flags)[0])
        return found["kinds"], found["dropped"]

    assert told("--kinds", "exact") == (["exact"], 1)
    both = (["exact", "copy"], 2)
    assert told("--kinds", "exact,copy") == both
    assert told("--kinds", "exact", "--kinds", "copy") == both
    assert told("--kinds", "exact", "--kinds", " copy ,exact") == both
    assert told("--kinds", "", "--drop-spun") == ([], 0)
    assert told() == (["exact", "copy", "contains"], 2)


def test_spun_articles_without_a_corpus(run: Run, copies: Scrape) -> None:
    home = Path(__file__).parent.parent / "samples"
    spun = home / "worldportnews-gannet-point-ruling.txt"
    out, err = run("spun", spun, copies.inputs, "--json", "--fail-on-spun", status=1)
    [row] = [json.loads(line) for line in out.splitlines()]
    assert row["article"] == spun.name
    assert "--fail-on-spun" in one_line(err)
    out, err = run("spun", copies.inputs)
    assert not out
    assert "no article" in one_line(err)
    out, _ = run("spun", spun)
    assert spun.name in out


def test_an_estimate_writes_nothing(run: Run, copies: Scrape) -> None:
    before = times(copies.home)
    out, err = run("scan", copies.inputs, "--estimate", "--jobs", "1")
    assert not err
    for word in ("4 articles", "2 pairs", "time", "memory", "disk", "sample"):
        assert word in out
    out, _ = run("scan", copies.inputs, "--estimate", "--json", "--jobs", "1")
    assert json.loads(out)["seconds"]["total"] > 0
    assert times(copies.home) == before
    _, err = run("scan", copies.inputs, status=2)
    assert "--output" in one_line(err)


def test_quiet_prints_nothing(run: Run, copies: Scrape) -> None:
    assert run("scan", copies.inputs, "-o", copies.results, "-q") == ("", "")


def test_tables_and_pairs_for_people(run: Run, samples: Results) -> None:
    row = samples.pair(1)
    for command in (("diff", samples.path, row["right"], row["left"]), ("explain", samples.path, "1")):
        out, err = run(*command, "--width", "200")
        assert row["left"] in out
        assert row["right"] in out
        assert not err
    out, _ = run("show", samples.path)
    for hint in ("dedup show", "dedup diff", "dedup explain"):
        assert hint in out
    _, err = run("diff", samples.path, "9999", status=2)
    assert "no pair 9999" in one_line(err)


def test_two_articles_that_are_no_pair(run: Run, copies: Scrape) -> None:
    pair = (copies.results, "a.txt", "d.txt")
    said = "never 8 words in a row are the same, and too few sentences tell the same"
    out, _ = run("explain", *pair, "--width", "200")
    assert out.startswith("no pair\n")
    assert said in out
    assert f"dedup diff {copies.results} a.txt d.txt" in out
    out, _ = run("diff", *pair, "--width", "200")
    assert out.startswith("no pair   similarity 0.")
    assert said in out
    for command in ("diff", "explain"):
        assert json.loads(run(command, *pair, "--json")[0])["pair"] is None


def test_what_keeps_no_texts_reads_them_when_it_shows_them(run: Run, copies: Scrape, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    run("scan", copies.inputs, "-o", bare, "--no-text", "--jobs", "1", "-q")
    pair = ("a.txt", "b.txt")
    for command in ("diff", "explain"):
        with_texts, _ = run(command, copies.results, *pair)
        without, _ = run(command, bare, *pair)
        # The names of RESULTS differ in length, and so does where a line that has them is broken.
        told = (
            text.replace(str(home), "R").split()
            for text, home in ((without, bare), (with_texts, copies.results))
        )
        assert next(told) == next(told)
    copies.write("b.txt", "Another text, of other words.")
    for command in ("diff", "explain"):
        out, err = run(command, bare, *pair, status=3)
        assert "b.txt has changed" in one_line(err)
        assert not out
    (copies.inputs / "a.txt").unlink()
    _, err = run("diff", bare, *pair, status=3)
    assert "a.txt is gone" in one_line(err)


def screen(*arguments: object, **environment: str) -> str:
    """What the program sends to a terminal."""
    leader, follower = pty.openpty()
    keep = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
    with subprocess.Popen(  # noqa: S603
        [PROGRAM, *(str(argument) for argument in arguments)],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env={**keep, "TERM": "xterm-256color", **environment},
    ) as process:
        os.close(follower)
        shown = bytearray()
        with contextlib.suppress(OSError):  # the far end is closed
            while piece := os.read(leader, 65536):
                shown += piece
        os.close(leader)
    assert process.returncode == 0
    return shown.decode()


def test_colour_on_a_terminal_but_not_with_no_color(samples: Results) -> None:
    colour = re.compile(r"\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7])(?:;[0-9;]*)?m")
    assert colour.search(screen("show", samples.path, "spun"))
    assert not colour.search(screen("show", samples.path, "spun", NO_COLOR="1"))


@pytest.fixture
def hostile(scrape: Scrape) -> Scrape:
    """Names and texts that try to move the cursor, to colour, to link and to turn words around."""
    evil = "[/b][bold]red[/] \x1b[31mred\x1b]8;;http://x\x07 \u202eturned\u2066 \x9b2J\r\x08 {0} %s"
    words = scrape.words(1, 60)
    scrape.write("[/b] \x1b[31m\u202e.txt", f"{evil}\n" + " ".join(words))
    scrape.write("a\nb \x07.txt", f"{evil} " + " ".join(words[:55]) + evil)
    scrape.write("\x1b]0;title\x07.txt", bytes(range(32)))
    source = {"source": evil, "title": evil, "url": evil, "published": evil}
    scrape.records("z.jsonl", {"id": evil, "text": " ".join(words[3:]), **source}, {"text": 7, evil: evil})
    scrape.scan()
    return scrape


def test_hostile_names_and_texts_never_reach_a_terminal_raw(run: Run, hostile: Scrape) -> None:
    run("scan", hostile.inputs, "-o", hostile.results)
    out, _ = run("show", hostile.results, "pairs")
    assert "[/b]" in out
    for noun in ("clusters", "articles", "sources", "spun", "furniture"):
        run("show", hostile.results, noun)
    for noun in ("pairs", "clusters", "articles", "sources", "skipped"):
        out, _ = run("show", hostile.results, noun, "--csv")
        assert len(out.splitlines()) == 1 + len(run("show", hostile.results, noun, "--json")[0].splitlines())
    run("show", hostile.results)
    run("apply", hostile.results)
    [*names] = (row["article"] for row in open_results(hostile.results).rows("articles", ["article"]))
    for name in names:
        run("explain", hostile.results, name)
    out, _ = run("show", hostile.results, "skipped")
    assert "binary" in out
    out, _ = run("diff", hostile.results, "1")
    assert "[/b][bold]red[/]" in out
    run("explain", hostile.results, "1")
    out, _ = run("show", hostile.results, "pairs", "--json")
    written = [json.loads(line) for line in out.splitlines()]
    pairs = open_results(hostile.results).rows("pairs")
    assert [row["left"] for row in written] == [row["left"] for row in pairs]
    run("spun", hostile.inputs, "--all")


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "missing \x1b[31m\u202e", "-o", "r"),
        ("show", "missing \x1b[31m\u202e"),
        ("show", "r", "pairs", "more \x1b[31m\u202e"),
        ("scan", "--\x1b[31m\u202e", "-o", "r"),
    ],
)
def test_hostile_arguments_never_reach_a_terminal_raw(run: Run, arguments: Sequence[str]) -> None:
    run(*arguments, status=2)


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_closed_pipe_ends_it_quietly(scrape: Scrape, more: Sequence[str]) -> None:
    words = scrape.words(1, 60)
    scrape.records("a.jsonl", *({"id": f"n{n:04}", "text": " ".join(words)} for n in range(2000)))
    scrape.scan()
    command = [PROGRAM, "show", str(scrape.results), "pairs", "--top", "2000", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert err == b""
    assert process.returncode == 0


@pytest.mark.parametrize("given", ["--help", "--version"])
def test_a_reader_of_help_may_leave(given: str) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as left:
        done = subprocess.run([PROGRAM, given], stdout=left, stderr=subprocess.PIPE, timeout=120, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "given",
    [
        ("show", ""),
        ("show", "", "--json"),
        ("show", "", "pairs", "--csv"),
        ("--help",),
        ("scan", "-h"),
        ("--version",),
    ],
)
def test_output_that_finds_no_room_is_one_line(samples: Results, given: Sequence[str]) -> None:
    command = [PROGRAM, *(argument or str(samples.path) for argument in given)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)  # noqa: S603
    assert done.returncode == 3
    assert one_line(done.stderr.decode()) == (
        "dedup: can't write to standard output: No space left on device\n"
    )


def test_a_report_goes_to_a_file(run: Run, copies: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copies.home)
    _, err = run("report", copies.results, "-o", "-", status=2)
    assert "-o report.html" in one_line(err)
    assert not Path("-").exists()


# ------------------------------------------------------------------ interruption


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory, new_scrape: Callable[[Path], Scrape]) -> Scrape:
    """More files than one process reads at once, and finished RESULTS of them."""
    scrape = new_scrape(tmp_path_factory.mktemp("crowd"))
    for family in range(500):
        words = scrape.words(family, 100)
        for copy in range(3):
            scrape.write(f"{copy}/{family}.txt", " ".join(words[copy:]))
    assert scrape.scan().count("pairs") == 500 * 3
    return scrape


def processes(group: int) -> dict[int, list[str]]:
    """The living processes of a group, and the files that each holds open."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, its_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                found[int(folder.name)] = [os.readlink(link) for link in (folder / "fd").iterdir()]
    return found


def end_in_the_middle(
    command: Sequence[str], results: Path, end: Callable[[subprocess.Popen[bytes]], None]
) -> tuple[int, str]:
    """Begin a scan and end it when its first part is done: the status and what it said.

    Should it be done before it is hit, it is begun anew.
    """
    parts = results / ".work" / "done" / "read"
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    for _ in range(5):
        shutil.rmtree(results, ignore_errors=True)
        with subprocess.Popen(command, start_new_session=True, **pipes) as process:  # noqa: S603
            while process.poll() is None and not list(parts.glob("*.json")):
                time.sleep(0.01)
            begin = time.monotonic()
            with contextlib.suppress(ProcessLookupError):
                end(process)
            process.wait(timeout=60)
            while processes(process.pid):
                assert time.monotonic() - begin < 30, "processes are left"
                time.sleep(0.01)
            out, err = process.communicate()
        assert not out
        if process.returncode != 0:
            return process.returncode, err.decode()
    raise AssertionError("it was done five times before it was hit")


def kill_a_worker(process: subprocess.Popen[bytes]) -> None:
    workers = [
        pid
        for pid, files in processes(process.pid).items()
        if pid != process.pid and any(file.endswith(".work/workers") for file in files)
    ]
    if workers:
        os.kill(workers[0], signal.SIGKILL)


ENDINGS: list[tuple[str, Callable[[subprocess.Popen[bytes]], None], int, str]] = [
    ("Ctrl-C", lambda process: os.killpg(process.pid, signal.SIGINT), 130, "interrupted; the same command"),
    ("TERM", lambda process: process.send_signal(signal.SIGTERM), 143, "terminated; the same command"),
    ("TERM to all", lambda process: os.killpg(process.pid, signal.SIGTERM), 143, "terminated; the same"),
    ("KILL", lambda process: process.kill(), -9, ""),
    ("KILL of a worker", kill_a_worker, 3, "a worker process died"),
]


@pytest.mark.parametrize(
    ("end", "status", "says"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS]
)
def test_a_scan_ended_in_the_middle_goes_on(
    crowd: Scrape, tmp_path: Path, end: Callable[[subprocess.Popen[bytes]], None], status: int, says: str
) -> None:
    results = tmp_path / "results"
    command = [PROGRAM, "scan", str(crowd.inputs), "-o", str(results), "--jobs", "2", "-q"]
    ended, err = end_in_the_middle(command, results, end)
    assert ended == status, err
    if says:
        assert says in one_line(err.lstrip("\n"))
    assert not (results / "run.json").exists()
    assert list((results / ".work" / "done" / "read").glob("*.json"))
    program(*command[1:])
    assert everything(open_results(results)) == everything(open_results(crowd.results))
    assert not (results / ".work").exists()


def test_a_full_disk_is_one_line_and_the_scan_goes_on_when_there_is_room(
    crowd: Scrape, tmp_path: Path
) -> None:
    command = [PROGRAM, "scan", str(crowd.inputs), "-o", str(tmp_path / "results"), "-q"]
    for jobs, blocks in (("1", "64"), ("2", "200"), ("2", "400")):  # of 512 or 1024 bytes, by shell
        limited = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", *command, "--jobs", jobs]
        done = subprocess.run(limited, capture_output=True, timeout=120, check=False)  # noqa: S603
        assert done.returncode == 3, done.stderr
        assert "File too large" in one_line(done.stderr.decode())
        assert not done.stdout
        assert not (tmp_path / "results" / "run.json").exists()
    program(*command[1:], "--jobs", "1")
    assert everything(open_results(tmp_path / "results")) == everything(open_results(crowd.results))
