"""The house: modules import downwards only, and heavy or dangerous things stay where they belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "dedup"

# From the ground up: a room imports from floors below, and rooms of one floor know nothing of one another.
FLOORS = (
    {"errors", "schema", "memory", "stored", "compiled", "cluster"},
    {"options", "places", "chains", "watch", "text"},
    {"align", "sketch", "furniture"},
    {"rewrite", "spun"},
    {"plan", "verify"},
    {"tables"},
    {"queries", "read"},
    {"known", "work"},
    {"stages", "results"},
    {"engine"},
    {"archive"},
    {"pipeline"},
    {"view", "__init__"},
    {"cli"},
    {"__main__"},
)
ALLOWED = {
    "pyarrow": {
        "tables",
        "queries",
        "read",
        "known",
        "stages",
        "results",
        "engine",
        "archive",
        "pipeline",
        "view",
    },
    "duckdb": {"engine", "results.selection"},
    "pyspark": {"engine"},
    "py4j": {"engine"},
    "redis": {"archive.shared"},
    "jinja2": {"view"},
    "markupsafe": {"view"},
    "rich": {"view", "cli"},
    "click": {"cli"},
}
FORBIDDEN = {"pickle", "cPickle", "shelve", "dill", "marshal"}
LONG = {"schema"}  # all tables

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1]) if len(parts) > 1 and parts[-1] == "__init__" else ".".join(parts)


NAMES = {name_of(path) for path in MODULES}


def imports_of(path: Path) -> Iterator[str]:
    """Full names of what a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inner(full: str) -> str | None:
    """The module of this package that an import names."""
    if full.split(".")[0] != "dedup":
        return None
    name = full.removeprefix("dedup").lstrip(".")
    while name and name not in NAMES:
        name = name.rpartition(".")[0]
    return name or "__init__"


def floor_of(module: str) -> int:
    room = module.split(".")[0]
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_downwards(path: Path) -> None:
    here = name_of(path)
    for full in imports_of(path):
        there = inner(full)
        if there is not None:
            same = there.split(".")[0] == here.split(".")[0]
            assert same or floor_of(there) < floor_of(here), f"{here} imports {there}"


def test_no_cycles() -> None:
    graph = {name_of(p): {m for f in imports_of(p) if (m := inner(f)) and m != name_of(p)} for p in MODULES}
    graph["__init__"] = set()  # the front loads what it names when it is asked for
    assert len(list(TopologicalSorter(graph).static_order())) == len(NAMES)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    names = {name_of(path), name_of(path).split(".")[0]}
    libraries = {full.split(".")[0] for full in imports_of(path)}
    assert not libraries & FORBIDDEN
    for library, rooms in ALLOWED.items():
        assert library not in libraries or names & rooms


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_say_what_they_are_and_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    name = name_of(path)
    if text:
        assert ast.get_docstring(ast.parse(text)), f"{name} has no docstring"
    assert text.count("\n") <= 300 or name in LONG


def test_nothing_is_evaluated() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "compile", "__import__"}, path
