"""A made-up scrape of any size with its ground truth: ``python -m benchmarks corpus --help``.

``vocabulary`` holds the words and how often each is drawn, ``compose`` makes texts of them as
arrays of tokens, ``render`` turns tokens into UTF-8 and counts what two texts share, ``plan``
says which article is what, and ``write`` puts them into files.
"""
