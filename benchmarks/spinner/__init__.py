"""How well spun text is recognised: ``python -m benchmarks spinner --help``.

``families`` says which words each kind of spinner swaps for which, ``spin`` does it to an article;
``lexicons`` holds half of the detector's lexicon back from it. ``trials`` puts articles before the
detector, ``report`` counts what it says, ``by_paragraph`` of each paragraph, and ``command`` does it
all. The spinner is there to measure by, and for nothing else.
"""
