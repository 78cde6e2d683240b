"""Text put through a synonym spinner: its evidence, alone or beside a partner, and a verdict."""

from dedup.spun.find import find_evidence, find_evidence_batch
from dedup.spun.lexicon import Lexicon
from dedup.spun.matching import Matches, match_swaps, match_swaps_many
from dedup.spun.model import Evidence, Paragraph, Swap, Verdict
from dedup.spun.own_rows import own_lexicon, read_own_rows
from dedup.spun.pairs import find_swaps, replaces_throughout, spun_side
from dedup.spun.verdict import find_spun, judge

__all__ = [
    "Evidence",
    "Lexicon",
    "Matches",
    "Paragraph",
    "Swap",
    "Verdict",
    "find_evidence",
    "find_evidence_batch",
    "find_spun",
    "find_swaps",
    "judge",
    "match_swaps",
    "match_swaps_many",
    "own_lexicon",
    "read_own_rows",
    "replaces_throughout",
    "spun_side",
]
