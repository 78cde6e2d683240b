"""Rewrites, lifted passages, pieces and series, from one end to the other."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dedup
from dedup import Options
from dedup.rewrite.measure import FEATURES

if TYPE_CHECKING:
    from conftest import Scrape

ORIGINAL = """\
The harbour board of Norvik voted on Tuesday to close the old fish market after 112 years. The wooden hall on Pilot Street will be torn down in March, board chairwoman Hedda Brunn told reporters.

Inspectors found rot in 40 of the 58 oak piles that carry the building, and the sprinklers failed twice last winter. Repairs would have cost 9.4 million crowns, nearly three times what the stallholders pay in rent over a decade.

Seventeen fishmongers are to move into a former rope factory across the canal, where they will pay no rent until autumn. Many of them are angry about the short notice. "We learned of it from the radio," said one of them, who has sold cod and mackerel there since he left school.

The board wants to build a cruise terminal on the empty plot, with moorings for two ships of up to 300 metres. Opponents have collected 6,200 signatures and asked the county court in Vestby to stop the demolition.
"""  # noqa: E501
REWORDED = """\
After 112 years, the old fish market in Norvik is shutting its doors, the town's harbour board decided in a vote on Tuesday. Chairwoman Hedda Brunn told journalists that the timber hall on Pilot Street is to be demolished in March.

Of the 58 oak piles on which the building rests, 40 are rotten, according to inspectors, and its sprinklers broke down twice during the winter. To repair the place would cost 9.4 million crowns, or almost three times the rent that stallholders pay in ten years.

The seventeen fishmongers will get space in an old rope factory on the other side of the canal and need not pay any rent before autumn. The short notice has angered many. One, who started selling cod and mackerel at the market straight after school, complained that they only learned of it by radio.

A cruise terminal that can moor two ships as long as 300 metres is planned by the board for the plot. Those who oppose it gathered 6,200 signatures and want the county court at Vestby to halt the demolition.
"""  # noqa: E501
SAME_EVENT = """\
Shoppers queued in the rain outside the fish hall yesterday, some with tears in their eyes. Norvik will lose a place where generations bought their herring, they said, and nobody had asked them. My grandmother met her husband between these counters, a woman with a red umbrella recalled.

The decision came late in the evening after four hours of debate, with seven members for and four against. Mayor Ole Tranberg, who abstained, spoke of a sad but necessary step. He promised that the smokehouse next door, which is privately owned, would stay.

