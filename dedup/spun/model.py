"""What the pass hands out: evidence in a text, and the verdict drawn from it."""

from __future__ import annotations

from typing import NamedTuple

# Signals that rules ask for: swaps of function words, of which a stilted text and its plain version have
# many; words that a change made strangers to their neighbours.
FUNCTION_WORDS, COLLOCATION = "function-words", "collocation"
LEAST_WEIGHT = 0.5  # of a pattern that counts as one; lighter ones are common in clean text


class Evidence(NamedTuple):
    """One phrase that a synonym spinner leaves behind.

    start, end  half-open, in code points of the text
    phrase      ``text[start:end]``
    natural     what a writer would have written; beside a partner, what the partner has
    signal      function-words, swap, name, nationality, reporting, abbreviation or tortured; in a scrape
                also collocation: other articles have the natural words here, and not these
    weight      natural logarithm of the odds that it adds, above 0; of a collocation beside a partner, that
                of the articles that have the partner's words to those that have what stands here
    """

    start: int
    end: int
    phrase: str
    natural: str
    signal: str
    weight: float


Swap = Evidence  # a swap seen beside a partner has the same fields


class Paragraph(NamedTuple):
    """A paragraph that looks spun: half-open, in code points.

    score  0.5..1; how probable it is that the spinner changed it if the text is spun and said to be;
           elsewhere, if about one paragraph in 100 is
    """

    start: int
    end: int
    score: float


class Verdict(NamedTuple):
    """What a text's evidence amounts to: score 0..1, and whether that is enough to say so."""

    score: float
    spun: bool
    paragraphs: tuple[Paragraph, ...]
