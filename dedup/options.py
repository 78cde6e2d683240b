"""Every option of a scan, once: default, bounds, unit and help.

The command line, validation, the README's table and ``run.json`` are derived from the
fields of ``Options``.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from typing import Any

from dedup.errors import UsageError
from dedup.memory import free_bytes

KINDS = ("exact", "copy", "contains", "partial", "rewrite")  # strongest first
WHOLE_KINDS = ("exact", "copy", "contains")  # whose shorter text has nothing of its own
# profile -> sketch views that run
PROFILES = {"copy": ("copy",), "reuse": ("copy", "passage"), "rewrite": ("copy", "passage", "rewrite")}

AUTO = "auto"  # of max_memory
_LEAST_MEMORY = 256 * 2**20
_MOST_MEMORY = 4 * 2**30  # unless more is asked for

_SIZE = re.compile(r"(\d+)([KMG]?)B?", re.IGNORECASE | re.ASCII)
_SIZE_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


@dataclasses.dataclass(frozen=True)
class Rule:
    """What is known of an option besides its type and default."""

    help: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    decides_rows: bool = True  # False: the tables are the same whatever its value
    many: bool = False  # may be given several times


def _option(default: Any, help: str, **rule: Any) -> Any:
    metadata = {"rule": Rule(help, **rule)}
    return dataclasses.field(default=default, metadata=metadata)


def _column(what: str) -> Any:
    return _option(
        None, f"field or column that holds the {what}; found by its usual names if not given", unit="name"
    )


@dataclasses.dataclass(frozen=True)
class Options:
    """How to scan. Build with keyword arguments; ``UsageError`` if a value is out of bounds."""

    profile: str = _option(
        "rewrite",
        "what is looked for: near copies; also pieces and passages; also rewrites",
        choices=tuple(PROFILES),
    )
    threshold: float = _option(
        0.5,
        "the least similarity of a copy, and the least probability of any pair",
        least=0.3,
        most=1.0,
    )
    cross_source: bool = _option(False, "leave out pairs within one source")
    ignore: str | None = _option(
        None, "leave out pairs that were judged no in this file (dedup tune writes it)", unit="file"
    )
    lexicon: str | None = _option(
        None,
        "swaps to know spinners by besides those that are known: natural and spun phrases, parted by tabs",
        unit="file",
    )
    include: tuple[str, ...] = _option((), "read only files whose path matches", unit="pattern", many=True)
    exclude: tuple[str, ...] = _option((), "leave out files whose path matches", unit="pattern", many=True)
    text_column: str | None = _column("text")
    id_column: str | None = _column("id")
    url_column: str | None = _column("address")
    title_column: str | None = _column("headline")
    published_column: str | None = _column("date of publication")
    source_column: str | None = _column("source")
    extractor: str = _option(
        "trafilatura",
        "what finds the article in a page: trafilatura is better, resiliparse faster",
        choices=("trafilatura", "resiliparse"),
    )
    follow_links: bool = _option(False, "read what symbolic links lead to, once")
    min_words: int = _option(
        20, "shorter texts are matched only if they are exactly the same", unit="words", least=5, most=10_000
    )
    shingle: int = _option(5, "length of a shingle", unit="words", least=2, most=64)
    permutations: int = _option(128, "length of a MinHash signature", unit="values", least=16, most=1024)
    seed: int = _option(1, "seed of the MinHash permutations", least=0, most=2**32 - 1)
    bucket_cap: int = _option(
        200,
        "articles in a band bucket beyond which each is linked to the first only",
        unit="articles",
        least=2,
        most=100_000,
    )
    no_spun: bool = _option(False, "leave out the search for spun text")
    no_text: bool = _option(
        False, "keep no copy of the articles in RESULTS; read them from their files when they are shown"
    )
    keep_index: bool = _option(
        False, "keep an index with the texts in RESULTS, so that later articles can be compared with them"
    )
    against: str | None = _option(
        None, "compare with the articles of these RESULTS, too, which keep an index", unit="RESULTS"
    )
    extend: bool = _option(False, "add the new articles to the RESULTS of --against")
    keep_sketches: bool = _option(False, "write the signatures as a table of RESULTS too")
    jobs: int = _option(
        0, "processes; 0: one a processor", unit="processes", least=0, most=1024, decides_rows=False
    )
    max_memory: str = _option(
        "auto",
        "memory to stay within, e.g. 1500M; auto: half of what is free, but no more than 4G",
        unit="size",
        decides_rows=False,
    )
    engine: str = _option(
        "local",
        "what runs the scan: this machine, or Spark (extra spark)",
        choices=("local", "spark"),
        decides_rows=False,
    )
    master: str | None = _option(
        None,
        "where Spark runs; if not given, what spark-submit was given, else this machine",
        unit="URL",
        decides_rows=False,
    )
    overwrite: bool = _option(False, "replace RESULTS of other inputs or options", decides_rows=False)
    strict: bool = _option(False, "exit with status 4 if anything was skipped", decides_rows=False)
    fail_on: tuple[str, ...] = _option(
        (),
        "exit with status 1 if a pair of one of these kinds, or spun text, is found;"
        " by commas, or the flag several times",
        choices=(*KINDS, "spun"),
        many=True,
        decides_rows=False,
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check(field.name, getattr(self, field.name), rule_of(field))
        if self.max_memory != AUTO:
            parse_size(self.max_memory)
        if self.shingle > self.min_words:
            raise UsageError(f"--shingle {self.shingle} is more than --min-words {self.min_words}")
        if self.engine == "spark" and (self.keep_index or self.against is not None):
            raise UsageError("--engine spark has no index: leave out --keep-index and --against")
        if self.extend and self.against is None:
            raise UsageError("--extend adds to the RESULTS of --against; give both")
        if self.keep_index and self.against is not None:
            raise UsageError("--keep-index keeps no index of --against; --extend adds to the one there is")
        if self.keep_index and self.no_text:
            raise UsageError("--keep-index keeps the texts, and --no-text doesn't; give one of them")

    @property
    def views(self) -> tuple[str, ...]:
        """Sketch views that run."""
        return PROFILES[self.profile]

    @property
    def workers(self) -> int:
        """Number of processes."""
        return self.jobs or len(os.sched_getaffinity(0))

    @property
    def memory_bytes(self) -> int:
        """``max_memory`` in bytes."""
        if self.max_memory != AUTO:
            return parse_size(self.max_memory)
        return max(_LEAST_MEMORY, min(_MOST_MEMORY, free_bytes(_MOST_MEMORY * 2) // 2))

    def deciding(self) -> dict[str, Any]:
        """The options that decide the rows, as plain JSON values."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if rule_of(f).decides_rows}
        decoded: dict[str, Any] = json.loads(json.dumps(values))
        return decoded


