from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.text.words import SECRET_KEY, SKETCH_KEY, Text, Words, are_spelled, split_text, split_words

from .folding import fold, is_ignorable, is_unspaced, plain_words, slow_words, words_of

SPACED = (
    "abcXYZ019ßéÉ'’-_.,;!?(\" \t\n\r\u00a0\u2003\u200b\u200c\u200d\u00ad\u2060\ufeff\u200f\ufe0f\u034f"
    "e\u0301\u0323\u0302\u0308\u1ab0ệẹêǆǅŉſẛİıªºµ²㎏ﬁﬃＡａ１Ⅷⅷ①Ωά\u0390ΰς"
    "ЙйЁا\u064b\u0651لﷲی۵\u0940कि\u094dक्ष\u0bbe\u200d가각ᄀ\u1161\u11a8ㄱ한א\u05b0\u1e9e𝔄𝟘𐐀𐐨😀\U0001f3fd€™"
)
UNSPACED = " \n\r中文字的〇々漢\uf9db\U00020000ひらがなガカ\u3099ｶﾞーゝｰกขคิ\u0e49์แລາ\u0eb4ក\u17b7\u17d2မ\u102d\u1039，。「」・"  # noqa: E501


def folded(text: str) -> list[str]:
    return [word.folded for word in words_of(split_text(text))]


def split_all(texts: list[str], key: int = SKETCH_KEY) -> Words:
    data = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, data)], dtype=np.int64)
    return split_words(np.frombuffer(b"".join(data), np.uint8), offsets, key)


def stands_for_words(character: str) -> bool:
    """Whether a symbol is written for several words, or for one of an unspaced script."""
    letters = fold(character)
    return len(plain_words(character)) > 1 or (
        unicodedata.category(character)[0] in "SN" and any(map(is_unspaced, letters))
    )


def breaks(character: str) -> bool:
    """Whether a letter or symbol is written for letters or marks and a separator."""
    groups = {unicodedata.category(c)[0] in "LNM" for c in fold(character) if not is_ignorable(c)}
    return groups == {True, False}


def samples(*alphabets: str) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(sorted(set("".join(alphabets)))), max_size=40)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ﬁne Straße", ["fine", "strasse"]),
        ("FINE STRASSE", ["fine", "strasse"]),
        ("ＦＵＬＬ　Ｗｉｄｔｈ　２０２４", ["full", "width", "2024"]),
        ("co\u00adop\u00aderate", ["cooperate"]),
        ("zero\u200bwidth\ufeff", ["zerowidth"]),
        ("क्\u200dष", ["क\u094dष"]),
        ("don't", ["don", "t"]),
        ("don’t", ["don", "t"]),
        ("well-known, e.g. 3.5%", ["well", "known", "e", "g", "3", "5"]),
        ("ferry_strike", ["ferry", "strike"]),
        ("今日は、渡し船", ["今", "日", "は", "渡", "し", "船"]),
        ("カナかな", ["カナ", "かな"]),
        ("コン\nピュータ\n\nタ", ["コン", "\u30d2\u309a", "ュータ", "タ"]),
        ("か\nな か な\u3000か\r\nな", ["かなかなかな"]),
        ("か\n\nな", ["か", "な"]),
        ("か\r\n \r\nな", ["か", "な"]),
        ("か\r\rな", ["か", "な"]),
        ("ปี ๒๕๖๗", ["ปี", "๒๕๖๗"]),
        ("中国的轮渡", ["中", "国", "的", "轮", "渡"]),
        ("ที่นี่", ["ที่นี่"]),
        ("ガ、ｶﾞ", ["\u30ab\u3099", "\u30ab\u3099"]),
        ("مَرْحَبًا بكم", ["مَرْحَبًا", "بكم"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("Ⅷ ⅷ VIII ① ²", ["viii", "viii", "viii", "1", "2"]),
        ("İstanbul", ["i\u0307stanbul"]),
        ("ΣΊΣΥΦΟΣ σίσυφος", ["σι\u0301συφοσ"] * 2),
        ("😀 👍🏽", []),
        ("\u0301 \u0301a", ["a"]),
        ("", []),
        (" \n\t…—!?", []),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert folded(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("é", "e\u0301"),
        ("ệ", "e\u0302\u0323"),
        ("ệ", "e\u0323\u0302"),
        ("ệ", "ê\u0323"),
        ("ệ", "ẹ\u0302"),
        ("ở", "o\u0309\u031b"),
        ("한국어", unicodedata.normalize("NFD", "한국어")),
        ("각", "ᄀ\u1161\u11a8"),
        ("Å", "\u212b"),
        ("ς", "Σ"),
        ("ẞ", "ss"),
        ("ﬃ", "FFI"),
        ("❤️a", "❤ a"),
    ],
)
def test_texts_that_read_the_same_have_the_same_words(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert list(split_text(one).hashes) == list(split_text(other).hashes)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a b", "ab"), ("é", "e"), ("ы", "и"), ("0", "o"), ("مَرحبا", "مرحبا"), ("か", "が"), ("कि", "की")],
)
def test_texts_that_read_differently_have_other_words(one: str, other: str) -> None:
    assert folded(one) != folded(other)
    assert list(split_text(one).hashes) != list(split_text(other).hashes)


def test_offsets_are_code_points_of_the_text() -> None:
    text = "😀 ‘Die ﬁne\u00adStraße’, e\u0301té 中文!"
    words = split_text(text)
    shown = [text[word.start : word.end] for word in words_of(words)]
    assert shown == ["Die", "ﬁne\u00adStraße", "e\u0301té", "中", "文"]
    assert words.lengths.tolist() == [len(text)]


@settings(max_examples=300)
@given(samples(SPACED))
def test_words_and_places_as_found_slowly(text: str) -> None:
    assert words_of(split_text(text)) == slow_words(text)


@settings(max_examples=300)
@given(samples(SPACED, UNSPACED))
def test_letters_of_unspaced_scripts_are_words_of_their_own(text: str) -> None:
    assert words_of(split_text(text)) == slow_words(text)


@settings(max_examples=200)
@given(samples(SPACED, UNSPACED))
def test_each_place_shows_its_word(text: str) -> None:
    words = split_text(text)
    assert words.lengths.tolist() == [len(text)]
    before = 0
    for word in words_of(words):
        assert before <= word.start < word.end <= len(text)
        assert folded(text[word.start : word.end]) == [word.folded]
        before = word.end


@settings(max_examples=200)
@given(st.lists(samples(SPACED), min_size=1, max_size=3), st.data())
def test_many_ranges_stand_where_each_does(texts: list[str], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(texts) - 1))
    text = Text(split_all(texts), number, lambda: texts[number])
    edges = st.integers(0, len(text.ids))
    ranges = data.draw(st.lists(st.tuples(edges, edges).map(sorted), max_size=4))
    found = text.places(np.array(ranges, np.int64).reshape(-1, 2))
    assert found == [text.place(first, stop - first) for first, stop in ranges]


