"""The command that makes the README's pictures again.

What a terminal shows is drawn by rich; the report, by the system's Chromium. The samples have neither sources
nor dates: for the report they are given those of ``sources.tsv``, which are made up.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import RenderableType
from rich.segment import Segment, Segments

import dedup
from dedup.view.console import stdout_console
from dedup.view.diff import diff_of_pair
from dedup.view.report import write_report
from dedup.view.summary import render_dashboard

HERE = Path(__file__).parent
SAMPLES = Path(__file__).parents[2] / "samples"
SPUN = ("supreme-court-gannet-point-ruling.txt", "worldportnews-gannet-point-ruling.txt")
_WIDTH = 110
_LINES = 34
_PIXELS = 1180
_FONT_FACES = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)  # which would be loaded from elsewhere


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False), default=HERE)
def pictures(out: Path) -> None:
    """Make the README's pictures of the samples in the folder OUT (benchmarks/pictures).

    Needs chromium, and playwright of the extra "test", for those of the report.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home):
        dedup.scan([SAMPLES], "results")
        found = dedup.open_results("results")
        _draw(out / "show.svg", "dedup show results", render_dashboard(found))
        number = found.pair_number(SPUN)
        _draw(out / "diff.svg", f"dedup diff results {number}", diff_of_pair(found, SPUN))
        Path("records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in _records()), "utf-8")
        dedup.scan(["records.jsonl"], "dated")
        dated = dedup.open_results("dated")
        page = write_report(dated, "report.html").page.resolve()
        _photograph(page, out, dated.pair_number(SPUN))


def _records() -> Sequence[dict[str, str]]:
    """The samples as records with sources and dates."""
    with (HERE / "sources.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    texts = [(SAMPLES / row["file"]).read_text("utf-8") for row in rows]
    return [
        {
            "id": row["file"],
            "source": row["source"],
            "published": row["published"],
            "title": next(iter(text.strip().splitlines()), ""),
            "text": text,
        }
        for row, text in zip(rows, texts, strict=True)
    ]


def _draw(path: Path, title: str, view: RenderableType) -> None:
    """The first lines that a terminal shows, as vector graphics."""
    console = stdout_console(
        _WIDTH, io.StringIO(), record=True, force_terminal=True, color_system="truecolor", no_color=False
    )
    lines = console.render_lines(view, pad=False)[:_LINES]
    console.print(Segments([part for line in lines for part in (*line, Segment.line())]), end="")
    drawn = console.export_svg(
        title=title, code_format=_FONT_FACES.sub("", CONSOLE_SVG_FORMAT), unique_id=path.stem
    )
    path.write_text(drawn, "utf-8")


def _photograph(page: Path, out: Path, pair: int) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise click.UsageError("there is no chromium here; Debian's package is called chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium)
        light = browser.new_page(viewport={"width": _PIXELS, "height": 800}, color_scheme="light")
        light.goto(page.as_uri())
        bottom = light.evaluate("document.querySelector('#overview').getBoundingClientRect().bottom")
        light.set_viewport_size({"width": _PIXELS, "height": int(bottom) + 24})
        light.screenshot(path=out / "report.png")
        dark = browser.new_page(viewport={"width": _PIXELS, "height": 760}, color_scheme="dark")
        dark.goto(f"{page.as_uri()}#pair-{pair}")
        dark.locator("mark[tabindex]:visible", has_text="choice").last.hover()
        dark.screenshot(path=out / "report-diff.png")
        browser.close()
