"""``dedup apply``: what is left without copies."""

from __future__ import annotations

from pathlib import Path

import click

from dedup.cli.flags import CONTEXT, LocalPath, json_flag, named, results_argument, width_flag
from dedup.cli.output import print_json, print_view
from dedup.options import WHOLE_KINDS


@click.command(context_settings=CONTEXT)
@results_argument
@click.option(
    "--kinds",
    multiple=True,
    callback=named,
    default=(",".join(WHOLE_KINDS),),
    show_default=True,
    metavar="KIND,...",
    help="Kinds of pairs by which an article goes: by commas, or the flag several times.",
)
@click.option("--drop-spun", is_flag=True, help="Drop articles that are flagged as spun, too.")
@click.option(
    "--write-kept",
    "kept",
    type=LocalPath(path_type=Path),
    metavar="OUT",
    help="Write the articles that stay: .jsonl, .jsonl.gz, .jsonl.zst or .parquet.",
)
@click.option(
    "--write-dropped",
    "dropped",
    type=LocalPath(path_type=Path),
    metavar="OUT",
    help="Write which articles go, and why.",
)
@click.option(
    "--write-scrape",
    "scrape",
    type=LocalPath(path_type=Path),
    metavar="DIR",
    help="Write the scanned files without what goes to a new folder, all else in them as it was given.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there already, but no folder.")
@width_flag
@json_flag
def apply(
    results: str,
    kinds: tuple[str, ...],
    drop_spun: bool,
    kept: Path | None,
    dropped: Path | None,
    scrape: Path | None,
    overwrite: bool,
    width: int | None,
    as_json: bool,
) -> None:
    """Say which articles would go, so that of every cluster one is left; write what stays.

    Neither the inputs nor RESULTS are ever changed, and without a flag that begins with --write nothing is
    written. An article that only shares passages with its keeper (partial), or rewords it (rewrite), has text
    of its own, and so has one that holds its keeper and more (contains): these stay unless --kinds names
    partial, or rewrite. Archived articles are neither dropped nor written.
    """
    from dedup.results.apply import Fates, write
    from dedup.results.inputs import scanned_folder
    from dedup.results.opened import open_results
    from dedup.results.scrape import check_folder, write_scrape
    from dedup.view import apply as view
    from dedup.view.safe import safe

    wanted = tuple(filter(None, kinds))  # an empty one: none of them, which --drop-spun allows
    fates = Fates(open_results(results), wanted, drop_spun)
    if scrape is not None:
        check_folder(fates.results, scrape)
    plan = fates.plan()
    write(fates, kept, dropped, overwrite)
    written = None if scrape is None else write_scrape(fates.results, fates.gone(), scrape)
    for out in filter(None, (kept, dropped)):
        if folder := scanned_folder(fates.results, out):
            note = f"{out} lies in {folder}, which the next scan reads; move it, or give --exclude {out.name}"
            click.echo(f"dedup: {safe(note)}", err=True)
    done = view.Applied(results, wanted, drop_spun, plan, kept, dropped, scrape, written)
    if as_json:
        print_json([view.applied_json(done)])
    else:
        print_view(view.render_applied(done), width)
