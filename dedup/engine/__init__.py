"""What runs the stages and queries of a scan: processes and DuckDB of this machine, or Spark.

``protocol`` says what an engine can do; ``local`` and ``spark`` do it. Nothing else knows of either.
"""
