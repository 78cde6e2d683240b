from __future__ import annotations

import json
import os
import socket
import warnings
import zipfile
from pathlib import Path

import pytest

from dedup.errors import NothingToRead, UsageError
from dedup.options import Options
from dedup.read.files import find_files
from dedup.read.formats import ending_of, format_of, recognise
from dedup.read.patterns import Patterns
from dedup.read.search import show
from dedup.read.snapshot import compare, fingerprint, snapshot

PLAIN = Options()


def make(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def shown(*paths: Path, options: Options = PLAIN) -> list[str]:
    return [file.shown for file in find_files(paths, options)[0]]


def skipped(*paths: Path) -> list[tuple[str, str]]:
    return [(skip.path, skip.reason) for skip in find_files(paths, PLAIN)[1]]


def test_walks_in_the_order_of_path_bytes(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.txt", "a.txt", "a-1.txt", "a/b/c.md", "B.TXT", "é.txt")
    files, skips = find_files([tmp_path], PLAIN)
    names = [file.shown for file in files]
    assert names == sorted(
        ["b.txt", "a/z.txt", "a.txt", "a-1.txt", "a/b/c.md", "B.TXT", "é.txt"], key=str.encode
    )
    assert [file.file for file in files] == list(range(7))
    assert all(Path(os.fsdecode(file.place.path)).read_text() == file.shown for file in files)
    assert all(file.size == len(file.shown.encode()) and file.modified_ns > 10**18 for file in files)
    assert not skips


def test_what_is_hidden_is_skipped(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", ".b.txt", ".git/c.txt", ".git/d/e.txt")
    assert shown(tmp_path) == ["a.txt"]
    assert skipped(tmp_path) == [(".b.txt", "hidden"), (".git", "hidden")]
    assert find_files([tmp_path], Options(exclude=(".*",)))[1] == []
    assert shown(tmp_path / ".b.txt") == [".b.txt"]  # the user named it


def test_does_not_follow_links(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt", "out/b.txt")
    (tmp_path / "in/link.txt").symlink_to(tmp_path / "out/b.txt")
    (tmp_path / "in/folder").symlink_to(tmp_path / "out")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/broken.txt").symlink_to("nowhere")
    links = ["broken.txt", "folder", "link.txt", "loop"]
    assert shown(tmp_path / "in") == ["a.txt"]
    assert skipped(tmp_path / "in") == [(name, "link") for name in links]


def test_follows_links_if_asked_to(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt", "out/b.txt", "out/c.txt")
    (tmp_path / "in/link.txt").symlink_to(tmp_path / "out/b.txt")
    (tmp_path / "in/folder").symlink_to(tmp_path / "out")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/broken.txt").symlink_to("nowhere")
    files, skips = find_files([tmp_path / "in"], Options(follow_links=True))
    assert [file.shown for file in files] == ["a.txt", "folder/c.txt", "link.txt"]
    assert [(skip.path, skip.reason) for skip in skips] == [("broken.txt", "unreadable")]


def test_a_file_of_two_names_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "b/one.txt", "a/other.txt")
    (tmp_path / "c.txt").hardlink_to(tmp_path / "b/one.txt")
    assert shown(tmp_path) == ["a/other.txt", "b/one.txt"]
    (skip,) = find_files([tmp_path], PLAIN)[1]
    assert (skip.path, skip.reason, skip.message) == ("c.txt", "same-file", "the same file as b/one.txt")


def zip_at(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_a_zip_archive_stands_for_its_members(tmp_path: Path) -> None:
    path = zip_at(tmp_path / "a.zip", **{"b.txt": "one", "d/a.html": "<p>two", "e/": "", ".h.txt": "three"})
    files, skips = find_files([tmp_path], PLAIN)
    assert [(file.shown, file.format, file.weight) for file in files] == [
        ("a.zip/b.txt", "text", 3),
        ("a.zip/d/a.html", "html", 6),
    ]
    assert {file.size for file in files} == {path.stat().st_size}
    assert [(skip.path, skip.reason) for skip in skips] == [("a.zip/.h.txt", "hidden")]
    assert shown(path, options=Options(include=("*.html",))) == ["a.zip/d/a.html"]
    assert shown(tmp_path, options=Options(include=("*.html",))) == ["a.zip/d/a.html"]


def test_members_of_the_same_name_and_members_that_lead_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name is there already
        for name in ("a.txt", "a.txt", "../up.txt", "/root.txt", "a\\b.txt", "x/../../y.txt"):
            archive.writestr(name, "text")
    files, skips = find_files([tmp_path], PLAIN)
    assert [(file.shown, file.place.member) for file in files] == [("a.zip/a.txt", 0), ("a.zip/a.txt#2", 1)]
    assert [(skip.path, skip.reason) for skip in skips] == [("a.zip", "archive")] * 4
    assert skips[0].message == "member 3 has a path that leads out: ../up.txt"


def test_every_cut_of_a_zip_archive_is_told(tmp_path: Path) -> None:
    path = zip_at(tmp_path / "a.zip", **{f"{n}.txt": f"text {n} " * 20 for n in range(20)})
    data = path.read_bytes()
    make(tmp_path, "b.txt")
    for cut in range(0, len(data), 97):
        path.write_bytes(data[:cut])
        files, (skip,) = find_files([tmp_path], PLAIN)
        assert ([file.shown for file in files], skip.path, skip.reason) == (["b.txt"], "a.zip", "corrupt")


def test_a_named_link_is_followed(tmp_path: Path) -> None:
    make(tmp_path, "real/a.txt")
    (tmp_path / "file.txt").symlink_to(tmp_path / "real/a.txt")
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (file,), _ = find_files([tmp_path / "file.txt"], PLAIN)
    assert (file.shown, file.place) == ("file.txt", (bytes(tmp_path / "real/a.txt"), None))
    assert shown(tmp_path / "folder") == ["a.txt"]


def test_special_files_and_foreign_endings_are_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.txt", "b.pdf", "c", "d.png.gz", "e.tar.gz", "f.php", "g.")
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        files, skips = find_files([tmp_path], PLAIN)
    assert [(file.shown, file.format) for file in files] == [
        ("a.txt", "text"),
        ("c", ""),  # what these are is seen when they are read
        ("f.php", ""),
        ("g.", ""),
    ]
    assert [(skip.path, skip.reason, skip.message) for skip in skips] == [
        ("b.pdf", "format", "not a format that is read: .pdf"),
        ("d.png.gz", "format", "not a format that is read: .png.gz"),
        ("e.tar.gz", "format", "not a format that is read: .tar.gz"),
        ("pipe.txt", "special", "not a regular file: a named pipe"),
        ("socket.txt", "special", "not a regular file: a socket"),
    ]
    assert {(skip.record, skip.stage) for skip in skips} == {(None, "read")}


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    for name in (b"a\xff.txt", b"a\\b.txt", b"line\nbreak.txt"):
        with open(os.path.join(bytes(tmp_path), name), "wb") as file:
            file.write(b"x")
    assert shown(tmp_path) == ["a\\b.txt", "a\\xff.txt", "line\nbreak.txt"]
    assert show(b"\xed\xa0\x80") == "\\xed\\xa0\\x80"
    files, _ = find_files([os.path.join(bytes(tmp_path), b"a\xff.txt")], PLAIN)
    assert files[0].shown == "a\\xff.txt"


def test_clashing_names_get_the_number_of_their_argument(tmp_path: Path) -> None:
    make(tmp_path, "one/a.txt", "one/b.txt", "two/a.txt", "two/c.txt")
    one, two = tmp_path / "one", tmp_path / "two"
    assert shown(one, two) == ["1/a.txt", "2/a.txt", "b.txt", "c.txt"]
    assert shown(two / "a.txt", one / "a.txt") == ["1/a.txt", "2/a.txt"]
    make(tmp_path, "one/2/a.txt")
    assert shown(one, two) == ["1/2/a.txt", "1/a.txt", "1/b.txt", "2/a.txt", "2/c.txt"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt", "in/sub/b.txt")
    (tmp_path / "link").symlink_to("in")
    paths = [
        tmp_path / "in",
        tmp_path / "in/a.txt",
        tmp_path / "in/sub",
        tmp_path / "link",
        tmp_path / "in/../in",
    ]
    assert shown(*paths) == ["a.txt", "sub/b.txt"]
    assert shown(tmp_path / "in/a.txt", tmp_path / "in/a.txt") == ["a.txt"]


def test_leaves_out_the_results(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "results/b.txt", "deep/results/c.txt")
    files, _ = find_files([tmp_path], PLAIN, leave_out=bytes(tmp_path / "results"))
    assert [file.shown for file in files] == ["a.txt", "deep/results/c.txt"]


REPORT = json.dumps({"status": "done", "dedup": {"version": "0.1.0", "layout": 1}}, indent=1)


def test_results_of_another_scan_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "deep/old/articles/part-000000.parquet", "new/articles/b.txt", "new/.work/lock")
    (tmp_path / "deep/old/run.json").write_text(REPORT)
    (tmp_path / "new/.work/identity.json").write_text('{"layout": 1, "work": 3}')
    files, skips = find_files([tmp_path], PLAIN)
    assert [file.shown for file in files] == ["a.txt"]
    message = "RESULTS of a scan; name it as a path to read its tables"
    assert skips == [(name, None, "read", "results", message) for name in ("deep/old", "new")]
    files, skips = find_files([tmp_path], Options(exclude=("old", "new")))
    assert ([file.shown for file in files], skips) == (["a.txt"], [])


def test_results_that_are_named_are_read(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "old/articles/part-000000.parquet")
    (tmp_path / "old/run.json").write_text(REPORT)
    tables = ["articles/part-000000.parquet", "run.json"]
    assert shown(tmp_path / "old") == tables
    assert shown(tmp_path / "old/articles") == ["part-000000.parquet"]
    for paths in ((tmp_path, tmp_path / "old"), (tmp_path / "old", tmp_path)):
        assert shown(*paths) == ["a.txt", *tables]
        assert skipped(*paths) == []
    files, skips = find_files([tmp_path], PLAIN, listed=[bytes(tmp_path / "old")])
    assert (len(files), skips) == (3, [])


def test_results_are_not_known_by_their_names(tmp_path: Path) -> None:
    make(tmp_path, "results/run.json", "other/run.json", "third/.work/identity.json", "third/a.txt")
    (tmp_path / "other/run.json").write_text('{"status": "done", "text": "a"}')
    (tmp_path / "piped").mkdir()
    os.mkfifo(tmp_path / "piped/run.json")
    assert shown(tmp_path) == ["other/run.json", "results/run.json", "third/a.txt"]
    assert skipped(tmp_path) == [("piped/run.json", "special"), ("third/.work", "hidden")]


def test_the_output_is_no_input(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt", "other/b.txt")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("in")
    for name in ("in", "link"):
        with pytest.raises(NothingToRead, match=r"output can't be the input folder: .*/in; give another"):
            find_files([tmp_path / name, tmp_path / "empty"], PLAIN, leave_out=bytes(tmp_path / "in"))
    files, _ = find_files([tmp_path / "in", tmp_path / "other"], PLAIN, leave_out=bytes(tmp_path / "in"))
    assert [file.shown for file in files] == ["b.txt"]  # as where a shell names all that is there
    with pytest.raises(NothingToRead, match="no input file in"):
        find_files([tmp_path / "empty"], PLAIN, leave_out=bytes(tmp_path / "in"))


def test_missing_paths_and_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or directory: nowhere") as error:
        find_files(["nowhere"], PLAIN)
    assert not isinstance(error.value, NothingToRead)
    with pytest.raises(UsageError, match=r"a\.txt/b: Not a directory"):
        find_files([make(tmp_path, "a.txt") / "a.txt/b"], PLAIN)
    with pytest.raises(UsageError, match="null"):
        find_files(["a\0b"], PLAIN)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToRead, match=r"no input file in .*/empty; read are \.txt .*\.gz"):
        find_files([tmp_path / "empty"], PLAIN)
    with pytest.raises(NothingToRead, match="that --include and --exclude let through"):
        find_files([tmp_path], Options(include=("*.csv",)))
    with pytest.raises(NothingToRead, match=r"1 skipped, first b\.pdf: not a format that is read: \.pdf"):
        find_files([make(tmp_path / "other", "b.pdf")], PLAIN)
    with pytest.raises(NothingToRead, match="no path"):
        find_files([], PLAIN)


def test_a_directory_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.txt", "closed/b.txt")
    listed = os.scandir

    def refuse(path: bytes) -> object:
        if path.endswith(b"closed"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    files, (skip,) = find_files([tmp_path], PLAIN)
    assert [file.shown for file in files] == ["a.txt"]
    assert (skip.path, skip.reason, skip.message) == ("closed", "unreadable", "Permission denied")
    with pytest.raises(NothingToRead, match=r"first \.: Permission denied"):
        find_files([tmp_path / "closed"], PLAIN)


def test_include_and_exclude(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.md", "drafts/a.txt", "2024/a.txt", "2024/drafts/b.txt", "c.pdf")

    def find(**patterns: tuple[str, ...]) -> list[str]:
        files, skips = find_files([tmp_path], Options(**patterns))  # type: ignore[arg-type]
        return [file.shown for file in files] + [f"skipped {skip.path}" for skip in skips]

    assert find(include=("*.md",)) == ["b.md"]
    assert find(include=("2024/*.txt",)) == ["2024/a.txt"]
    assert find(include=("2024",), exclude=("drafts",)) == ["2024/a.txt"]
    assert find(exclude=("drafts/", "*.pdf")) == ["2024/a.txt", "a.txt", "b.md"]
    assert find(exclude=("*.pdf", "a.txt")) == ["2024/drafts/b.txt", "b.md"]
    assert find(exclude=("/a.txt", "2024/**")) == ["b.md", "drafts/a.txt", "skipped c.pdf"]


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.txt", "a.txt", True),
        ("*.txt", "deep/down/a.txt", True),
        ("*.txt", "a.txt.gz", False),
        ("*.txt", "dir.txt/a.md", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a*c", "a/c", False),
        ("sub/*", "sub/a", True),
        ("sub/*", "top/sub/a", False),
        ("**/sub/*", "top/sub/a", True),
        ("**/sub/*", "sub/a", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("/a", "a", True),
        ("/a", "x/a", False),
        ("[ab].txt", "a.txt", True),
        ("[!ab].txt", "a.txt", False),
        ("[!ab].txt", "c.txt", True),
        ("[a-c]", "b", True),
        ("[c-a]", "b", False),
        ("[]x]", "]", True),
        ("[^a]", "^", True),
        ("[", "[", True),
        ("[]", "[]", True),
        ("a.b", "axb", False),
        ("(a|b)+", "(a|b)+", True),
        ("x/", "x", False),
        ("x/", "x/a", True),
        ("x/", "y/x/a", True),
        ("line\nbreak*", "line\nbreak.txt", True),
        ("A.txt", "a.txt", False),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    assert Patterns((pattern,)).match_file(path) is matches


def test_endings() -> None:
    assert format_of("A.JSONL.GZ") == "jsonl"
    assert format_of("a.warc.zst") == "warc"
    assert format_of("a.md") == "markdown"
    assert format_of("a.tsv") == "tsv"
    assert format_of(".txt") == format_of("a.gz") == format_of("a.b c") == ""
    assert ending_of("page.tar.gz") == ".tar.gz"
    assert ending_of("no end. ") == ending_of("trailing.") == ""


@pytest.mark.parametrize(
    ("name", "head", "found"),
    [
        ("a.txt", b"Plain words.", "text"),
        ("a", b"Plain words.", "text"),
        ("a.gz", b"Plain words.", "text"),
        ("a.txt", b"\n <!DOCTYPE HTML><p>x", "html"),
        ("a.php", b"<?xml version='1.0'?>\n<!-- saved --><html><p>x", "html"),
        ("a.jsonl", b"<html><p>x", "html"),
        ("a.txt", b'{"text": "x"}', "json"),
        ("a", b'{\n "text": "x"}', "json"),
        ("a.txt", b"{curly} words", "text"),
        ("a.html", b"no markup", "html"),
        ("a.bin", b"WARC/1.0\r\n", "warc"),
        ("a.txt", b"PAR1....", "parquet"),
        ("a.parquet", b"id,text", "parquet"),
        ("a.warc.gz", b"<html>", "warc"),
        ("a", b"From: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n", "mhtml"),
        ("a.py", b"print('x')", "not a format that is read: .py"),
        ("a.html", b"%PDF-1.7", "not a format that is read: PDF"),
        ("a.txt", b"PK\x03\x04", "not a format that is read: a zip archive or an office document"),
        ("a", b"x" * 257 + b"ustar", "not a format that is read: a tar archive"),
    ],
)
def test_formats_are_known_by_their_first_bytes(name: str, head: bytes, found: str) -> None:
    recognised = recognise(head, name)
    assert (recognised if isinstance(recognised, str) else recognised.message) == found


def test_snapshots_tell_what_changed(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.txt", "c.txt")
    before, _ = find_files([tmp_path], PLAIN)
    assert fingerprint(before) == fingerprint(find_files([tmp_path], PLAIN)[0])
    (tmp_path / "a.txt").unlink()
    (tmp_path / "b.txt").write_text("longer than before")
    os.utime(tmp_path / "c.txt", ns=(5, 5))
    make(tmp_path, "d.txt")
    now, _ = find_files([tmp_path], PLAIN)
    assert compare(snapshot(before), snapshot(now)) == (["d.txt"], ["a.txt"], ["b.txt", "c.txt"])
    assert compare(snapshot(now), snapshot(now)) == ([], [], [])
    assert fingerprint(before) != fingerprint(now)
    assert len(fingerprint(now)) == 64
