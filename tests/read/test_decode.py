from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.read import decode as module
from dedup.read.decode import Decoded, decode, find_encoding, known_codec
from dedup.read.rows import Trouble

# Sentences of our own; the encodings that they were mostly written in before UTF-8.
SENTENCES = {
    "french": (
        "Le maire a fermé le vieux quai après la tempête, "
        "où deux pilotis s'étaient détachés ; les pêcheurs, "
        "déçus, ont dû débarquer leurs prises au môle nord "
        "jusqu'à l'été. À l'hôtel de ville, on espère mieux.",
        ("cp1252",),
    ),
    "polish": (
        "Burmistrz zamknął stare nabrzeże, gdyż wichura "
        "zerwała dwa pale. Rybacy będą wyładowywać połów na "
        "północnym molo aż do wiosny, później wrócą "
        "na swoje miejsce, jeśli roboty się zakończą.",
        ("cp1250", "iso8859_2"),
    ),
    "czech": (
        "Starosta uzavřel staré nábřeží, protože vichřice "
        "uvolnila dvě kůly. Rybáři budou až do jara vykládat "
        "úlovek na severním molu; poté se vrátí, jestliže dělníci práci včas dokončí.",
        ("cp1250",),
    ),
    "turkish": (
        "Belediye başkanı fırtınadan sonra eski rıhtımı "
        "kapattı. Balıkçılar ilkbahara kadar avlarını kuzey "
        "mendireğinde boşaltacak; işçiler çalışmayı bitirirse şubatta yerlerine dönecekler.",
        ("cp1254",),
    ),
    "russian": (
        "Мэр закрыл старую набережную после бури, "
        "сорвавшей две сваи. До весны рыбаки будут выгружать улов на "
        "северном молу, а затем вернутся на прежнее "
        "место, если рабочие успеют закончить ремонт.",
        ("cp1251", "koi8_r"),
    ),
    "greek": (
        "Ο δήμαρχος έκλεισε την παλιά προβλήτα μετά την "
        "καταιγίδα. Οι ψαράδες θα ξεφορτώνουν στον βόρειο μόλο "
        "μέχρι την άνοιξη και ύστερα θα επιστρέψουν, αν τελειώσουν οι εργασίες.",
        ("cp1253",),
    ),
    "hebrew": (
        "ראש העיר סגר את הרציף הישן אחרי הסערה. הדייגים "
        "יפרקו את השלל במזח הצפוני עד האביב, ואחר כך ישובו "
        "למקומם אם הפועלים יסיימו את העבודה בזמן.",
        ("cp1255",),
    ),
    "arabic": (
        "أغلق رئيس البلدية الرصيف القديم بعد العاصفة. "
        "سيفرغ الصيادون صيدهم عند الرصيف الشمالي حتى الربيع، ثم "
        "يعودون إلى مكانهم إذا أنهى العمال أعمالهم في الوقت المحدد.",
        ("cp1256",),
    ),
    "thai": (
        "นายกเทศมนตรีปิดท่าเรือเก่าหลังพายุพัดเสาหักสองต้น "
        "ชาวประมงต้องขึ้นปลาที่ท่าเรือด้านเหนือจนถึงฤดูใบไม้ผลิ "
        "แล้วจึงจะกลับมาที่เดิมหากคนงานทำงานเสร็จทันเวลา",
        ("cp874",),
    ),
    "chinese": (
        "暴风雨过后，市长关闭了旧码头。渔民们在春天之前要到"
        "北边的防波堤卸货，等工人们修好以后再回到原来的地方。",
        ("gb18030",),
    ),
    "taiwanese": (
        "暴風雨過後，市長關閉了舊碼頭。漁民們在春天之前要到"
        "北邊的防波堤卸貨，等工人們修好以後再回到原來的地方。",
        ("big5",),
    ),
    "japanese": (
        "嵐のあと、市長は古い岸壁を閉鎖した。漁師たちは春まで北の"
        "防波堤で魚を水揚げし、工事が終われば元の場所に戻る予定だ。",
        ("cp932", "euc_jp"),
    ),
    "korean": (
        "폭풍이 지나간 뒤 시장은 낡은 부두를 닫았다. 어부들은 봄까지 "
        "북쪽 방파제에서 고기를 내리고 공사가 끝나면 제자리로 돌아올 것이다.",
        ("cp949",),
    ),
}
CASES = [(text, encoding) for text, encodings in SENTENCES.values() for encoding in encodings]


def read(data: bytes, *declared: str | None) -> Decoded:
    found = decode(data, declared)
    assert isinstance(found, Decoded), found
    return found


