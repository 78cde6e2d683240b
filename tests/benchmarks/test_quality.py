"""Reading sets, setting peers, rows and tables, on tiny sets and without a scan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from benchmarks import crowd, environments, labels, passages, quality, quality_tables, rivals
from benchmarks.labels import Tally
from benchmarks.measure import Measurement


def write(path: Path, *rows: Mapping[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    if path.suffix == ".gz":
        with pa.output_stream(str(path)) as stream:
            stream.write(text)
    else:
        path.write_bytes(text)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A labelled set of four, one that isn't labelled, and a crowd of six."""
    home = tmp_path / "data"
    texts = {
        "one": "The ferry sails.",
        "two 2": "A ferry sails!",
        "three": "the FERRY sails",
        "four": "Rain.",
    }
    write(home / "small" / "docs.jsonl", *({"id": name, "text": text} for name, text in texts.items()))
    write(
        home / "small" / "pairs.jsonl.gz",
        {"a": "one", "b": "two 2", "label": 1, "kind": "light"},
        {"a": "one", "b": "three", "label": None},
    )
    write(home / "small" / "neg_pairs.jsonl", {"a": "one", "b": "four", "label": 0, "kind": "far"})
    more = {"source": "Mills", "date": "1Mar2005", "topic": "no field of ours"}
    press = [{"id": f"p{number}", "text": f"press {number}", **more} for number in range(4)]
    write(home / "senate_press" / "docs.jsonl", *press)
    wire = [{"id": f"w{number}", "text": f"wire {number}", "title": "", "date": None} for number in range(2)]
    write(home / "reuters21578" / "docs.jsonl.gz", *wire)
    return home


def test_the_threshold_that_serves_best() -> None:
    low, middle, high = (rivals.Setting(threshold, 5) for threshold in (0.3, 0.5, 0.7))
    found = {
        low: {"near": Tally(10, 0, 0, 10), "far": Tally(0, 10, 0, 10)},
        middle: {"near": Tally(9, 0, 1, 10), "far": Tally(0, 2, 0, 10)},
        high: {"near": Tally(2, 0, 8, 10), "far": Tally(0, 0, 0, 10)},
    }
    assert rivals.choose(found) == middle
    assert rivals.choose_for(found, "near") == low
    assert rivals.choose_for(found, "far") == high
    even = {setting: {"near": Tally(1, 0, 0, 1)} for setting in (low, high, middle)}
    assert rivals.choose(even) == rivals.choose_for(even, "near") == high


def test_grids() -> None:
    scored, banded = rivals.settings_of("datasketch"), rivals.settings_of("text-dedup")
    assert scored[0] == (
        min(rivals.THRESHOLDS),
        rivals.SHINGLES[0],
        None,
    )  # the run that the others are cut of
    assert {(one.threshold, one.band) for one in banded} >= {(0.288, 3), (0.42, 4), (0.707, 8)}
    assert len(set(banded)) == len(rivals.BANDS) * len(rivals.SHINGLES)
    assert rivals.show_setting(banded[1]) == "threshold 0.288, bands of 3, shingles of 2"


def test_peers_that_judge() -> None:
    assert rivals.names_of("none") == ()
    assert rivals.names_of("all") == tuple(rivals.RIVALS)
    assert rivals.names_of("datatrove") == ("datatrove",)
    with pytest.raises(click.BadParameter):
        rivals.names_of("datatrove,rensa")
    for rival in rivals.RIVALS.values():
        assert (environments.SCRIPTS / rival.script).exists()


def test_reading_what_peers_wrote(tmp_path: Path) -> None:
    path = tmp_path / "pairs"
    path.write_text("b a 0.5\na c 0.25\nd e 0.75\n")
    assert set(rivals.read_rival("datasketch", path, {}, 0.5).kinds) == {("a", "b"), ("d", "e")}
    found = rivals.read_rival("datasketch", path, {"c": "a"}, 0.0, among=set("abc"))
    assert (dict(found.kinds), set(found.exact)) == ({("a", "b"): "pair"}, set())
    path.write_text("a b\na c\n")
    found = rivals.read_rival("text-dedup", path, {}, among=set("bcx"))
    assert found.kind_of("b", "c") == "grouped"
    assert set(found.groups) == set("bc")


def test_finding_sets(data: Path) -> None:
    assert crowd.find_sets(data, None) == crowd.find_sets(data, "small") == ["small"]
    with pytest.raises(click.BadParameter, match="senate_press"):
        crowd.find_sets(data, "small,senate_press")


def test_reading_a_set(data: Path) -> None:
    small = crowd.read_set(data, "small")
    assert [(one.id, one.name) for one in small.articles][1] == ("small/1", "two 2")
    assert small.labels == [
        ("small/0", "small/1", 1, "light"),
        ("small/0", "small/2", None, ""),
        ("small/0", "small/3", 0, "far"),
    ]
    assert len(crowd.cut_labels(small.labels, 1)) == 1
    assert set(crowd.cut_labels(small.labels, 9)) == {small.labels[0], small.labels[2]}


