"""A made-up scrape of any size with its ground truth: ``python -m benchmarks corpus --help``.

``vocabulary`` holds the words and how often each is drawn; ``chance``, ``fresh`` and ``compose``
make articles of them as arrays of tokens; ``render`` turns tokens into UTF-8 and measures what
two articles have in common; ``plan`` says which article is what; ``build`` makes batches of
articles and pairs, which ``write`` puts into files.

Compiled kernels are kept in ``__pycache__`` until their own file changes: whoever changes a
kernel that another file calls removes them.
"""
