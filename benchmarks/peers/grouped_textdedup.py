"""text-dedup as in with_textdedup.py, its groups written as groups: a line a member, with the group's first.

For groups of tens of thousands, whose pairs nobody wants to write.
"""

from __future__ import annotations

import shingles
from with_textdedup import find_groups  # type: ignore[import-not-found]


def main() -> None:
    given = shingles.parse(__doc__)
    ids, groups = find_groups(given)
    stars = [(rows[0], row) for rows in groups for row in rows[1:]]
    shingles.write_pairs(given.pairs, ids, stars)


if __name__ == "__main__":
    main()