def test_sets_that_contradict_themselves(data: Path) -> None:
    write(data / "small" / "neg_pairs.jsonl", {"a": "one", "b": "nobody", "label": 0})
    with pytest.raises(click.ClickException, match="nobody"):
        crowd.read_set(data, "small")
    write(data / "small" / "docs.jsonl", {"id": "one", "text": ""}, {"id": "one", "text": "x"})
    with pytest.raises(click.ClickException, match="several"):
        crowd.read_set(data, "small")


def test_the_crowd_is_the_same_every_time(data: Path) -> None:
    whole = crowd.read_crowd(data, None)
    assert [one.name for one in whole] == ["w0", "w1", "p0", "p1", "p2", "p3"]
    assert [one.id for one in whole] == [f"crowd/{number}" for number in range(6)]
    assert whole[0].fields == {"text": "wire 0"}
    assert whole[-1].fields == {"text": "press 3", "source": "Mills", "date": "1Mar2005"}
    few, fewer = ([one.name for one in crowd.read_crowd(data, most)] for most in (4, 2))
    assert set(fewer) < set(few)
    assert few == [one.name for one in whole if one.name in few]


def test_writing_a_corpus(data: Path, tmp_path: Path) -> None:
    small, others = crowd.read_set(data, "small"), crowd.read_crowd(data, None)
    corpus = crowd.write_corpus(tmp_path / "corpus", [*small.articles, *others])
    docs, texts = (list(crowd.read_lines(path)) for path in (corpus.docs, corpus.texts))
    assert docs[-1] == {"id": "crowd/5", "text": "press 3", "source": "Mills", "date": "1Mar2005"}
    assert texts == [{"id": row["id"], "text": row["text"]} for row in docs]
    assert corpus.names["small/1"] == "two 2"
    assert corpus.first == {"small/2": "small/0"}


def test_the_grid_has_what_its_labels_speak_of(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rivals, "STRANGERS", 3)
    small = crowd.read_set(data, "small")
    corpus, (share,) = rivals.write_grid(tmp_path / "grid", [small], crowd.read_crowd(data, None), 1)
    (label,) = share.labels
    assert {one.id for one in share.articles} == {label.a, label.b}
    assert len(corpus.names) == 2 + 3


def make_results(place: Path) -> Path:
    """RESULTS of a set of three and a crowd of three."""
    spans = [
        {"op": "equal", "left_start": 0, "left_end": 4},
        {"op": "insert", "left_start": 4, "left_end": 4},
        {"op": "equal", "left_start": 4, "left_end": 11},
    ]
    rows: dict[str, list[Any]] = {
        "left": ["s/0", "s/0", "crowd/0"],
        "right": ["s/1", "s/2", "crowd/1"],
        "kind": ["exact", "copy", "contains"],
        "spans": [None, spans, spans],
        **{
            name: [1.0, 0.5, 0.75]
            for name in ("similarity", "left_containment", "right_containment", "jaccard")
        },
        "longest_run": [9, 5, 7],
        "probability": [None, 0.5, 0.25],
    }
    names = ["s/0", "s/1", "s/2", "crowd/0", "crowd/1", "crowd/2"]
    texts = ["a", "a", "b", "the ferries", "the old ferries", ""]
    articles = {"article": names, "exact_of": [None, "s/0", None, None, None, None], "text": texts}
    for name, table in (("pairs", rows), ("articles", articles)):
        (place / name).mkdir(parents=True)
        pq.write_table(pa.table(table), place / name / "part-0.parquet")
    return place


def test_reading_results(tmp_path: Path) -> None:
    found = quality.read_ours(make_results(tmp_path))
    assert found.kinds == {("s/0", "s/2"): "copy", ("crowd/0", "crowd/1"): "contains"}
    assert found.first == {"s/1": "s/0"}
    assert found.kind_of("s/1", "s/2") == "copy"


def test_pairs_to_read(tmp_path: Path) -> None:
    names = {"crowd/0": "w 0", "crowd/1": "w 1"}
    (pair,) = passages.sample_pairs(make_results(tmp_path), names, 5, 1)
    assert (pair["left"], pair["right"], pair["kind"], pair["probability"]) == (
        "w 0",
        "w 1",
        "contains",
        0.25,
    )
    assert (pair["left_head"], pair["right_head"]) == ("the ferries", "the old ferries")
    assert pair["shared"] == ["ferries", "the "]


