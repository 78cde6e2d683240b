"""Find articles that tell the same text, and text put through a synonym spinner.

    dedup.scan(paths, results)     scan files and directories, write RESULTS
    dedup.compare(left, right)     two texts: kind, scores, spans
    dedup.find_spun(text)          one text: verdict and evidence

These are the functions that the commands call.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dedup.compiled import drop_stale

if TYPE_CHECKING:
    from dedup.errors import DedupError
    from dedup.options import Options
    from dedup.pipeline.scan import scan
    from dedup.results.opened import Results, open_results
    from dedup.results.run import Report
    from dedup.spun import Evidence, Verdict, find_spun
    from dedup.verify.pair import Comparison, compare

__all__ = [
    "Comparison",
    "DedupError",
    "Evidence",
    "Options",
    "Report",
    "Results",
    "Verdict",
    "compare",
    "find_spun",
    "open_results",
    "scan",
]

# Where each name lives; loaded when it is first used, so that ``dedup --help`` starts at once.
_HOMES = {
    "Comparison": "verify.pair",
    "DedupError": "errors",
    "Evidence": "spun",
    "Options": "options",
    "Report": "results.run",
    "Results": "results.opened",
    "Verdict": "spun",
    "compare": "verify.pair",
    "find_spun": "spun",
    "open_results": "results.opened",
    "scan": "pipeline.scan",
}


drop_stale(__path__[0])


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dedup' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"dedup.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
