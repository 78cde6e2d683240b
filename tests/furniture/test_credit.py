from __future__ import annotations

import time

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.furniture.credit import HEAD, TAIL, find_credit
from dedup.furniture.credit_look import may_credit
from dedup.furniture.credit_names import LONGEST, load_credits
from dedup.tables.bodies import find_credits
from dedup.tables.columns import string_buffers
from dedup.text.words import split_words

STORY = (
    "The harbour board of Gannet Point voted on Tuesday to close the old slipway, which had been in use for a"
    " century.\n"
    "Nobody on the quay was surprised, since the timbers had been rotten for years and the money was spent.\n"
    "A new slipway will be built further along the shore, out of concrete, before the end of the summer.\n"
) * 4

BEFORE = [
    ("GANNET POINT (AP) — The harbour board", "AP"),
    ("PORT HALLIN, Caldrey (Reuters) - The harbour board", "Reuters"),
    ("PORT HALLIN, Jan 5 (AFP) - The harbour board", "AFP"),
    ("Port Hallin, 5 janvier 2021 (AFP) - Le conseil", "AFP"),
    ("Port Hallin ( AFP ) – The harbour board", "AFP"),
    ("(Reuters) - The harbour board", "Reuters"),
    ("(CNN) The harbour board", "CNN"),
    ("Port Hallin (CNN Business) The harbour board", "CNN"),
    ("Port Hallin [Caldrey], January 5 (ANI): The harbour board", "ANI"),
    ("Port Hallin, Jan 5 (PTI) The harbour board", "PTI"),
    ("PORT HALLIN, Jan. 5 (Xinhua) -- The harbour board", "Xinhua"),
    ("PORT HALLIN, January 5. /TASS/. The harbour board", "TASS"),
    ("Port Hallin (dpa/lno) - Der Hafenrat", "dpa"),
    ("Port Hallin, 5 ene (EFE).- La junta del puerto", "EFE"),
    ("(ANSA) - PORT HALLIN, 05 GEN - Il consiglio", "ANSA"),
    ("PORT HALLIN, Jan. 5, 2021 /PRNewswire/ -- The harbour board", "PR Newswire"),
    ("PORT HALLIN--(BUSINESS WIRE)--The harbour board", "Business Wire"),
    ("PORT HALLIN, Jan. 05, 2021 (GLOBE NEWSWIRE) -- The harbour board", "GlobeNewswire"),
    ("PORT HALLIN, Caldrey (WQZX) — The harbour board", "WQZX"),
    ("Slipway closes after a century PORT HALLIN (Reuters) - The harbour board", "Reuters"),
    ("Slipway closes\nPORT HALLIN (AP/Reuters) — The harbour board", "AP"),
    ("Slipway closes \\n Port Hallin (UPI) — The harbour board", "UPI"),
    ("Slipway closes\nBy the Associated Press", "AP"),
    ("Slipway closes\nBy JO MARLOW, Associated Press", "AP"),
    ("Slipway closes\nBy Jo Marlow | Reuters", "Reuters"),
    ("Slipway closes\nAssociated Press", "AP"),
    ("Slipway closes | Reuters", "Reuters"),
    (
        "This op-ed originally appeared in THE QUAY POST on August 2, 2005. The harbour is old.",
        "THE QUAY POST",
    ),
    ("Von dpa", "dpa"),
    ("Agencia EFE", "EFE"),
    ("新华社哈林港1月5日电 港务局", "Xinhua"),
    ("【AFP＝時事】港の委員会は", "AFP"),
    ("［ハリン港　５日　ロイター］ - 港の委員会は", None),
    ("ПОРТ-ХАЛЛИН, 5 января. /ТАСС/. Совет порта", "TASS"),
    ("ПОРТ-ХАЛЛИН, 5 янв — РИА Новости. Совет порта", "RIA Novosti"),
    ("来源：新华社", "Xinhua"),
]

