"""Accuracy of the kind that a scan gives a pair: ``python -m benchmarks kinds --help``.

``material`` supplies articles, real or made up (``made``), that have no passage in common;
``texts`` cuts and counts them, ``reword`` puts them into other words by the list of ``synonyms``,
``stories`` writes templates and events. ``scrape`` collects articles and cases, ``related`` and
``strangers`` construct them, ``plan`` says how many of which; ``judge`` counts what a scan says
of them, and ``command`` does it all.
"""
