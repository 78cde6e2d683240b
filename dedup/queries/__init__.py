"""The relational steps, each one SQL text that DuckDB and Spark both run.

``steps`` has those of a scan, one after the other; ``band_join`` and ``line_join`` its large joins;
``graph`` its pairs as a graph, of which ``members`` makes clusters. ``sources`` and ``fates`` ask
RESULTS: who copies whom, and which articles go.
"""
