from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dedup.results.opened import Results, open_results
from dedup.view.report import write_report

from ..builder import make_results, pair_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# What would run, load, end an element, or turn and hide words where it isn't shown as it is.
HOSTILE = (
    "<script>window.hit = 1</script>",
    "<img src=x onerror=window.hit=2>",
    '"><svg onload=window.hit=3>',
    "'><iframe src=//evil.example></iframe>",
    "</script><script>window.hit = 4</script>",
    "</style></td></tr></table></details><h1>Mine</h1>",
    "{{7*7}}{% raw %}",
    "javascript:window.hit=5",
    "\x1b[31mred\x1b]8;;http://evil.example\x07link",
    "\u202egnp.exe\u2066 \u200bzero",
    "&lt;script&gt; &#60; %s <!-- ]]>",
)
URLS = (
    "javascript:window.hit=6",
    "JaVaScRiPt://evil.example/%0Awindow.hit=7",
    "data:text/html,<script>window.hit=8</script>",
    'https://evil.example/"><script>window.hit=9</script>',
    "https://evil.example/a\u202eb",
    " https://evil.example/",
    "//evil.example/",
    "https://[",
    "https://fine.example/a?b=<c>&d='e'",
)


def hostile_text(number: int) -> str:
    """A text of many words that holds all payloads."""
    body = " ".join(f"The harbour board of town {number} met in word {place}." for place in range(20))
    return "\n\n".join((*HOSTILE, body))


@pytest.fixture(scope="session")
def hostile_results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """RESULTS in which every string of a stranger's is hostile."""
    texts = {f"{payload} {number}": hostile_text(number) for number, payload in enumerate(HOSTILE)}
    names = list(texts)
    articles = [
        {
            "article": name,
            "text": text,
            "title": HOSTILE[number] if number % 2 else None,
            "url": URLS[number % len(URLS)],
            "source": HOSTILE[-number - 1],
            "credit": HOSTILE[number],
            "published": f"2024-03-{number + 1:02d}T08:00:00Z",
            "spun": number == 1,
            "spun_score": 0.9,
            "body": [{"start": 40, "end": len(text)}],
        }
        for number, (name, text) in enumerate(texts.items())
    ]
    pairs = [
        pair_of(left, right, texts, spun_side="right", reason=HOSTILE[number], same_source=False)
        for number, (left, right) in enumerate(pairwise(names))
    ]
    clusters = [
        {"cluster": 1, "article": name, "size": len(names), "keeper": names[0], "matched": names[0]}
        for name in names
    ]
    spun = [
        {"article": names[1], "start": 0, "end": 30, "phrase": texts[names[1]][:30], "natural": payload}
        for payload in HOSTILE
    ]
    path = tmp_path_factory.mktemp("hostile") / HOSTILE[1].replace("/", "")
    make_results(
        path,
        articles=articles,
        pairs=pairs,
        clusters=clusters,
        spun=spun,
        skipped=[{"path": HOSTILE[0], "reason": HOSTILE[2], "message": HOSTILE[1]}],
    )
    return open_results(path)


@pytest.fixture(scope="session")
def sample_report(samples: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a scan of the samples."""
    return write_report(samples, tmp_path_factory.mktemp("report") / "report.html").page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium here; Debian's package is called chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM)
        yield found
        found.close()


Opened = Callable[..., "Page"]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Opened]:
    """Opens a page. In the end nothing was said on a console, and nothing but local pages was asked for."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def visit(path: Path, fragment: str = "", **settings: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri() + fragment)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert said == []
    assert [
        url for url in asked if not url.startswith("file:///") or not url.split("#")[0].endswith(".html")
    ] == []
