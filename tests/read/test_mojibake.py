from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.read.mojibake import mend

TEXTS = {
    "German": "Zwei Pfähle lösten sich über Nacht, sagte er.\nDer Steg bleibt geschlossen – „bis Mai“",
    "French": "Le bac a été arrêté hier à midi : « rien ne bouge ».",
    "Russian": "Паром вышел из гавани в полдень.\nЕщё вчера он стоял у причала, — сказал капитан.",
    "Greek": "Το πλοίο έφυγε από το λιμάνι το μεσημέρι.",
    "Chinese": "渡轮中午离开港口。\n船长说，昨天它还停在码头。",
    "Arabic": "غادرت العبارة الميناء عند الظهر.",
    "pictures": "The ferry 🚢 left ☀ at noon 🎉.",
}


def misread(text: str, codec: str) -> str:
    """Each byte of its UTF-8 read as a character."""
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_it_is_mended(text: str, codec: str) -> None:
    warning = ("mojibake: UTF-8 that was read as windows-1252, mended",)
    assert mend(misread(text, codec)) == (text, warning)
    assert mend(misread(misread(text, codec), codec)) == (text, warning)
    assert mend(text) == (text, ())


def test_cyrillic_that_was_read_as_cyrillic_is_mended() -> None:
    text = TEXTS["Russian"]
    assert mend(misread(text, "cp1251")) == (text, ("mojibake: UTF-8 that was read as windows-1251, mended",))


def test_a_letter_of_which_a_byte_was_lost_stays_lost() -> None:
    text = "Паром вышел из гавани с утра, сказал капитан."
    lost = text.encode().decode("cp1252", "replace")
    assert mend(lost)[0] == text.replace("с", "\ufffd")


def test_utf16_that_was_read_byte_by_byte_is_mended() -> None:
    text = "The ferry left the harbour at noon."
    for codec in ("utf-16-le", "utf-16-be"):
        mended = text, ("mojibake: UTF-16 that was read byte by byte, mended",)
        assert mend(text.encode(codec).decode("latin-1")) == mended
    for own in ("a NUL \0 in a text", "\0" * 40, "a\0b\0"):
        assert mend(own) == (own, ())


def test_lines_that_are_none_stay() -> None:
    own = "Müller sagte: schön."
    text, warnings = mend(f"{own}\n{misread(TEXTS['German'], 'cp1252')}\n{own}")
    assert text == f"{own}\n{TEXTS['German']}\n{own}"
    assert warnings


@pytest.mark.parametrize(
    "text",
    [
        "Das macht Spaß”, sagte er. Auch Anna hat Spaß”, und Ines.",  # two, among others
        "Её мать сказала: «Её лёд, её мёд».\nЕё\nЕщё",
        "NÃO, disse a senhora. Â\nÀ «noite» É",
        "Â Ã",
        "",
    ],
)
def test_what_may_be_meant_stays(text: str) -> None:
    assert mend(text) == (text, ())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_taken(text: str) -> None:
    mended, warnings = mend(text)
    assert (mended != text) == bool(warnings)
    assert mended.count("\n") == text.count("\n")


@given(st.text(st.sampled_from("аяЯéß漢 \n.a"), min_size=1).map(lambda text: "ночь été 夜 " * 3 + text))
def test_what_was_misread_comes_back(text: str) -> None:
    assert mend(misread(text, "cp1252"))[0] == text