def rule_of(field: dataclasses.Field[Any]) -> Rule:
    """The rule of one of the fields of ``Options``."""
    rule: Rule = field.metadata["rule"]
    return rule


def flag_of(name: str) -> str:
    """The command-line flag of a field."""
    return "--" + name.replace("_", "-")


def parse_size(text: str) -> int:
    """Bytes in ``1500M`` or ``4G``; ``UsageError`` if it is no size or under 256M."""
    match = _SIZE.fullmatch(text.strip())
    size = int(match[1]) * _SIZE_UNITS[match[2].upper()] if match else 0
    if size < _LEAST_MEMORY:
        raise UsageError(
            f"--max-memory {text!r} is not {AUTO!r} or a size of at least 256M, like 1500M or 4G"
        )
    return size


def _check(name: str, value: Any, rule: Rule) -> None:
    if rule.choices:
        for choice in value if rule.many else (value,):
            if choice not in rule.choices:
                raise UsageError(f"{flag_of(name)} {choice!r} is not one of {', '.join(rule.choices)}")
    if rule.least is not None and not rule.least <= value:
        raise UsageError(f"{flag_of(name)} {value} is less than {rule.least}")
    if rule.most is not None and not value <= rule.most:
        raise UsageError(f"{flag_of(name)} {value} is more than {rule.most}")
