"""What dedup itself wrote among the inputs: tables of RESULTS and pages of reports, which are no articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from dedup.places import NOTE, RUN_FILE, WORK
from dedup.read.rows import Trouble

LEFT_OUT = Trouble("results", "RESULTS of a scan; name it as a path to read its tables")
REPORT_BEGINS = '<!doctype html>\n<html lang="en" data-made-by="dedup report">'
REPORT = Trouble("results", "a page that dedup report wrote")

# How a scan's report begins, and its note on work in progress: others write files of these names, too. The
# rest names every input, and may be long.
_REPORT = re.compile(r'\s*\{\s*"status":\s*"done",\s*"dedup":\s*\{\s*"version":\s*"[^"]*",\s*"layout":\s*\d')
_WORK_NOTE = re.compile(r'\s*\{\s*"layout":\s*\d')


def is_results(names: Collection[bytes], begin: Callable[[str], str]) -> bool:
    """Whether a folder is RESULTS of a scan, finished or not, whatever it is called.

    names  what lies in the folder
    begin  the beginning of a file, by its path below the folder; empty: it can't be read
    """
    if RUN_FILE.encode() in names and _REPORT.match(begin(RUN_FILE)):
        return True
    return WORK.encode() in names and _WORK_NOTE.match(begin(f"{WORK}/{NOTE}")) is not None