@settings(max_examples=300)
@given(st.text(max_size=30), st.sampled_from(["NFC", "NFD"]))
def test_canonical_forms_of_any_text_have_the_same_words(text: str, form: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert folded(unicodedata.normalize(form, text)) == folded(text)  # type: ignore[arg-type]


@settings(max_examples=300)
@given(samples(SPACED, UNSPACED))
def test_texts_that_are_equal_under_nfkc_and_case_folding_have_the_same_words(text: str) -> None:
    same = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert folded(same) == folded(text) == plain_words(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("don´t", "don ́t"),  # an acute accent written for an apostrophe is a space and a mark
        ("Rock ’n´ Roll", "Rock ’n’ Roll"),
        ("น้ำ", unicodedata.normalize("NFKC", "น้ำ")),  # Thai sara am
        ("ນ້ຳ", unicodedata.normalize("NFKC", "ນ້ຳ")),  # Lao am
        ("⼀⼆", "一二"),  # Kangxi radicals
        ("a⼀", "a一"),
        ("½ mile", "1⁄2 mile"),
        ("㋀", "1月"),
        ("㍿", "株式会社"),
        ("㌀", "アパート"),
        ("℀", "a/c"),
        ("\u1fb3\u0301", "\u03b1\u0345\u0301"),  # iota subscript before an accent
    ],
)
def test_characters_that_stand_for_several_have_their_words(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_every_code_point() -> None:
    """Each is folded, kept as a mark, ignored, or ends the word, as Python's tables have it."""
    ranges = (range(0xD800), range(0xE000, 0x33000), range(0xE0000, 0xE0200), range(0x10FF00, 0x110000))
    characters = [chr(code) for codes in ranges for code in codes]
    words = split_all([f"a{character}a" for character in characters])
    wrong = {}
    for number, character in enumerate(characters):
        found = words_of(words, number)
        as_whole = [word.folded for word in found] == plain_words(f"a{character}a")
        parts = fold(character)
        spelt_out = len(parts) > 1 and any(map(is_unspaced, parts))
        simple = not (stands_for_words(character) or breaks(character) or spelt_out)
        if not as_whole or (simple and found != slow_words(f"a{character}a")):
            wrong[f"U+{ord(character):04X}"] = [word.folded for word in found]
    assert wrong == {}


@settings(max_examples=100)
@given(
    st.lists(samples(SPACED, UNSPACED), max_size=6), st.sampled_from([SKETCH_KEY, SECRET_KEY, 0, 2**64 - 1])
)
def test_many_texts_at_once_are_as_each_alone(texts: list[str], key: int) -> None:
    words = split_all(texts, key)
    assert len(words.first) == len(texts) + 1
    for number, text in enumerate(texts):
        alone = split_text(text, key)
        own = words.of(number)
        assert words.hashes[own].tolist() == alone.hashes.tolist()
        assert words_of(words, number) == words_of(alone)
        assert words.lengths[number] == len(text)


def test_texts_in_the_middle_of_a_buffer() -> None:
    texts = ["left out é", "the ferry é", "", "中文 quay"]
    data = b"".join(text.encode() for text in texts)
    offsets = np.cumsum([0, *(len(text.encode()) for text in texts)], dtype=np.int64)
    words = split_words(np.frombuffer(data, np.uint8), offsets[1:])
    assert [words_of(words, number) for number in range(3)] == [words_of(split_text(t)) for t in texts[1:]]


def test_no_text_at_all() -> None:
    words = split_all([])
    assert words.first.tolist() == [0]
    assert len(words.hashes) == len(words.lengths) == 0


@settings(max_examples=100)
@given(st.lists(st.text("ab", min_size=1, max_size=20), min_size=1, max_size=30), st.integers(0, 2**64 - 1))
def test_equal_words_have_equal_hashes_and_unequal_words_do_not(words: list[str], key: int) -> None:
    hashes = split_text(" ".join(words), key).hashes.tolist()
    assert len(set(hashes)) == len(set(words))
    assert dict(zip(words, hashes, strict=True)) == {
        word: split_text(word, key).hashes[0] for word in set(words)
    }


def test_words_of_every_length_are_told_apart_by_each_letter() -> None:
    words = ["x" * length for length in range(1, 40)]
    words += [word[:place] + "y" + word[place + 1 :] for word in words for place in range(len(word))]
    assert len(set(split_text(" ".join(words)).hashes.tolist())) == len(set(words))


def test_another_key_gives_other_hashes_of_the_same_words() -> None:
    text = "the ferry left the quay"
    one, other = split_text(text, 1), split_text(text, 2)
    assert not set(one.hashes.tolist()) & set(other.hashes.tolist())
    assert words_of(one) == words_of(other)


def test_hashes_are_the_same_in_every_release() -> None:
    """Kept sketches are compared with new ones; a change here makes them unlike."""
    assert [f"{value:x}" for value in split_text("a ferry Straße 中").hashes.tolist()] == HASHES


HASHES = ["5e37ea42fa4d6d3c", "837a867c0d08360c", "6cc0a1ca47c57ed3", "ca62bcbae1627af4"]


def test_a_lone_surrogate_ends_a_word() -> None:
    assert folded("ab\ud800cd") == ["ab", "cd"]
    assert split_text("ab\ud800cd").lengths.tolist() == [5]


def test_many_marks_on_one_letter() -> None:
    text = "a" + "\u0301" * 500 + "b"
    assert folded(text) == [text]
    assert folded("a" + "\u0301\u0323" * 10) == [unicodedata.normalize("NFD", "a" + "\u0301\u0323" * 10)]


def test_text_that_grows_most_when_folded() -> None:
    assert folded("ﷺ" * 1000) == plain_words("ﷺ" * 1000)
    assert folded("ΐ" * 1000) == [fold("ΐ") * 1000]


def test_a_long_text() -> None:
    text = "".join(f"word{number} " for number in range(100_000))
    words = split_text(text)
    assert len(words.hashes) == len(set(words.hashes.tolist())) == 100_000
    assert text[words.starts[-1] : words.ends[-1]] == "word99999"


def test_letters_that_pass_for_ascii_ones() -> None:
    assert folded("Thе рaper sаys ΑBC") == ["the", "paper", "says", "abc"]
    # Words of one script stay what they are, and so do words with letters that look like no other.
    assert folded("сор Wi‑Fi жaba щи") == ["сор", "wi", "fi", "жaba", "щи"]
    words = split_all(["Thе рaper", "the paper", "p\u200ba\u00adper"])
    assert words.odd.tolist() == [[0, 2], [0, 0], [2, 0]]
    assert words.hashes[0] == words.hashes[2]
    assert words.hashes[1] == words.hashes[3] == words.hashes[4]


def test_texts_that_are_spelled_letter_by_letter() -> None:
    spelled = ["t h e  f e r r y", "п а р о м", "é t é", "a b the"]
    others = ["the ferry a b", "渡 轮 中 午", "3 4 5 6 7 a", "is on at", ""]
    assert are_spelled(split_all(spelled)).all()
    assert not are_spelled(split_all(others)).any()
