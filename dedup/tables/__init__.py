"""Tables as batches and on disk, and what stages read from batches of articles.

``files`` writes and reads the parts of a table, ``parts`` says where they lie, ``mapped`` reads files
of integers. ``columns`` turns columns into arrays and back; ``bodies``, ``article_columns`` and
``result_rows`` make columns of bodies, articles and results.
"""