AFTER = [
    ("This article originally appeared on example.com", "example.com"),
    ("This article originally appeared on Hallin Courier: Slipway closes", "Hallin Courier"),
    ("This article was first published in The Example Times on 5 January.", "The Example Times"),
    ("First published in the Example Times", "Example Times"),
    ("Originally published on Example Science.", "Example Science"),
    ("This story was originally published by ProPublica.", "ProPublica"),
    ("This article is republished from The Conversation under a Creative Commons license. Read the original"
     " article.", "The Conversation"),
    ("Republished from Quay Weekly under a Creative Commons licence", "Quay Weekly"),
    ("Republished with permission from St. Osric Post-Dispatch.", "St. Osric Post-Dispatch"),
    ("The post Slipway closes appeared first on Quay Weekly.", "Quay Weekly"),
    ("The mayor agreed. This story first appeared in the Hallin Courier.", "Hallin Courier"),
    ("© 2021 Hallin Media. This article was originally published by https://www.courier.example.org/a/b",
     "courier.example.org"),
    ("Reporting by Jo Marlow; Editing by Sam Reed", "Reuters"),
    ("(Reporting by Jo Marlow in Port Hallin; editing by Sam Reed)", "Reuters"),
    ("The mayor agreed. (Reporting by Jo Marlow; Editing by Sam Reed)", "Reuters"),
    ("Copyright 2020 The Associated Press. All rights reserved. This material may not be published.", "AP"),
    ("© 2019 Associated Press. All Rights Reserved.", "AP"),
    ("(c) Kyodo", "Kyodo"),
    ("© Reuters", "Reuters"),
    ("Source: Xinhua", "Xinhua"),
    ("Source: The Hallin Gazette", "The Hallin Gazette"),
    ("Source: https://www.courier.example.org/slipway", "courier.example.org"),
    ("Courtesy of the Hallin Gazette", "Hallin Gazette"),
    ("Distributed by Tribune Content Agency, LLC.", "TNS"),
    ("ANI", "ANI"),
    ("(PTI)", "PTI"),
    ("— The Associated Press", "AP"),
    ("AP/Reuters", "AP"),
    ("dpa", "dpa"),
    ("The mayor agreed, and so did everybody who had come to the quay to hear her that day. Bloomberg",
     "Bloomberg"),
    ("The mayor agreed, and so did everybody who had come there to hear her that day. PTI ABC XYZ", "PTI"),
    ("The mayor agreed, and so did everybody who had come to the quay to hear her that day. (AFP)", "AFP"),
    ("The mayor agreed, and so did everybody who had come to the quay to hear her.” – AFP", "AFP"),
    ("The mayor agreed, and so did everybody who was there to hear her that day. Bloomberg\nSlipway closes\n"
     "Categories\nHarbours\nNo Comments", "Bloomberg"),
    ("Dieser Artikel erschien zuerst in der Hallinger Zeitung.", "Hallinger Zeitung"),
    ("Zuerst erschienen in Hallinger Bote", "Hallinger Bote"),
    ("Der Beitrag Slip geschlossen erschien zuerst auf Hallinger Bote.", "Hallinger Bote"),
    ("Quelle: dpa", "dpa"),
    ("Cet article a été publié initialement dans Le Courrier de Hallin.", "Le Courrier de Hallin"),
    ("Publié initialement sur Le Courrier de Hallin", "Le Courrier de Hallin"),
    ("Fuente: EFE", "EFE"),
    ("Este artículo fue publicado originalmente en El Diario de Hallin.", "El Diario de Hallin"),
    ("Fonte: ANSA", "ANSA"),
    ("Questo articolo è stato pubblicato originariamente su Corriere di Hallin.", "Corriere di Hallin"),
    ("Este artigo foi publicado originalmente no Jornal de Hallin.", "Jornal de Hallin"),
    ("来源：新华社", "Xinhua"),
    ("（来源：哈林日报）", "哈林日报"),
    ("来源：哈林日报 责任编辑：王", "哈林日报"),
    ("（新华社）", "Xinhua"),
    ("（共同）", "Kyodo"),
    ("Источник: ТАСС", "TASS"),
    ("Источник: Газета Халлина", "Газета Халлина"),
]  # fmt: skip

