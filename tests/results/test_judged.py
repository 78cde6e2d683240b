from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import DedupError, UsageError
from dedup.results.judged import HEADER, digest_of, ends_of, read_judged, ruled_out, write_judged

NAMES = st.text(st.sampled_from("ab#\\\t\r\n\u2028é"), min_size=1, max_size=5)


@given(st.dictionaries(st.tuples(NAMES, NAMES).filter(lambda ends: ends[0] < ends[1]), st.booleans()))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, judged: dict[tuple[str, str], bool]
) -> None:
    path = tmp_path_factory.getbasetemp() / "judged.tsv"
    write_judged(path, judged)
    assert read_judged(path) == judged


def test_a_file_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "judged.tsv"
    path.write_bytes(b"\xef\xbb\xbf# a remark\r\nb\ta\tyes\r\n\r\na\tc\tno\na\tb\tyes")
    assert read_judged(path) == {("a", "b"): True, ("a", "c"): False}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a\tb", "not two articles and yes or no"),
        ("a b yes", "not two articles and yes or no"),
        ("a\tb\tyes\tno", "not two articles and yes or no"),
        ("a\tb\tYes", "'Yes' is neither yes nor no"),
        ("\tb\tyes", "an article has no name"),
        ("a\ta\tno", "both articles are 'a'"),
        ("a\\x\tb\tno", "stands for nothing"),
        ("a\\\tb\tno", "stands for nothing"),
        ("q\tp\tno", "line 2 judges the same pair otherwise"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "judged.tsv"
    path.write_text(f"{HEADER}\np\tq\tyes\n{line}\n", "utf-8")
    with pytest.raises(UsageError, match=r"judged\.tsv, line 3: ") as caught:
        read_judged(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_of_judgements(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"a\t\xff\tyes\n")
    for name, says in (("bad", "not UTF-8"), ("missing", "No such file"), (".", "directory")):
        with pytest.raises(UsageError, match=says):
            read_judged(tmp_path / name)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "judged.tsv"
    write_judged(path, {("a", "b"): True})
    with pytest.raises(TypeError):
        write_judged(path, {("a", "b"): True, (None, "c"): False})  # type: ignore[dict-item]
    assert read_judged(path) == {("a", "b"): True}
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(DedupError, match="can't write"):
        write_judged(tmp_path / "missing" / "judged.tsv", {})


def test_what_is_ruled_out_has_a_digest() -> None:
    assert ends_of("b", "a") == ("a", "b")
    ruled = ruled_out({("c", "d"): False, ("a", "b"): False, ("a", "c"): True})
    assert ruled == [("a", "b"), ("c", "d")]
    assert digest_of(ruled) != digest_of(ruled[:1])
    assert digest_of([("a", "b\tc")]) != digest_of([("a\tb", "c")])
