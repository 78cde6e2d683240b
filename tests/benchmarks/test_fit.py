"""Fitting the model of rewording: the arithmetic, the folds, and the command on sets that are made up."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import crossed, fit, logistic, reworded
from benchmarks.crowd import Article, LabelledSet, hash_of
from benchmarks.labels import Label
from benchmarks.reworded import Pairs
from dedup.rewrite.measure import FEATURES
from dedup.rewrite.model import parse_model
from dedup.sketch.rarity import count_articles

SYLLABLES = [one + other for one in "bdfgklmnprst" for other in "aeiou"]


def make_word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3))


def make_story(chance: random.Random, names: Sequence[str], sentences: int = 8) -> list[list[str]]:
    """Sentences of words that nobody else uses, about some names."""
    return [[chance.choice(names), *(make_word(chance) for _ in range(9))] for _ in range(sentences)]


def reword(chance: random.Random, story: list[list[str]]) -> list[list[str]]:
    """The same, three words of each sentence changed."""
    changed = [list(sentence) for sentence in story]
    for sentence in changed:
        for place in chance.sample(range(1, len(sentence)), 3):
            sentence[place] = make_word(chance)
    return changed


def text_of(story: list[list[str]]) -> str:
    return " ".join(f"In {' '.join(sentence)}." for sentence in story)


def article(number: int, text: str = "", group: str = "", name: str = "set") -> Article:
    return Article(f"{name}/{number}", f"n{number}", {"text": text}, hash_of(text), group)


def make_pairs(count: int = 400, seed: int = 1) -> Pairs:
    """Derived pairs and pairs of one event, which overlap in what is measured, in four folds."""
    chance = np.random.default_rng(seed)
    labels = (np.arange(count) % 2).astype(np.float64)
    measured = np.clip(
        0.4 + 0.2 * labels[:, None] + 0.1 * chance.normal(size=(count, len(FEATURES))), 0.05, 0.95
    )
    kinds = np.where(labels == 1, "light", "same_event")
    fold = np.arange(count) // 2 % 4
    return Pairs(measured, labels, kinds, np.full(count, "set"), np.column_stack([fold, fold]))


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A set of rewordings, one of reports of one event, one that nobody can fit to, and a crowd."""
    chance = random.Random(1)  # noqa: S311
    home = tmp_path / "data"
    docs, pairs = [], []
    for number in range(16):
        names = [make_word(chance).title() for _ in range(3)]
        story = make_story(chance, names)
        for version, one in enumerate((story, reword(chance, story))):
            docs.append({"id": f"{number}-{version}", "text": text_of(one), "group": str(number)})
        pairs.append({"a": f"{number}-0", "b": f"{number}-1", "label": 1, "kind": "light"})
    write(home / "reworded" / "docs.jsonl", docs)
    write(home / "reworded" / "pairs.jsonl", pairs)
    docs, pairs = [], []
    for number in range(16):
        names = [make_word(chance).title() for _ in range(3)]
        shared = [make_word(chance) for _ in range(16)]
        for version in range(2):
            told = make_story(chance, names)
            for sentence in told:
                sentence[2:7] = chance.sample(shared, 5)
            docs.append({"id": f"{number}-{version}", "text": text_of(told)})
        pairs.append({"a": f"{number}-0", "b": f"{number}-1", "label": 0, "kind": "same_event_told"})
    write(home / "events" / "docs.jsonl", docs)
    write(home / "events" / "pairs.jsonl", pairs)
    write(home / "open" / "docs.jsonl", docs[:2])
    write(home / "open" / "pairs.jsonl", [{"a": "0-0", "b": "0-1", "label": None, "kind": "light"}])
    crowd = [text_of(make_story(chance, ["Town", "River"])) for _ in range(40)]
    write(home / "reuters21578" / "docs.jsonl", [{"id": str(n), "text": one} for n, one in enumerate(crowd)])
    return home


def test_without_columns_the_bias_is_the_log_odds() -> None:
    bias, weights = logistic.fit_logistic(
        np.zeros((4, 0)), np.array([1.0, 1, 1, 0]), np.array([1.0, 1, 1, 1])
    )
    assert bias == pytest.approx(np.log(3), abs=1e-5)
    assert not len(weights)


def test_the_slope_is_none_where_the_loss_is_least() -> None:
    chance = np.random.default_rng(2)
    columns, weights = chance.normal(size=(60, 3)), chance.uniform(0.5, 2, 60)
    labels = (columns[:, 0] + chance.normal(size=60) > 0).astype(np.float64)
    bias, found = logistic.fit_logistic(columns, labels, weights, penalty=2.0)
    wrong = weights * (1 / (1 + np.exp(-(bias + columns @ found))) - labels)
    assert wrong.sum() == pytest.approx(0, abs=1e-5)
    assert columns.T @ wrong == pytest.approx(-2 * found, abs=1e-5)


def test_a_penalty_bounds_weights_that_tell_all_apart() -> None:
    labels = np.array([0.0, 0, 1, 1])
    columns = (labels * 2 - 1)[:, None]
    weights = [logistic.fit_logistic(columns, labels, np.full(4, 500.0), each)[1][0] for each in (0.1, 1, 10)]
    assert weights == sorted(weights, reverse=True)
    assert 0 < weights[-1] < weights[0] < 20


