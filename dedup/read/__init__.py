"""Files become article rows: batches of the ``docs`` table, bounded in size.

``files`` finds the files and says which are left out; ``items`` cuts them into work;
``reader`` turns a work item into rows, wherever it runs. One module a family of formats:
``text``, ``jsonl``, ``table``, ``parquet``. Whatever can't be read is a row with its
reason; no reader raises for a bad input.
"""