def reason(data: bytes) -> str:
    found = decode(data)
    assert isinstance(found, Trouble), found
    return found.reason


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_encodings_are_guessed(text: str, encoding: str) -> None:
    found = read(f"{text}\n".encode(encoding) * 3)
    assert found.text == f"{text}\n" * 3
    assert found.warnings[0].startswith("read as ")


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_long_texts_are_guessed_by_their_beginning(text: str, encoding: str) -> None:
    line = f"{text}\n"
    found = read(line.encode(encoding) * 500)
    assert found.text == line * 500


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_what_is_declared_is_taken(text: str, encoding: str) -> None:
    assert read(text.encode(encoding), encoding) == (text, encoding, ())
    assert read(text.encode(), encoding) == (text, "utf-8", ())


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (SENTENCES["japanese"][0], "iso2022_jp", "ISO-2022-JP"),
        (SENTENCES["japanese"][0], "cp932", " 'Shift_JIS' "),
        (SENTENCES["chinese"][0], "gb18030", "gb2312"),
        (SENTENCES["french"][0], "cp1252", "iso-8859-1"),
    ],
)
def test_names_of_the_web(text: str, encoding: str, name: str) -> None:
    assert read(text.encode(encoding), None, "x-unknown", name).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_byte_order_marks(encoding: str) -> None:
    text = "Zwei Pfähle – 両方"
    assert read(f"\ufeff{text}".encode(encoding), "koi8-r") == (text, encoding, ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding: str) -> None:
    text = SENTENCES["french"][0]
    assert read(text.encode(encoding)) == (text, encoding, (f"read as {encoding}: it has no mark",))


def test_damaged_utf16() -> None:
    found = read(codecs.BOM_UTF16_LE + "two words".encode("utf-16-le") + b"\x00")
    assert found.text == "two words\ufffd"
    assert found.warnings == ("damaged utf-16-le: 1 characters are lost",)


def test_lines_of_two_encodings() -> None:
    text = "Der Wärter schloß die Tür.\n"
    data = text.encode() * 5 + text.encode("cp1252") + text.encode() * 5
    for declared in (None, "iso-8859-1"):
        found = read(data, declared)
        assert found.text == text * 11
        assert found.warnings == ("3 places are no UTF-8 and were read as windows-1252",)


def test_replacement_characters_are_not_odd() -> None:
    found = read("ä \ufffd ö ü ".encode() * 3 + b"\xe4")
    assert found.warnings in (
        ("1 places are no UTF-8 and were read as windows-1252",),
        ("the last character is cut off",),
    )


def test_the_last_character_is_cut() -> None:
    text = "Zwei Pfähle lösten sich, schloß er ü"
    found = read(text.encode()[:-1])
    assert (found.text, found.warnings) == (text[:-1], ("the last character is cut off",))


def test_what_is_no_text() -> None:
    chance = random.Random(1)  # noqa: S311
    assert reason(bytes(chance.choice(range(1, 9)) for _ in range(1000))) == "binary"
    assert reason(bytes(1000)) == "binary"
    assert reason(chance.randbytes(5000).replace(b"\0", b"")) in ("encoding", "binary")
    assert read(b"A bell \x07 and a tab\t.").text == "A bell \x07 and a tab\t."


def test_names_reach_no_other_codec() -> None:
    reached = {*module._DECLARED.values()}
    for name in (
        "zlib_codec",
        "bz2",
        "rot13",
        "unicode_escape",
        "idna",
        "utf-7",
        "utf-16",
        "hex",
        "undefined",
    ):
        assert known_codec(name) is None
        assert codecs.lookup(name).name not in {codecs.lookup(codec).name for codec in reached}
    for codec in reached:
        assert codecs.lookup(codec)._is_text_encoding
    assert known_codec(None) is None
    assert known_codec("") is None
    assert known_codec("x" * 10_000) is None


def test_long_inputs_by_their_beginning() -> None:
    text = SENTENCES["russian"][0]
    assert find_encoding(text.encode()[:101]) == ("utf-8", ())
    assert find_encoding(b"\xff\xfea\0") == ("utf-16-le", ())
    found = find_encoding(text.encode("cp1251"))
    assert found
    assert found[0] == "cp1251"
    assert find_encoding(random.Random(1).randbytes(5000)) is None  # noqa: S311


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_any_utf8_comes_back(text: str) -> None:
    found = decode(text.encode())
    plain = text.removeprefix("\ufeff")
    if isinstance(found, Trouble):
        assert found.reason == "binary"
        assert sum(c < " " or c == "\x7f" for c in plain) * 6 > len(plain.encode())
    else:
        assert (found.text, found.encoding) == (plain, "utf-8")


@given(st.binary(max_size=300), st.lists(st.sampled_from([*module._DECLARED, "other"]), max_size=2))
def test_any_bytes_are_answered(data: bytes, declared: list[str]) -> None:
    found = decode(data, declared)
    if isinstance(found, Trouble):
        assert found.reason in ("binary", "encoding")
    else:
        found.text.encode()  # no surrogates
