from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from dedup.errors import DedupError, UsageError
from dedup.options import KINDS, Options, flag_of, parse_size, rule_of

FIELDS = {field.name: field for field in dataclasses.fields(Options)}
BOUNDED = [name for name, field in FIELDS.items() if rule_of(field).least is not None]
ROOM = {"shingle": {"min_words": 10_000}, "min_words": {"shingle": 2}}  # the two depend on each other


def options(name: str, value: Any) -> Options:
    return Options(**{**ROOM.get(name, {}), name: value})


def refused(name: str, value: Any) -> str:
    with pytest.raises(UsageError) as caught:
        options(name, value)
    message = str(caught.value)
    assert flag_of(name) in message
    assert "\n" not in message
    return message


def test_flags_are_named_as_fields_are() -> None:
    assert flag_of("max_memory") == "--max-memory"
    assert len({flag_of(name) for name in FIELDS}) == len(FIELDS)


@pytest.mark.parametrize("name", BOUNDED)
def test_bounds_are_in_reach_and_what_lies_beyond_is_refused(name: str) -> None:
    rule = rule_of(FIELDS[name])
    assert rule.least is not None
    assert rule.most is not None
    default: Any = FIELDS[name].default
    assert rule.least <= default <= rule.most
    whole = FIELDS[name].type == "int"
    step = 1 if whole else 0.001
    for bound in (rule.least, rule.most):
        assert getattr(options(name, bound), name) == bound
    assert "is less than" in refused(name, rule.least - step)
    assert "is more than" in refused(name, rule.most + step)
    refused(name, float("nan"))
    refused(name, float("inf"))


def test_every_number_has_bounds() -> None:
    assert {name for name, field in FIELDS.items() if field.type in ("int", "float")} == set(BOUNDED)


@pytest.mark.parametrize(
    ("name", "value"), [("profile", "nonsense"), ("profile", ""), ("fail_on", ("copy", "odd"))]
)
def test_a_choice_is_one_of_those_named(name: str, value: Any) -> None:
    message = refused(name, value)
    assert all(choice in message for choice in rule_of(FIELDS[name]).choices)


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if rule_of(field).choices])
def test_every_choice_may_be_made(name: str) -> None:
    rule = rule_of(FIELDS[name])
    for choice in rule.choices:
        options(name, (choice,) if rule.many else choice)


def test_a_gate_may_be_any_kind_or_spun() -> None:
    assert rule_of(FIELDS["fail_on"]).choices == (*KINDS, "spun")


@pytest.mark.parametrize(
    ("size", "count"),
    [
        ("256M", 2**28),
        ("1500M", 1500 * 2**20),
        ("4G", 2**32),
        ("4GB", 2**32),
        (" 2g ", 2**31),
        ("268435456", 2**28),
    ],
)
def test_sizes(size: str, count: int) -> None:
    assert parse_size(size) == Options(max_memory=size).memory_bytes == count


@pytest.mark.parametrize("size", ["", "4", "255M", "0G", "-4G", "4T", "1.5G", "G", "4 G B", "four", "٤G"])
def test_what_is_no_size(size: str) -> None:
    refused("max_memory", size)


def test_a_shingle_is_no_longer_than_the_shortest_text() -> None:
    with pytest.raises(UsageError, match=r"--shingle 21 is more than --min-words 20"):
        Options(shingle=21, min_words=20)
    assert Options(shingle=20, min_words=20).shingle == 20


def test_a_bad_value_ends_with_the_status_of_wrong_use() -> None:
    with pytest.raises(DedupError) as caught:
        Options(threshold=2.0)
    assert caught.value.exit_status == 2


def test_workers() -> None:
    assert Options(jobs=3).workers == 3
    assert Options().workers >= 1


def test_views_of_a_profile() -> None:
    assert Options(profile="copy").views == ("copy",)


def test_deciding_options_are_json() -> None:
    deciding = Options(include=("*.txt",), threshold=0.75, id_column="guid").deciding()
    assert json.loads(json.dumps(deciding)) == deciding
    assert (deciding["include"], deciding["threshold"], deciding["id_column"]) == (["*.txt"], 0.75, "guid")


@pytest.mark.parametrize(
    ("name", "value"),
    [("jobs", 2), ("max_memory", "1G"), ("overwrite", True), ("strict", True), ("fail_on", ("copy",))],
)
def test_what_changes_no_row_decides_nothing(name: str, value: Any) -> None:
    assert options(name, value).deciding() == Options().deciding()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", 0.6), ("cross_source", True), ("include", ("a",)),
        ("exclude", ("a",)), ("min_words", 30),
        ("shingle", 6), ("permutations", 64), ("seed", 2), ("bucket_cap", 9), ("keep_sketches", True),
        ("text_column", "a"), ("id_column", "a"), ("url_column", "a"), ("title_column", "a"),
        ("published_column", "a"), ("source_column", "a"), ("lexicon", "a"),
    ],
)  # fmt: skip
def test_what_may_change_rows_decides(name: str, value: Any) -> None:
    assert options(name, value).deciding() != Options().deciding()


def test_every_option_has_help_and_a_default() -> None:
    for field in FIELDS.values():
        assert field.default is not dataclasses.MISSING
        help_ = rule_of(field).help
        assert help_
        assert help_.isprintable()
        assert not help_.endswith(".")
    assert Options() == Options()


def test_options_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Options().threshold = 0.9  # type: ignore[misc]
