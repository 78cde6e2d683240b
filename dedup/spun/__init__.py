"""Text put through a synonym spinner: its evidence, alone or beside a partner, and a verdict."""

from dedup.spun.find import find_evidence, find_evidence_batch
from dedup.spun.lexicon import Lexicon
from dedup.spun.matching import Matches, match_swaps, match_swaps_many
from dedup.spun.model import Evidence, Paragraph, Swap, Verdict
from dedup.spun.own_rows import own_lexicon, read_own_rows
from dedup.spun.pairs import NONE, Accusation, Strangeness, accuse
from dedup.spun.strangers import measure_strangeness
from dedup.spun.usage import Scrape, Usage
from dedup.spun.verdict import find_spun, judge

__all__ = [
    "NONE",
    "Accusation",
    "Evidence",
    "Lexicon",
    "Matches",
    "Paragraph",
    "Scrape",
    "Strangeness",
    "Swap",
    "Usage",
    "Verdict",
    "accuse",
    "find_evidence",
    "find_evidence_batch",
    "find_spun",
    "judge",
    "match_swaps",
    "match_swaps_many",
    "measure_strangeness",
    "own_lexicon",
    "read_own_rows",
]
