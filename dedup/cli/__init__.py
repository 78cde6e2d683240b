"""The command line: thin. One module a command; each imports what it needs when it runs."""

from dedup.cli.commands import main, program

__all__ = ["main", "program"]
