"""Candidate pairs become pairs, or none: what two texts share, and what that makes of them.

``steps`` goes from what is cheap to what is dear: ``bounds`` says which kinds are still possible,
``evidence``, ``facts``, ``forms`` and ``templated`` what the alignment of two texts shows, ``judge``
has the rules of the kinds. ``reread`` judges pairs with misread words (``misread``) again. ``pair``
does all of it, and looks for what speaks of a spinner.
"""