def test_rows_and_tables(data: Path, tmp_path: Path) -> None:
    small, others = crowd.read_set(data, "small"), crowd.read_crowd(data, None)
    corpus = crowd.write_corpus(tmp_path / "corpus", [*small.articles, *others])
    found = labels.map_reported(
        [("small/0", "small/1", "copy"), ("crowd/0", "small/3", "contains")], corpus.first
    )
    columns = {"seconds": 1.5, "candidates_per_article": 0.25, "articles": 10}
    rows = quality.judge_set("dedup", lambda _: quality.Judged(found, columns), small, corpus)
    whole, *kinds = rows
    assert (whole["true"], whole["false"], whole["strangers"], whole["precision"]) == (1, 0, 1, 1.0)
    assert [(row["label"], row["share"]) for row in kinds] == [(1, 1.0), (0, 0.0), (None, 1.0)]
    survey = {rivals.Setting(0.5, 5): {"small": Tally(1, 0, 0, 2)}}
    choices = [quality.describe_survey("datasketch", survey)]
    assert choices[0]["shown"] == "threshold 0.5, shingles of 5, the least tried"
    tables = quality_tables.make_tables(rows, choices)
    text = quality_tables.format_markdown(tables)
    assert "| small | derived | light | 1 | 1.000 [0.21, 1.00] | copy 1 |" in text
    assert "| dedup | aligned pairs | as given | 0.667 | 10 | 1.5 |" in text
    assert "| datasketch | small | 0.5 | 5 | 1.000 | 0 | 0 |" in text
    for part in text.split("\n\n")[1::2]:
        assert len({line.count("|") for line in part.splitlines()}) == 1
    assert len(tables) == 4
    assert len(quality_tables.make_tables(rows, [])) == 3


def test_tables_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    table = quality_tables.Table("What [b]is[/b] found", ["set", "pairs"], [["small [x]", "1,000"]], 1)
    quality_tables.print_tables([table])
    quality_tables.print_tables([table], to_stderr=True)
    captured = capsys.readouterr()
    assert captured.out == captured.err
    assert "small [x]" in captured.out
    assert "1,000" in captured.out


def test_a_survey_runs_no_more_than_it_must(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer with scores once for each length of shingles; settings that failed are left out."""
    ran = []

    def run(name: str, _: Path, corpus: crowd.Corpus, setting: rivals.Setting, *__: Any) -> Any:
        ran.append(setting)
        output = corpus.texts.parent / f"{name}.pairs"
        output.write_text("small/0 small/1 0.55\nsmall/0 small/3 0.25\n")
        return Measurement(1.0, 1.0, 1, 1, int(setting.shingle == 2), None), output

    monkeypatch.setattr(rivals, "run_rival", run)
    small = crowd.read_set(data, "small")
    corpus = crowd.write_corpus(tmp_path / "grid", small.articles)
    found = rivals.survey("datasketch", Path("python"), corpus, [small], 1, 1.0)
    assert [setting.shingle for setting in ran] == list(rivals.SHINGLES)
    assert {setting.shingle for setting in found} == set(rivals.SHINGLES) - {2}
    assert found[rivals.Setting(0.2, 5)] == {"small": Tally(1, 1, 0, 2)}
    assert found[rivals.Setting(0.5, 5)] == {"small": Tally(1, 0, 0, 2)}
    assert rivals.choose(found) == rivals.Setting(0.5, 5)
    monkeypatch.setattr(rivals, "SHINGLES", (2,))
    with pytest.raises(click.ClickException, match="failed"):
        rivals.survey("datasketch", Path("python"), corpus, [small], 1, 1.0)


@pytest.mark.parametrize("markdown", [False, True])
def test_a_run(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, markdown: bool) -> None:
    """The command, but for the scan."""
    found = labels.map_reported([("small/0", "small/1", "copy")], {})
    judged = quality.Judged(found, {"seconds": 1.0, "candidates_per_article": 0.5, "articles": 8})
    monkeypatch.setattr(environments, "install_ours", lambda _: tmp_path / "dedup" / "bin" / "python")
    monkeypatch.setattr(quality, "make_ours", lambda *_: lambda _: judged)
    arguments = ["--data", str(data), "--work", str(tmp_path / "work"), "--runs", str(tmp_path / "runs")]
    arguments += ["--crowd", "4", "--peers", "none", "--option=--no-spun --seed 2"]
    arguments += ["--markdown"] if markdown else []
    done = CliRunner().invoke(quality.quality, arguments, catch_exceptions=False)
    (record,) = (tmp_path / "runs").glob("*/quality.json")
    facts = json.loads(record.read_text("utf-8"))
    assert (facts["crowd"], facts["options"], facts["choices"]) == (4, ["--no-spun", "--seed", "2"], [])
    assert len(record.with_suffix(".csv").read_text("utf-8").splitlines()) == 1 + 1 + 3
    text = record.with_suffix(".md").read_text("utf-8")
    assert "| small | not a copy | far | 1 | 0.000 [0.00, 0.79] |  |" in text
    assert (text in done.output) == markdown
    assert "not a copy" in done.output
