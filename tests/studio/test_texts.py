"""Texts as people compare them.  The table is in text_pairs.py; that both databases answer so is in test_search.py."""

import unicodedata

import pytest

from studio import texts
from tests.studio.text_pairs import pairs

SIGNS = [chr(code) for code in (*range(0x20, 0xD800), *range(0xE000, 0x20000))]


def is_found(stored: str, typed: str) -> bool:
    kept = texts.found_by(stored)
    return all(any(word in kept for word in spellings) for spellings in texts.words(typed))


def order(one: str, other: str) -> str:
    first, second = texts.sort_key(one), texts.sort_key(other)
    return "=" if first == second else "<" if first < second else ">"


def test_the_table_has_three_hundred_pairs_and_each_answer_many_times():
    table = pairs()
    assert len({(stored, typed) for stored, typed, *_ in table}) >= 300
    for place, answers in ((2, (True, False)), (3, (True, False)), (4, "<=>")):
        for answer in answers:
            assert sum(pair[place] == answer for pair in table) >= 30


def test_each_pair_is_found_told_apart_and_sorted_as_people_expect():
    wrong = [
        (stored, typed, "found", is_found(stored, typed), "same", unique, "order", order(stored, typed))
        for stored, typed, found, same, where in pairs()
        if (
            is_found(stored, typed),
            unique := texts.unique_key(stored) == texts.unique_key(typed),
            order(stored, typed),
        )
        != (found, same, where)
    ]
    assert wrong == []


def test_a_key_of_a_key_is_itself_and_no_case_makes_another():
    def forms(text):
        return texts.unique_key(text), texts.sort_key(text)

    for sign in SIGNS:
        key, plain = forms(sign)
        assert texts.unique_key(key) == key, hex(ord(sign))
        assert any(map(str.isdigit, plain)) or texts.sort_key(plain) == plain, hex(ord(sign))
        assert texts.unique_key(sign.upper()) == texts.unique_key(sign.lower()) == key, hex(ord(sign))
        assert forms(unicodedata.normalize("NFD", sign)) == (key, plain), hex(ord(sign))


def test_every_word_of_a_name_finds_it_whatever_its_script():
    for stored, *_ in pairs():
        assert is_found(stored, stored), stored
        for word in stored.split():
            assert is_found(stored, word), (stored, word)


def test_a_naive_fold_would_fail_the_table():
    """The control: what most programs do."""

    def naive(text):
        bare = unicodedata.normalize("NFD", text.lower())
        return "".join(sign for sign in bare if not unicodedata.combining(sign))

    wrong = [
        pair for pair in pairs() if all(word in naive(pair[0]) for word in naive(pair[1]).split()) != pair[2]
    ]
    assert len(wrong) > 40


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("  Anna \u200b", "Anna"),
        ("\ufeffAnna\u2060", "Anna"),
        ("An\u200bna", "An\u200bna"),
        ("\u200b\u2800\u3164", ""),
        ("❤\ufe0f", "❤\ufe0f"),
        ("葛\U000e0100 ", "葛\U000e0100"),
    ],
)
def test_only_the_ends_are_trimmed(text, trimmed):
    assert texts.trimmed(text) == trimmed


def test_numbers_hold_nothing_unseen():
    assert texts.without_unseen(" 00\u200b124\u00a0 7\u200e") == "00124 7"


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("Li", True),
        ("王", True),
        ("7", True),
        ("\u200b", False),
        ("\u3164", False),
        ("--", False),
        ("’", False),
        ("", False),
    ],
)
def test_a_name_has_something_to_read(text, has):
    assert texts.has_letter(text) is has


def test_keys_fit_their_columns_and_long_ones_still_differ():
    long = "ﷺ" * 400
    assert len(texts.unique_key(long)) == texts.KEY_LENGTH
    assert texts.unique_key(long) != texts.unique_key(long + "x")
    assert len(texts.sort_key(long)) == texts.SORT_LENGTH


def test_what_is_typed_is_cut_into_words_in_their_spellings():
    assert texts.words(" Müller  ’ müller anna") == [("muller", "mueller"), ("anna",)]
    assert len(texts.words(" ".join(map(str, range(20))))) == texts.MOST_WORDS
