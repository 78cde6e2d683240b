"""An index in Redis that several writers share, on a server of the test's own."""

from __future__ import annotations

import json
import pickle
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from dedup.archive.shared import SharedIndex
from dedup.errors import DedupError, UsageError
from dedup.options import Options
from dedup.schema import DOCS

if TYPE_CHECKING:
    from conftest import Program, Scrape

SERVER = shutil.which("redis-server")
pytestmark = pytest.mark.skipif(SERVER is None, reason="redis-server is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server that keeps nothing on disk."""
    redis = pytest.importorskip("redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [str(SERVER), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        client = redis.Redis(port=port)
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
        client.close()
        process.terminate()


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    return f"{server}#{request.node.name}"


def row(name: str, text: str | None, **given: Any) -> tuple[Any, ...]:
    fields = {"id": name, "path": "a.jsonl", "record": 1, "text": text, **given}
    return tuple(fields.get(column) for column in DOCS.column_names)


def edited(text: str) -> str:
    return text.replace("\n", " An added line.\n", 1)


def test_a_copy_is_found_by_another_writer(url: str, scrape: Scrape) -> None:
    one, other = SharedIndex(url), SharedIndex(url)
    text = scrape.story(1)
    assert one.answer(row("first", text), add=True)["matches"] == []
    found = other.answer(row("second", edited(text)))
    (match,) = found["matches"]
    assert (match["article"], match["kind"], match["earlier"]) == ("first", "copy", True)
    assert match["archived_containment"] == 1.0 > match["containment"]
    schema = json.loads((resources.files("dedup.view") / "schemas" / "query.json").read_text())
    Draft202012Validator(schema).validate(found)
    assert other.answer(row("third", scrape.story(2)))["matches"] == []
    # It was looked up only: nobody finds it.
    assert [match["article"] for match in one.answer(row("fourth", edited(text)))["matches"]] == ["first"]


def test_the_first_of_a_name_stays_and_is_no_match_of_its_own(url: str, scrape: Scrape) -> None:
    index = SharedIndex(url)
    text = scrape.story(1)
    for _ in range(2):
        assert index.answer(row("a", text), add=True)["matches"] == []
    index.answer(row("a", scrape.story(2)), add=True)
    assert index.answer(row("b", scrape.story(2)))["matches"] == []
    assert [match["kind"] for match in index.answer(row("b", text))["matches"]] == ["exact"]


def test_many_writers_lose_nothing(url: str, scrape: Scrape) -> None:
    stories = [scrape.story(number) for number in range(24)]

    def write(part: int) -> None:
        index = SharedIndex(url)
        for number in range(part, len(stories), 4):
            index.answer(row(f"story {number}", stories[number]), add=True)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    index = SharedIndex(url)
    for number, story in enumerate(stories):
        found = index.answer(row("new", edited(story)))["matches"]
        assert [match["article"] for match in found] == [f"story {number}"]


def test_nothing_is_pickled(url: str, scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("pickle")

    for name in ("loads", "load", "dumps", "dump", "Unpickler", "Pickler"):
        monkeypatch.setattr(pickle, name, refuse)
    index = SharedIndex(url)
    index.answer(row("a", scrape.story(1)), add=True)
    assert index.answer(row("b", edited(scrape.story(1))))["matches"]


def test_hostile_names_and_texts(url: str, scrape: Scrape) -> None:
    index = SharedIndex(url)
    name = "[red]\n\x00\ud800{0}%s\u202e"
    assert index.answer(row(name, scrape.story(1) + "\ud800"), add=True)["matches"] == []
    (match,) = index.answer(row("b", scrape.story(1)))["matches"]
    assert match["article"] == name.replace("\ud800", "?")
    assert index.answer(row("short", "one two"), add=True)["matches"] == []
    assert index.answer(row("none", None, message="no text")) == {"id": "none", "error": "no text"}


def test_other_rules_another_index_and_no_server_are_one_line(url: str, server: str, scrape: Scrape) -> None:
    SharedIndex(url).answer(row("a", scrape.story(1)), add=True)
    with pytest.raises(UsageError, match="made by other rules"):
        SharedIndex(url, Options(profile="copy", seed=7))
    assert SharedIndex(f"{server}#apart").answer(row("b", scrape.story(1)))["matches"] == []
    with pytest.raises(DedupError, match=r"^Redis: "):
        SharedIndex("redis://127.0.0.1:1/0")
    with pytest.raises(UsageError, match="is no redis://"):
        SharedIndex("redis://host:port/0")


def test_the_command(url: str, scrape: Scrape, program: Program, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "a", "text": scrape.story(1)}) + "\n")
    program("query", url, "--add", str(path))
    path.write_text(json.dumps({"id": "b", "text": edited(scrape.story(1))}) + "\n")
    out, _ = program("query", url, str(path))
    assert [match["article"] for match in json.loads(out)["matches"]] == ["a"]
    out, err = program("query", str(tmp_path), "--add", str(path), status=2)
    assert (out, err.count("\n")) == ("", 1)