NOBODY = [
    "Reuters reported on Monday that the slipway would close.",
    "The mayor told The Associated Press (AP) that the slipway would close.",
    "The news agency Agence France-Presse (AFP) - which was there - said so.",
    "The Associated Press (AP) - which was there - said so.",
    "“It is a shame,” she told Reuters.",
    "The school of Gannet Point offers AP classes.",
    "Slipway to close, sources say - Reuters",
    "Jo Marlow, Sam Reed / AP",
    "AP Photo/Jo Marlow",
    "REUTERS/Jo Marlow",
    "(AP Photo/Jo Marlow)",
    "Photo: Jo Marlow/AFP",
    "Photo courtesy of Jo Marlow",
    "Image Source: Jo Marlow / Quay Weekly/Picturestock",
    "Source: Company data",
    "Source: Jo Marlow",
    "Sources close to the board said so.",
    "Source: the board's own count, which The Hallin Gazette printed in part, and a table made of it",
    "First published in 1923, the book of the harbour sold well.",
    "First published on Monday",
    "First published on 5 January 2021",
    "Originally published January 5",
    "First published at 9.30",
    "Originally published as Slipway closes",
    "This article was first published in March.",
    "This article originally appeared in print.",
    "The study was first published in Nature.",
    "Copyright 2021 Hallin Media. All rights reserved.",
    "By Jo Marlow",
    "By Jo Marlow, Hallin Courier",
    "By the river the boats were rotting.",
    "From Reuters we heard nothing that day.",
    "Courtesy is a virtue of the harbour.",
    "The board of the Quay Party (QP) - the smaller one - agreed.",
    "Follow Jo Marlow on Reuters and AP",
    "“A stunning report.” – The Associated Press",
    "据新华社报道，港务局",
    "来源：公司数据",
]


def look(texts: list[str]) -> list[str | None]:
    column = pa.array(texts, pa.large_string())
    words = split_words(*string_buffers(column))
    found: list[str | None] = find_credits(column, words).to_pylist()
    assert find_credits(pa.array(["x", *texts])[1:], words).to_pylist() == found
    return found


@pytest.mark.parametrize(("line", "credit"), BEFORE)
def test_credits_before_an_article(line: str, credit: str | None) -> None:
    texts = [f"{line}\n\n{STORY}", f"\r\n {line} \r\n{STORY}", f"{line}\n{STORY}é"]
    assert [find_credit(text) for text in texts] == look(texts) == [credit] * 3


@pytest.mark.parametrize(("line", "credit"), AFTER)
def test_credits_after_an_article(line: str, credit: str) -> None:
    texts = [
        f"Slipway closes\n\n{STORY}\n{line}",
        f"{STORY}{line}  \n\nLeave a reply\nYour name\n",
        f"“{STORY}{line}\nLeave a réply",
    ]
    assert [find_credit(text) for text in texts] == look(texts) == [credit] * 3


@pytest.mark.parametrize("line", NOBODY)
def test_what_is_no_credit(line: str) -> None:
    assert find_credit(f"{line}\n{STORY}") is None
    assert find_credit(f"{STORY}\n{line}\n") is None


@pytest.mark.parametrize(("line", "credit"), [*BEFORE[:12], *AFTER])
def test_the_middle_is_not_looked_at(line: str, credit: str) -> None:
    assert find_credit(f"{STORY}{STORY}\n{line}\n{STORY}{STORY}") is None


def test_a_dateline_comes_before_what_stands_at_the_end() -> None:
    assert find_credit(f"PORT HALLIN (AP) — {STORY}\nSource: Reuters") == "AP"
    ends = f"{STORY}\n© 2021 Reuters\nThis article first appeared in Quay Weekly"
    assert find_credit(ends) == "Quay Weekly"