Architects from the university had proposed a new foundation of steel two years ago. Their drawings were never discussed, as far as the minutes show. Tourism has grown quickly on this coast, and with it the hopes of the hotels.
"""  # noqa: E501
TOPICS = (
    "A brown bear walked through the village of {0} and ate the apples of a {1}. The forester {2} asked people to lock their sheds. It was seen again near the {3} on the next morning.",  # noqa: E501
    "The choir of {0} won a prize for its recording of songs about a {1}. Its leader {2} thanked the {3}. They will sing abroad in the coming summer and rehearse twice a week until then.",  # noqa: E501
    "Engineers in {0} tested a bridge with sand instead of lorries. The beam held, said {2}, even under a {1}. The old {3} beside it remains closed to cyclists for the time being.",  # noqa: E501
    "Snow blocked the pass above {0} for two days and a {1} got stuck. Volunteers led by {2} dug a path to the {3}. No one was hurt, although supplies of bread ran low.",  # noqa: E501
    "Pupils in {0} built a {1} out of bottles and floated it on the pond. Their teacher {2} measured how fast it went. The {3} lent them life jackets and a rescue boat.",  # noqa: E501
)
_NAMED = (
    ("Almby", "beekeeper", "Liv Askeland", "sawmill"),
    ("Brenna", "barrel organ", "Jon Myrvold", "town library"),
    ("Corvik", "steam tractor", "Tora Hegge", "quarry"),
    ("Dalheim", "weather balloon", "Arne Solbu", "ski lift"),
    ("Elsund", "windmill", "Siv Rognan", "lighthouse"),
)
PARAGRAPHS = ORIGINAL.strip().split("\n\n")
OWN = SAME_EVENT.strip().split("\n\n")
MORE = (
    "Hotels along the front have begun to repaint their signs. A guide who shows visitors the ramparts has doubled "  # noqa: E501
    "her tours, and the bakery in the customs yard now opens before sunrise. Whether the guests of such huge vessels "  # noqa: E501
    "spend anything on land is disputed; in Brevik, two fjords further north, shops counted fewer buyers after the "  # noqa: E501
    "first season than before, and the council put a limit on daily landings."
)
LIFTED = "\n\n".join([OWN[0], PARAGRAPHS[1], OWN[1], PARAGRAPHS[2], OWN[2], MORE])
MOVED = "\n\n".join([PARAGRAPHS[2], PARAGRAPHS[3], PARAGRAPHS[0], PARAGRAPHS[1]])
QUOTATION = (
    "“We have looked at every beam and every pile of this hall, we have asked three firms what it would take, "  # noqa: E501
    "and each of them told us the same thing, that no sum of money that this town could ever raise would keep "  # noqa: E501
    "it standing for more than another five or six winters at the very most,”"
)
QUOTING = (
    f"Few people in the town had expected the vote to be so clear. {QUOTATION} the chairwoman said. Afterwards "  # noqa: E501
    "the members went home without a word to those who stood outside with their banners and their candles. "
    f"{OWN[1]}",
    "A rope maker's workshop from the age of sail may soon smell of smoked eel. Traders are to move there in "
    f"spring, and many of them doubt that customers will follow. The board defends its plan. {QUOTATION} it "
    f"wrote to the newspaper. {MORE}",
)


def others(scrape: Scrape) -> list[str]:
    """Some 30 short articles of which none tells what another does."""
    topics = [topic.format(*named) for topic, named in zip(TOPICS, _NAMED, strict=True)]
    return topics + [scrape.story(number, 60) for number in range(25)]


def scan(scrape: Scrape, *texts: str, **options: Any) -> dict[tuple[str, str], str]:
    """Kinds of the pairs that are found of these texts, by number, in a scrape of others."""
    for number, text in enumerate(others(scrape)):
        scrape.write(f"other-{number:02}.txt", text)
    for number, text in enumerate(texts):
        scrape.write(f"{number}.txt", text)
    rows = scrape.scan(**options).rows("pairs", ["left", "right", "kind"])
    return {(row["left"], row["right"]): row["kind"] for row in rows}


FLASH = (
    "The wooden hall on Pilot Street will be torn down in March, board chairwoman Hedda Brunn told a meeting that "  # noqa: E501
    "nobody had expected to be so short. The harbour board of Norvik voted on Tuesday to close the old fish market "  # noqa: E501
    "before that."
)


def test_the_texts_are_as_long_as_they_should_be() -> None:
    assert 7 <= sum(ORIGINAL.count(mark) for mark in ".?!") - 1 <= 10
    assert len(QUOTATION.split()) > 50


def test_a_reworded_article_is_a_rewrite(scrape: Scrape) -> None:
    assert scan(scrape, ORIGINAL, REWORDED) == {("0.txt", "1.txt"): "rewrite"}
    (pair,) = dedup.open_results(scrape.results).rows("pairs")
    assert pair["probability"] >= 0.5
    assert "rewrite" in pair["views"]
    assert len(pair["passages"]) >= 5
    assert {passage["what"] for passage in pair["passages"]} == {"answer"}
    assert "same order" in pair["reason"]


def test_rewrites_are_found_of_two_texts_alone() -> None:
    for left, right in itertools.permutations([ORIGINAL, REWORDED]):
        found = dedup.compare(left, right)
        assert found.kind == "rewrite"
        for what, start, end, start_right, end_right, share in found.passages:
            assert what == "answer"
            assert 0 <= start < end <= len(left)
            assert 0 <= start_right < end_right <= len(right)
            assert 0.3 < share <= 1


def test_two_lifted_paragraphs_are_a_partial_copy(scrape: Scrape) -> None:
    assert scan(scrape, ORIGINAL, LIFTED) == {("0.txt", "1.txt"): "partial"}
    (pair,) = dedup.open_results(scrape.results).rows("pairs")
    lifted = [
        (ORIGINAL[one["left_start"] : one["left_end"]], LIFTED[one["right_start"] : one["right_end"]])
        for one in pair["passages"]
    ]
    together = " ".join(left for left, _ in lifted)
    assert "sprinklers failed twice last winter" in together
    assert "since he left school" in together
    assert "Tuesday" not in together
    assert all(left == right for left, right in lifted)


def test_moved_paragraphs_are_found(scrape: Scrape) -> None:
    found = scan(scrape, ORIGINAL, MOVED)
    assert set(found) == {("0.txt", "1.txt")}
    assert dedup.compare(ORIGINAL, MOVED).kind == found["0.txt", "1.txt"]


def test_a_piece_in_a_long_text_is_contained(scrape: Scrape) -> None:
    piece = "\n\n".join(PARAGRAPHS[1:3])
    book = "\n\n".join([scrape.story(901, 700), piece, scrape.story(902, 700)])
    assert scan(scrape, book, piece, profile="reuse") == {("0.txt", "1.txt"): "contains"}


def test_a_shared_quotation_alone_is_no_pair(scrape: Scrape) -> None:
    assert scan(scrape, *QUOTING) == {}


def test_a_shared_quotation_without_its_marks_is_a_partial_copy(scrape: Scrape) -> None:
    found = scan(scrape, *(text.replace("“", "").replace("”", "") for text in QUOTING))
    assert found in ({("0.txt", "1.txt"): "partial"}, {("0.txt", "1.txt"): "copy"})


def test_reports_of_one_event_that_were_written_apart_are_no_pair(scrape: Scrape) -> None:
    assert scan(scrape, ORIGINAL, SAME_EVENT) == {}
    assert dedup.compare(ORIGINAL, SAME_EVENT).kind is None


@pytest.mark.parametrize(("profile", "kinds"), [("copy", 0), ("reuse", 1)])
def test_what_each_profile_looks_for(scrape: Scrape, profile: str, kinds: int) -> None:
    found = scan(scrape, ORIGINAL, REWORDED, LIFTED, profile=profile)
    assert set(found.values()) == set(["partial", "rewrite"][:kinds])


def test_rows_are_the_same_with_any_number_of_processes(scrape: Scrape) -> None:
    scan(scrape, ORIGINAL, REWORDED, LIFTED, MOVED, *QUOTING)
    alone = list(dedup.open_results(scrape.results).rows("pairs"))
    both = list(scrape.scan(results=scrape.home / "both", jobs=2).rows("pairs"))
    assert {"rewrite", "partial"} < {row["kind"] for row in alone}
    assert both == alone


_SENTENCES = (
    "Lodes in the northern section were sampled from the surface and returned an average width of two metres.",  # noqa: E501
    "The company holds all of the licences around the mine and expects to renew them without conditions.",
    "Drilling went on through the rainy season, although one of the rigs stood still for want of spare parts.",  # noqa: E501
    "Cash at the end of the period was enough to pay for the planned work until the middle of next year.",
    "The board of directors believes that the deposit stays open at depth and along the strike to the west.",
    "Water rights were confirmed by the province, and an appeal that had been lodged by a farmer was withdrawn.",  # noqa: E501
    "Metallurgical tests on composite samples showed that coarse material can be floated without regrinding.",
    "Statements in this release look ahead and are subject to risks that may lead to other results than hoped.",  # noqa: E501
    "A camp for ninety people was finished on time, and the road to the pass was widened for heavier lorries.",  # noqa: E501
    "No accident with lost time was recorded, and training of new crews from the villages has been continued.",  # noqa: E501
    "Shareholders may ask for printed copies of the accounts at the office or read them in the reading room.",
    "The qualified person has read and approved what this release says of geology, assays and methods.",
)  # fmt: skip
_MONTHS = ("January", "March", "May", "July", "September", "November")


def statement(number: int) -> str:
    """One of a series: dates and figures of its own, and half of the sentences that all draw from."""
    month, day, year = _MONTHS[number % 6], 3 + number, 2001 + number // 6
    own = (
        f"Karlholm Mines reports on the period that ended on {day} {month} {year}.\n"
        f"Hole K{310 + 7 * number} met {3 + number}.{number % 9} metres of {11 + 13 * number} grams from {140 + 17 * number} metres. "  # noqa: E501
        f"Output came to {4100 + 137 * number} tonnes, against {3900 + 149 * number} in the period before.\n"
    )
    drawn = [_SENTENCES[(5 * number + step * (1 + number % 3)) % 12] for step in range(6)]
    return own + "\n".join(dict.fromkeys(drawn)) + f"\nKarlholm, {day + 9} {month} {year}\n"


@pytest.mark.parametrize("one_source", [True, False])
def test_statements_of_a_series_are_no_pairs(scrape: Scrape, one_source: bool) -> None:
    """The same ones by twenty sources are pairs, here and there."""
    rows = [
        {"id": f"{n:02}", "text": statement(n), "source": "karlholm" if one_source else f"mine-{n}"}
        for n in range(20)
    ]
    rows += [{"text": text, "source": f"news-{n}"} for n, text in enumerate(others(scrape))]
    scrape.records("a.jsonl", *rows)
    found = scrape.scan()
    assert found.run["counts"]["candidates"] > 19
    assert (found.count("pairs") == 0) == one_source


def test_the_same_statement_twice_is_a_copy_within_its_series(scrape: Scrape) -> None:
    texts = [statement(number) for number in range(20)]
    texts.append(texts[7].replace("Output came", "Production came"))
    scrape.records(
        "a.jsonl", *({"id": f"{n:02}", "text": t, "source": "karlholm"} for n, t in enumerate(texts))
    )
    found = {(row["left"], row["right"]): row["kind"] for row in scrape.scan().rows("pairs")}
    assert found.get(("07", "20")) == "copy"


# ------------------------------------------------------------------ two texts

GERMAN = (
    "Der Hafenrat von Norvik hat am Dienstag beschlossen, die alte Fischhalle nach 112 Jahren zu schließen. "
    "Das Gebäude an der Lotsenstraße soll im März abgerissen werden, sagte die Vorsitzende Hedda Brunn. "
    "Gutachter fanden Fäulnis in 40 von 58 Pfählen aus Eiche."
)
CHINESE = "港务局星期二投票决定关闭有一百一十二年历史的旧鱼市场。木制大厅将于三月拆除，主席对记者说。检查人员发现四十根木桩已经腐烂。"  # noqa: E501
ARABIC = "قرر مجلس الميناء يوم الثلاثاء إغلاق سوق السمك القديم بعد مئة واثني عشر عاما. سيهدم المبنى الخشبي في مارس، كما قالت رئيسة المجلس للصحفيين."  # noqa: E501
HOSTILE = {
    "nothing": "",
    "no words": "…—!? \n\n. “",
    "one word": "ferry " * 50_000,
    "one letter": "船" * 5_000,
    "never closed": "“He said " + "that the ferry left and " * 300,
    "sentences of one word": "No. " * 3_000,
    "a table": " ".join(f"{n} {n * n} {n**3}" for n in range(500)),
    "lone surrogate": "ferry \ud800 quay",
}


@pytest.mark.parametrize("text", [ORIGINAL, GERMAN, CHINESE, ARABIC])
def test_copies_in_any_language(text: str) -> None:
    assert dedup.compare(text, text.upper()).kind == "exact"
    changed = (
        text.replace("40", "41").replace("四十", "四一").replace("القديم", "العتيق").replace("oak", "pine")
    )
    assert dedup.compare(text, changed).kind == "copy"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_compared(name: str) -> None:
    text = HOSTILE[name]
    for left, right in ((text, ORIGINAL), (ORIGINAL, text)):
        assert dedup.compare(left, right).kind is None
    same = dedup.compare(text, text)
    assert same.kind == (None if name in ("nothing", "no words") else "exact")


def test_what_a_comparison_looks_for_follows_the_profile() -> None:
    for profile, kind in (("copy", None), ("reuse", None), ("rewrite", "rewrite")):
        assert dedup.compare(ORIGINAL, REWORDED, Options(profile=profile)).kind == kind
    for profile, kind in (("copy", None), ("reuse", "partial"), ("rewrite", "partial")):
        assert dedup.compare(ORIGINAL, LIFTED, Options(profile=profile)).kind == kind


@pytest.mark.parametrize("right", [REWORDED, LIFTED, MOVED, SAME_EVENT, QUOTING[0], GERMAN])
def test_sides_may_be_swapped(right: str) -> None:
    found, swapped = dedup.compare(ORIGINAL, right), dedup.compare(right, ORIGINAL)
    assert swapped.kind == found.kind
    assert swapped.probability == pytest.approx(found.probability, abs=0.02)
    turned = sorted((what, c, d, a, b, share) for what, a, b, c, d, share in swapped.passages)
    assert turned == sorted(found.passages)


def test_a_flash_that_the_full_story_edits_is_a_rewrite(scrape: Scrape) -> None:
    assert scan(scrape, FLASH, ORIGINAL) == {("0.txt", "1.txt"): "rewrite"}
    found = dedup.compare(FLASH, ORIGINAL)
    assert "in pieces of 8 words or more" in found.reason
    assert {what for what, *_ in found.passages} == {"copied"}
    assert dedup.compare(ORIGINAL, FLASH).kind == "rewrite"
    assert dedup.compare(FLASH, ORIGINAL, Options(profile="reuse")).kind is None


def test_an_edited_text_in_a_longer_one_is_a_rewrite(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though its sentences say little of it, as those of a translation may."""
    nothing = np.empty(0, np.int64), np.empty(0), np.empty((0, len(FEATURES)))
    monkeypatch.setattr("dedup.verify.steps.find_likely", lambda *_: nothing)
    words, other = scrape.words(1, 150), scrape.words(2, 150)
    edited = [other[at] if at > 10 and at % 3 == 0 else word for at, word in enumerate(words)]
    longer = " ".join([*scrape.words(3, 400), *edited, *scrape.words(4, 400)])
    for left, right in ((" ".join(words), longer), (longer, " ".join(words))):
        found = dedup.compare(left, right)
        assert found.kind == "rewrite"
        assert "of the shorter article matches a part of the other" in found.reason
    assert dedup.compare(" ".join(words), longer, Options(profile="reuse")).kind is None


