"""Two texts laid against each other, by the numbers of their words.

``words`` aligns them whole; ``passages`` finds what was copied wherever it stands in either;
``local`` tells the stretch of an alignment in which the two are alike.
"""