def test_a_bare_name_is_a_credit_only_below_a_sentence() -> None:
    assert find_credit(f"{STORY}\nTags\nharbours\nReuters") is None
    assert find_credit(f"{STORY}\nReuters\nharbours") == "Reuters"


PIECES = st.sampled_from(
    [line for line, _ in [*BEFORE, *AFTER]]
    + NOBODY
    + [STORY, STORY[:90], "\n", "\n\n", " ", "(", "AP", "é. "]
)


@settings(max_examples=300)
@given(st.lists(st.lists(PIECES | st.text(max_size=9), max_size=6).map("".join), max_size=4))
@example([STORY + line + "\n" for line, _ in AFTER])
@example([line + "\n" + STORY for line, _ in BEFORE])
def test_any_text_gives_nothing_or_a_short_line(texts: list[str]) -> None:
    for text, seen in zip(texts, look(texts), strict=True):
        credit = find_credit(text)
        assert seen in (None, credit)
        assert credit is None or 0 < len(credit) <= LONGEST
        assert credit is None or (len(credit.splitlines()) == 1 and credit == credit.strip())


HOSTILE = [
    " ",
    "(",
    "/",
    "[",
    "\n",
    "a.",
    "- ",
    "By ",
    "(AP",
    "Source: ",
    "l'",
    "（",
    "The post ",
    "a-a.",
    "1-",
]


@pytest.mark.parametrize("piece", [*HOSTILE, "This article first appeared in ", "Reporting by "])
def test_hostile_texts_take_no_longer(piece: str) -> None:
    text = piece * (4_000_000 // len(piece))
    column = pa.array([text, f"{text}(AP)", f"“{text}(AP)"], pa.large_string())
    words = split_words(*string_buffers(column))
    look([STORY])  # compiled by now
    start = time.process_time()
    find_credit(text)
    find_credit(f"{text}(AP)")
    find_credits(column, words)
    assert time.process_time() - start < 0.25


PASSED_OVER = [
    STORY,
    f"{STORY * 3}Source: dpa\n{STORY * 3}",
    f"The mayor told Reuters and, from there, the AP, an agency, that she agreed.\n{STORY}",
    f"By Jo Marlow\n{STORY}In the end a source told Kyodo, this story first appeared in no book.",
    f"{STORY}“It is a shame,” she told The Associated Press.",
]


def test_a_quick_look_passes_over_running_text() -> None:
    column = pa.array([*PASSED_OVER, f"{STORY}Source: Xinhua", f"By AP\n{STORY}"])
    words = split_words(*string_buffers(column))
    passed = [False] * len(PASSED_OVER) + [True] * 2
    assert may_credit(words, *string_buffers(column)).tolist() == passed
    assert HEAD < TAIL < len(STORY * 3)


@pytest.mark.parametrize(
    ("name", "credit"),
    [
        ("THE SAN OSRIC UNION TRIBUNEon July 4, 2005.", None),
        ("The Union Tribune4 July 2005", None),
        ("The Union Tribune2005.", None),
        ("THE SAN OSRIC UNION TRIBUNE on July 4, 2005.", "THE SAN OSRIC UNION TRIBUNE"),
        ("News24 on July 4", "News24"),
        ("PCMag", "PCMag"),
    ],
)
def test_a_name_that_runs_on_is_none(name: str, credit: str | None) -> None:
    assert find_credit(f"{STORY}\nThis article first appeared in {name}") == credit


def test_the_wordings_are_well_formed() -> None:
    known = load_credits()
    assert all(form.begins == form.begins.strip() for forms in known.forms.values() for form in forms)
    assert all(form.begins == form.begins.casefold() for forms in known.forms.values() for form in forms)
    assert all(0 < len(name) <= LONGEST for name in [*known.datelines.values(), *known.named.values()])
