"""A scan from end to end: ``scan`` is all of it on a page.

``past`` brings in what an archive knows and ``extend`` adds to it what is new; ``ignored`` leaves out
pairs that readers judged to be none; ``estimate`` says what a scan will take, from a ``sample``.
"""
