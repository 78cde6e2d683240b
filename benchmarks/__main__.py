"""The command line of the benchmarks."""

from __future__ import annotations

import click

from benchmarks.archive import archive
from benchmarks.corpus.command import corpus
from benchmarks.crashes import crashes
from benchmarks.degenerate import degenerate
from benchmarks.equality import equality
from benchmarks.extraction import extraction
from benchmarks.fit import fit
from benchmarks.kinds.command import kinds
from benchmarks.micro import micro
from benchmarks.pictures.command import pictures
from benchmarks.quality import quality
from benchmarks.scaling import scaling
from benchmarks.scanned import scanned
from benchmarks.spark import spark
from benchmarks.speed import speed
from benchmarks.spinner.command import spinner
from benchmarks.translated import translated


@click.group()
def main() -> None:
    """Measure dedup on texts of your own, beside its peers."""


main.add_command(archive)
main.add_command(corpus)
main.add_command(crashes)
main.add_command(degenerate)
main.add_command(equality)
main.add_command(extraction)
main.add_command(fit)
main.add_command(kinds)
main.add_command(micro)
main.add_command(pictures)
main.add_command(quality)
main.add_command(scaling)
main.add_command(scanned)
main.add_command(spark)
main.add_command(speed)
main.add_command(spinner)
main.add_command(translated)

if __name__ == "__main__":
    main()