def test_what_comes_back_in_pieces_days_later_is_no_pair(scrape: Scrape) -> None:
    for name, text, day in (("flash", FLASH, 1), ("story", ORIGINAL, 1), ("again", ORIGINAL + MORE, 6)):
        scrape.records(f"{name}.jsonl", {"id": name, "text": text, "published": f"2021-03-0{day}"})
    rows = scrape.scan().rows("pairs", ["left", "right"])
    ends = {(row["left"], row["right"]) for row in rows}
    assert ("flash", "story") in ends
    assert ("flash", "again") not in ends


FUND = (
    "The fund was set up eleven years ago to help places with fewer than five thousand people keep what their "  # noqa: E501
    "grandparents built.",
    "Half of the money comes from the lottery, the other half from a tax on the gravel that is dug in the county.",  # noqa: E501
    "Towns may apply again in the autumn, and a jury of nine people from all of its parts decides by Christmas.",  # noqa: E501
)
GRANTS = (
    f"Almby gets 240,000 crowns for the roof of its sawmill. {FUND[0]} Mayor Liv Askeland said that the first 60 "  # noqa: E501
    f"beams were ordered from Sweden on 3 May. {FUND[1]} A crane of the Hegge company lifts them in week 31. {FUND[2]}",  # noqa: E501
    f"Brenna gets 815,000 crowns for a school bus that runs on wood gas. {FUND[0]} It seats 44 pupils and reaches "  # noqa: E501
    f"Dalheim in 25 minutes, engineer Jon Myrvold promised. {FUND[1]} The old one, built in 1968 by Solbu & Sons, "  # noqa: E501
    f"goes to a museum in Vestby. {FUND[2]} Parents had asked for it since the railway to Corvik was closed.",
)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.62, 0.8])
def test_pieces_of_a_form_are_no_pair_at_any_threshold(threshold: float) -> None:
    assert dedup.compare(*GRANTS, Options(threshold=threshold)).kind is None


def test_a_passage_that_a_higher_threshold_refuses_is_no_piece() -> None:
    texts = f"{OWN[0]} {PARAGRAPHS[1]}", f"{PARAGRAPHS[1]} {MORE}"
    found = [dedup.compare(*texts, Options(threshold=threshold)) for threshold in (0.5, 0.9)]
    assert [one.kind for one in found] == ["partial", None]
    assert found[0].probability < 0.9


def test_texts_that_are_spelled_letter_by_letter_are_a_pair_only_if_they_are_the_same(scrape: Scrape) -> None:
    spelled = ["  ".join(" ".join(word) for word in scrape.words(number, 150)) for number in range(6)]
    for number, text in enumerate([*spelled, spelled[0].replace("  ", "\n")]):
        scrape.write(f"{number}.txt", text)
    results = scrape.scan()
    assert [(row["left"], row["right"], row["kind"]) for row in results.rows("pairs")] == [
        ("0.txt", "6.txt", "exact")
    ]
    assert all("single letters" in row["warnings"][0] for row in results.rows("articles"))
