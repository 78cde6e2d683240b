"""Site furniture: the lines that a site puts around its articles.

``lines`` cuts texts into lines and gives each a key; ``forms`` holds the wordings that sites
use everywhere; ``recurring`` says which lines recur on different articles of a source; ``body``
judges the lines of each text and gives what is left: the article's own text.
"""
