"""Sketches of articles: what their views hash, signatures, bands, and what is left out of them.

``scheme`` draws permutations, ``minhash`` signs shingles, ``frequent`` says which are too common,
``bands`` cuts signatures; ``sampled`` chooses the keys of passages, ``rarity``, ``neighbours`` and
``rare_pairs`` those of rewrites.
"""
