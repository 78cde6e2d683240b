"""Templates to pages.

A page brings its style and script along, and its policy lets it load or run nothing else. Jinja escapes
whatever a template is given; what is Markup was escaped piece by piece in ``texts``.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from dedup.read.ours import REPORT_BEGINS
from dedup.view import phrases
from dedup.view.report.plots import short
from dedup.view.safe import safe


def render(template: str, **values: Any) -> str:
    """A template of ``data`` with values as a page."""
    return _environment().get_template(template).render(values)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        begin=lambda text: text[:1].upper() + text[1:],
        count=phrases.count,
        date=phrases.date,
        number=phrases.number,
        plain=lambda text: safe(str(text)),
        score=phrases.score,
        short=short,
        shown=shown,
    )
    style, script = _read("report.css"), _read("report.js")
    environment.globals.update(
        mark=Markup(REPORT_BEGINS),  # noqa: S704  ours
        style=Markup(style),  # noqa: S704  ours
        script=Markup(script),  # noqa: S704  ours
        policy=(
            f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:;"
            " base-uri 'none'; form-action 'none'"
        ),
        meaning=phrases.KIND_MEANING,
        between=phrases.between,
        who_first=phrases.who_first,
        is_web=is_web,
    )
    return environment


def shown(text: object) -> Markup:
    """A name, a headline or an address: escaped, nothing in it invisible, its direction its own affair."""
    return Markup("<bdi>{}</bdi>").format(safe(str(text)))


def is_web(url: str | None) -> bool:
    """Whether an address may be a link: of http or https, with a host, and as it looks."""
    if not url or safe(url) != url or any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _read(name: str) -> str:
    return (files("dedup.view.report") / "data" / name).read_text("utf-8")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
