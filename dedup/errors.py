"""The error tree: everything that ends a run on purpose.

    DedupError                  exit status 3: the run failed
    |-- UsageError              2: the request is wrong; the message says the way out
    |   |-- NothingToRead       2: no input file was found
    |   `-- NoPair              2: two articles of RESULTS are no pair
    |-- GateError               1: a gate that the user asked for was hit (--fail-on)
    |-- SkippedError            4: done, but something was skipped and --strict was given
    `-- Interrupted             130: stopped by the user, state kept
        `-- Terminated          143: stopped by another program, state kept

A bad *input* is never an exception that leaves its reader: it becomes a row of the
``skipped`` table. Only a bad *request* or a failed run raises.
"""

from __future__ import annotations


class DedupError(Exception):
    """The run failed. ``str(error)`` is one line for the user."""

    exit_status = 3


class UsageError(DedupError):
    """The request can't be carried out as given; the message says what to change."""

    exit_status = 2


class NothingToRead(UsageError):
    """No input file was found below the given paths."""


class NoPair(UsageError):
    """Two articles of RESULTS that are no pair; ``names``: theirs."""

    def __init__(self, *names: str) -> None:
        super().__init__("{!r} and {!r} are no pair".format(*names))
        self.names = names


class GateError(DedupError):
    """A kind named by ``--fail-on`` was found."""

    exit_status = 1


class SkippedError(DedupError):
    """The run is done and written, but some input was skipped and ``--strict`` was given."""

    exit_status = 4


class Interrupted(DedupError):
    """The user stopped the run; finished parts are kept and the same command goes on from them."""

    exit_status = 130


class Terminated(Interrupted):
    """Something asked the run to end (SIGTERM); as if the user had stopped it."""

    exit_status = 143
