"""The command line of the benchmarks."""

from __future__ import annotations

import click

from benchmarks.corpus.command import corpus
from benchmarks.equality import equality


@click.group()
def main() -> None:
    """Measure dedup on texts of your own, beside its peers."""


main.add_command(corpus)
main.add_command(equality)

if __name__ == "__main__":
    main()