def test_a_model_comes_back_from_its_file() -> None:
    pairs = make_pairs()
    model = logistic.fit_model(pairs.measured, pairs.labels, np.ones(400), ("shared", "quoted", "chained"))
    text = logistic.format_model(model)
    back = parse_model(text)
    assert back.features == model.features
    assert back.score(pairs.measured) == pytest.approx(model.score(pairs.measured), abs=0.02)
    assert logistic.format_model(back) == text


def test_a_column_that_is_the_same_everywhere_does_no_harm() -> None:
    pairs = make_pairs()
    pairs.measured[:, FEATURES.index("quoted")] = 0.0
    model = logistic.fit_model(pairs.measured, pairs.labels, np.ones(400), ("shared", "quoted"))
    assert np.isfinite(model.score(pairs.measured)).all()
    assert model.linear[1] == pytest.approx(0, abs=1e-9)


def test_kinds_count_by_their_weight_however_many_pairs_they_have() -> None:
    kinds = ["reframe_a", "style_b", "light", "light", "other", "two_rewrites"]
    assert crossed.weigh(kinds).tolist() == pytest.approx([2.0, 2.0, 0.5, 0.5, 0.7, 0.0])


def test_no_text_is_in_two_folds() -> None:
    articles = [article(0, "a", "x"), article(1, "b", "x"), article(2, "c"), article(3, "d"), article(4, "a")]
    others = [article(number, str(number), "y", "more") for number in range(2)]
    labels = [Label("set/2", "set/4", 1, "light"), Label("set/3", "set/3", 0, "light")]
    sets = [LabelledSet("set", articles, labels), LabelledSet("more", others, [])]
    folds = crossed.deal_folds(sets, [article(9, "d"), article(10, "e")])
    assert len({folds[one.words] for one in articles if one.id != "set/3"}) == 1
    assert folds[articles[0].words] != folds[articles[3].words]
    assert folds[others[0].words] == folds[others[1].words]
    assert folds[hash_of("e")] in range(crossed.FOLDS)


def test_pairs_between_two_folds_are_judged_by_none() -> None:
    pairs = make_pairs()
    pairs.folds[:2, 1] = 3
    scores = crossed.score_crossed(pairs)
    assert np.flatnonzero(np.isnan(scores)).tolist() == [0, 1]
    assert (scores[pairs.labels == 1][1:] > 0).mean() > 0.8


def test_the_bias_keeps_false_alarms_to_a_share() -> None:
    pairs, later = make_pairs(), make_pairs(4000, seed=2)
    for share in (0.01, 0.1):
        scores = crossed.score(crossed.fit_biased(pairs, share), later)
        assert (scores[crossed.are_same_event(later)] > 0).mean() == pytest.approx(share, abs=0.03)


def test_pairs_that_share_nothing_are_no_rewordings() -> None:
    pairs = make_pairs()
    pairs.measured[0] = 0.0
    assert crossed.score_crossed(pairs, 0.05)[0] == crossed.FLOOR


def test_candidates_share_rare_words() -> None:
    chance = random.Random(3)  # noqa: S311
    stories = [make_story(chance, [make_word(chance).title() for _ in range(3)]) for _ in range(20)]
    texts = [text_of(story) for story in [*stories, reword(chance, stories[4])]]
    stems = [*reworded.stems_of(texts[:5]), *reworded.stems_of(texts[5:])]
    left, right = reworded.find_candidates(stems, count_articles(len(texts), stems))
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(4, 20)]


def test_measures_don_t_depend_on_how_pairs_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)  # noqa: S311
    stories = [make_story(chance, ["Town"]) for _ in range(4)]
    texts = [text_of(one) for story in stories for one in (story, reword(chance, story))]
    rarity = count_articles(len(texts), reworded.stems_of(texts))
    ends = np.arange(0, 8, 2), np.arange(1, 8, 2)
    whole = reworded.measure_pairs(texts, *ends, rarity)
    monkeypatch.setattr(reworded, "_CHARACTERS", 10)
    assert np.array_equal(reworded.measure_pairs(texts, *ends, rarity), whole)
    assert (whole[:, FEATURES.index("shared")] > 0.5).all()


def test_the_command(data: Path, tmp_path: Path) -> None:
    written = tmp_path / "model.tsv"
    options = ["--data", data, "--false-alarms", "0.1", "--write", written, "--runs", tmp_path / "runs"]
    done = CliRunner().invoke(fit.fit, [*map(str, options), "--markdown"], catch_exceptions=False)
    assert done.exit_code == 0
    assert parse_model(written.read_text()).features == logistic.NAMES
    assert "| reworded | derived | light | 16 | 1.000 [0.81, 1.00] |" in done.output
    assert "| events | not a copy | same_event_told | 16 | 0." in done.output
    assert "0.9 to 1.0" in done.output
    (record,) = (tmp_path / "runs").glob("*/fit.json")
    assert json.loads(record.read_text())["weights"]["light"] == 1.0
    assert "open" not in record.with_suffix(".csv").read_text()


def test_without_a_crowd(data: Path, tmp_path: Path) -> None:
    options = ["--data", data, "--crowd", "0", "--runs", tmp_path / "runs", "--markdown"]
    done = CliRunner().invoke(fit.fit, [*map(str, options)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "| crowd |" not in done.output
    assert "crowd: 0 pairs" in done.output


def test_sets_that_do_not_suffice(data: Path, tmp_path: Path) -> None:
    options = ["--data", data, "--sets", "reworded", "--runs", tmp_path / "runs"]
    done = CliRunner().invoke(fit.fit, [*map(str, options)])
    assert done.exit_code == 1
    assert "same event" in done.output
