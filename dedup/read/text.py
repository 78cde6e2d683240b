"""Plain text and Markdown: the whole file is one article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedup.options import Options
from dedup.read.decode import decode
from dedup.read.fields import article_row
from dedup.read.lines import LONGEST
from dedup.read.opening import DamageError, Stream
from dedup.read.rows import Origin, Row, Trouble, skipped_row

_FRONT = re.compile(
    r"\ufeff?---[ \t]*\r?\n((?:(?!---|\.\.\.)[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)"
)
_FACT = re.compile(
    r"^(title|date|published|url|link|canonical_url|source|author|id)[ \t]*:[ \t]*(.+)$", re.I | re.M
)
_NO_STRING = tuple("|>[{&*!%@`")  # what YAML begins other values with
_HEADING = re.compile(r"\s*#[ \t]+([^\n]{1,300})")


def read_text(stream: Stream, origin: Origin, options: Options, longest: int = LONGEST) -> Iterator[Row]:
    """One row, as the text stands; a skipped one if it can't be read whole or is over ``longest`` bytes."""
    try:
        yield text_row(origin, None, stream.read_whole(longest, "text"))
    except DamageError as damage:
        yield skipped_row(origin, None, damage.trouble)


def text_row(
    origin: Origin,
    record: int | None,
    data: bytes,
    declared: str | None = None,
    id_: str | None = None,
    url: str | None = None,
) -> Row:
    """The row of plain text that stands somewhere; ``declared``: the encoding that came with it."""
    decoded = decode(data, (declared,))
    if isinstance(decoded, Trouble):
        return skipped_row(origin, record, decoded)
    return article_row(origin, record, (decoded.text, id_, url, None, None, None), decoded.warnings)


def read_markdown(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """One row: the text without its front matter, which is taken line by line, never as YAML."""
    decoded = decode(stream.read_whole(LONGEST, "text"))
    if isinstance(decoded, Trouble):
        yield skipped_row(origin, None, decoded)
        return
    text = decoded.text
    facts: dict[str, str] = {}
    if front := _FRONT.match(text):
        text = text[front.end() :]
        found = ((name.lower(), value.strip()) for name, value in _FACT.findall(front[1]))
        facts = {name: value.strip("\"'") for name, value in found if not value.startswith(_NO_STRING)}
    heading = _HEADING.match(text)
    title = facts.get("title") or (heading[1].strip("# \t\r") if heading else None)
    url = facts.get("url") or facts.get("canonical_url") or facts.get("link")
    published = facts.get("date") or facts.get("published")
    yield article_row(
        origin, None, (text, facts.get("id"), url, title, published, facts.get("source")), decoded.warnings
    )


def not_utf8(error: UnicodeDecodeError, before: int = 0) -> Trouble:
    """Which byte is wrong; ``before``: bytes that precede those that were decoded."""
    byte, offset = error.object[error.start], error.start + before
    return Trouble("encoding", f"not UTF-8: byte 0x{byte:02x} at offset {offset}")
