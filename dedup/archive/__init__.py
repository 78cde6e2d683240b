"""RESULTS with an index: kept by a scan, opened by later ones, asked for single articles.

``keep`` and ``write`` make the index, ``keys`` reads and extends it, ``opened`` checks whose it is;
``search`` is what ``dedup query`` asks, ``shared`` an index of copies in Redis.
"""
