from __future__ import annotations

from pathlib import Path

import pytest

from dedup.results.opened import Results, open_results

from .builder import make_results, pair_of

TEXTS = {
    "courier/strike.txt": (
        "Ferry strike halts boats\n\n"
        "The last boat left the quay on Sunday night with nine lorries on board. The minister stressed "
        "the importance of talks and said that the door of his office was open.\n\n"
        "No new talks are planned this week, a spokeswoman for the harbour board said on Monday."
    ),
    "packet/strike.txt": (
        "Ferry strike halts boats\n\nREAD MORE: Lobster festival\n\n"
        "The last boat left the quay on Sunday night with nine lorries on board. The minister burdened "
        "the significance of talks and said that the door of his office was open.\n\n"
        "No new talks are planned this week, a spokeswoman for the harbour board said on Monday.\n\n"
        "Leave a Reply"
    ),
    "digest/strike.txt": "",
    "hostile [/b] \x1b[31m\u202e.txt": "Bold [/b] and \x1b[31mred\x1b[0m and \u202eturned\x9b [link=x]here",
}
TEXTS["digest/strike.txt"] = TEXTS["courier/strike.txt"].upper()


@pytest.fixture
def results(tmp_path: Path) -> Results:
    courier, packet, digest, hostile = TEXTS
    phrase = "burdened the significance"
    start = TEXTS[packet].index(phrase)
    make_results(
        tmp_path / "results",
        articles=[
            {
                "article": courier,
                "text": TEXTS[courier],
                "source": "courier.example",
                "published": "2024-03-02T08:00:00Z",
                "credit": "AP",
            },
            {
                "article": packet,
                "text": TEXTS[packet],
                "source": "packet.example",
                "published": "2024-03-03T11:00:00Z",
                "spun": True,
                "spun_score": 0.97,
            },
            {"article": digest, "text": TEXTS[digest], "exact_of": courier, "title": "A digest"},
            {"article": hostile, "text": TEXTS[hostile]},
        ],
        pairs=[
            pair_of(courier, digest, TEXTS, kind="exact", jaccard=1.0),
            pair_of(courier, packet, TEXTS, spun_side="right", swapped_words=2, same_source=False),
        ],
        clusters=[
            {"cluster": 1, "size": 3, "keeper": courier, "article": courier},
            {"cluster": 1, "size": 3, "keeper": courier, "article": digest, "matched": courier},
            {
                "cluster": 1,
                "size": 3,
                "keeper": courier,
                "article": packet,
                "matched": courier,
                "similarity_to_keeper": 0.85,
            },
        ],
        spun=[
            {
                "article": packet,
                "start": start,
                "end": start + len(phrase),
                "phrase": phrase,
                "natural": "stressed the importance",
                "partner": partner,
            }
            for partner in (None, courier)
        ],
        skipped=[{"path": hostile, "record": 7, "message": "not UTF-8 at byte 3 \x1b[2J"}],
    )
    return open_results(tmp_path / "results")
