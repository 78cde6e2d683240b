"""RESULTS: written by a scan, opened, asked, judged, cut again and applied.

``run`` is RESULTS as a scan owns it, ``opened`` as everybody reads it, ``journal`` what an extension
of an archive does to it. ``selection`` answers conditions in SQL, ``graph`` holds pairs as arrays,
``remeasure`` finds again what isn't kept. ``judged`` and ``judging`` keep what readers said of pairs;
``tune``, ``recut``, ``apply`` and ``scrape`` draw conclusions.
"""
