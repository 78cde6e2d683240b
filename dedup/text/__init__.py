"""Text as words and sentences: ``unicode`` says what a code point is, ``words`` splits many texts at once.

``kernel``, ``hashing``, ``utf8`` and ``kept`` are what numba compiles; ``stems``, ``numerals`` and
``sentences`` read what ``words`` gives.
"""
