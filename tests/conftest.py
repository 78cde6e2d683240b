from __future__ import annotations

import json
import random
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import settings

import dedup
from dedup.cli import main

SAMPLES = Path(__file__).parent.parent / "samples"

_WORDS = """
    anchor apple arch autumn baker barge barley basin beacon bell bench bishop blanket boat bottle
    boulder branch bridge broom bucket butter cabin canal candle carpet castle cedar chapel cherry
    chimney church cider circle clerk cliff clock cloud copper corner cottage cradle creek crow
    cupboard curtain daisy desk dinner donkey drawer eagle elbow engine evening falcon farmer
    feather fence ferry fiddle field finger flour forest fountain garden gate glass goose granite
    grass guitar hammer harbour harvest hedge heron hill honey island ivory jacket jetty juniper
    kettle kitchen ladder lamp lantern lemon letter lighthouse linen lobster lumber mackerel market
    meadow mill mirror mountain needle nettle oak orchard otter oven oyster paddle pantry parish
    pasture pebble pepper pigeon pillow plaster pocket pony pottery puddle quarry quilt rabbit
    railway raven ribbon river rooster rope saddle sailor salmon scarf school shepherd shovel silver
    slate sparrow spoon stable station steeple stone summer table tailor thistle thunder timber
    tower tractor turnip valley velvet village violin wagon walnut weaver wheat willow window winter
    wool yard
"""
WORDS = _WORDS.split()


# Speed is measured in benchmarks/: no example fails for the time that it takes on a busy machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A shell that runs the tests in the background lets them ignore Ctrl-C, and all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by their number: packed ones differ by the time of day, and names must not."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(autouse=True, scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tables that are kept between runs go to a folder of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


class Scrape:
    """A folder of inputs, and RESULTS beside it that scans of it write."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.inputs = home / "inputs"
        self.results = home / "results"
        self.inputs.mkdir(parents=True)

    @staticmethod
    def words(number: int, count: int = 80) -> list[str]:
        """Words that no other number has in this order."""
        chance = random.Random(number)  # noqa: S311
        return [chance.choice(WORDS) for _ in range(count)]

    def story(self, number: int, count: int = 80) -> str:
        """A text of so many words."""
        words = self.words(number, count)
        lines = [" ".join(words[at : at + 12]).capitalize() + "." for at in range(0, count, 12)]
        return "\n".join(lines) + "\n"

    def write(self, name: str, text: str | bytes) -> Path:
        """One file of the scrape."""
        path = self.inputs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def records(self, name: str, *records: Mapping[str, Any]) -> Path:
        """A file of JSON lines."""
        return self.write(name, "".join(json.dumps(record) + "\n" for record in records))

    def scan(self, *paths: Path, results: Path | None = None, **options: Any) -> dedup.Results:
        """Scan the folder, or paths in it, in this process and by one worker unless told otherwise."""
        home = results or self.results
        dedup.scan(paths or [self.inputs], home, dedup.Options(**{"jobs": 1, **options}))
        return dedup.open_results(home)


@pytest.fixture(scope="session")
def new_scrape() -> type[Scrape]:
    """Makes a scrape in a folder."""
    return Scrape


@pytest.fixture
def scrape(tmp_path: Path) -> Scrape:
    return Scrape(tmp_path)


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dedup.Results:
    """A scan of the samples."""
    results = tmp_path_factory.mktemp("samples") / "results"
    dedup.scan([SAMPLES], results, dedup.Options(jobs=1))
    return dedup.open_results(results)


class Program(Protocol):
    def __call__(self, *arguments: object, status: int = 0) -> tuple[str, str]: ...


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    """Runs the program's entry point in this process."""

    def run(*arguments: object, status: int = 0) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["dedup", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        assert end.value.code == status, err
        return out, err

    return run
