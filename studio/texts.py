"""Texts as people compare them, whatever keyboard, program or habit they came from.  Pure: text in, text out.

Three questions are asked of a text, and each has one answer here, stored beside the text (studio/stored_texts.py) so
that SQLite and PostgreSQL give the same:

    found_by(text)    what a search looks into
    sort_key(text)    by which lists are sorted
    unique_key(text)  by which two names are the same name

All of them ignore case, ways of composing an accent, ligatures, compatibility forms (ﬁ, Ａ, ①), kinds of apostrophes,
quotes, hyphens and spaces, and what cannot be seen.  Searching and sorting ignore accents, too, and whether a
hyphen or a space stands between two words ("garcia marquez" finds García-Márquez); uniqueness keeps both: Ano and Año
are two names.

What counts as an accent is what a reader would call one.  The vowel signs of Indian scripts, Thai tones, the voicing
of kana and the breve of й are letters and stay; the points of Hebrew and Arabic and the hamza's seats go.
"""

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

SORT_LENGTH = 120  # characters of a sort key: nobody looks for the 121st, and an index takes only so much
KEY_LENGTH = 250  # characters of a unique key, longer ones end with a digest
MOST_WORDS = 8  # of what is typed into a search box; nobody remembers more of a name

# What is never seen: format characters (zero-width, bidi, soft hyphen), variation selectors, fillers, tags.
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Nobody types these; fields refuse them, so they are no ends to be taken off.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_DIGITS = re.compile("0*([0-9]{1,99})")
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff]")
_BLANKS = re.compile("[\\s\u2800\u3000]+")  # U+2800 is a braille cell without a dot
_APOSTROPHES = re.compile(
    "[`´\u02b9-\u02bd\u02c8\u02ca\u02cb\u02ee\u055a\u05f3\u2018-\u201b\u2032\u2035\ua78b\ua78c\uff07]"
)
_QUOTES = re.compile("[«»\u02ba\u05f4\u201c-\u201f\u2033\u2036\u2039\u203a\u301d-\u301f\uff02]")
_HYPHENS = re.compile(
    "[\u058a\u05be\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2e17\u2e3a\u2e3b\ufe31\ufe32\ufe58\ufe63\uff0d]"
)

# Letters that Unicode does not take apart though people write them as these.  Ligatures are no accents.
_LIGATURES = str.maketrans({"æ": "ae", "œ": "oe", "ĳ": "ij", "ı": "i", "ꜳ": "aa", "ꜷ": "au", "ᴂ": "ae"})
_STROKES = str.maketrans(
    {
        **dict(zip("øłđðħŧɨƀǥɵꝑꝗ", "oldhhtibgopq", strict=True)),
        "ð": "d",
        "þ": "th",
        "ŋ": "n",
        "ə": "e",
        "ɛ": "e",
        "ɔ": "o",
        "ɓ": "b",
        "ɗ": "d",
        "ɖ": "d",
        "ƙ": "k",
        "ƴ": "y",
        "ґ": "г",
        "ғ": "г",
        "қ": "к",
        "ң": "н",
        "ұ": "у",
        "ү": "у",
        "һ": "х",
        "ө": "о",
        "ى": "ي",  # alef maksura, and the Persian yeh and kaf that keyboards give for the Arabic ones
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ة": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ٱ": "ا",
        "ـ": "",  # the stroke that only makes an Arabic word longer
    }
)
# Marks over and under letters: Latin, Greek and Cyrillic; Hebrew points; Arabic and Syriac ones; the dot (nukta) that
# Indian scripts put under borrowed sounds.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff"
    "\u0711\u0730-\u074a\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc]"
)
_LETTERS_OF_THEIR_OWN = re.compile("[йўї]")  # of their alphabets, though they are written with a mark
# What follows a letter whose mark may be written as an e, or as the letter twice: Mueller, Soeren, Aarhus.
_SECOND_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# One katakana for its hiragana; voiced ones stay voiced.
_KANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}


def trimmed(text: str) -> str:
    """Return `text` without blanks and invisible characters at its ends."""
    start, end = 0, len(text)
    while start < end and _is_nothing(text[start]):
        start += 1
    # A variation selector is not seen, but what stands before it is, through it: 葛\U000e0100, ❤\ufe0f.
    while end > start and _is_nothing(text[end - 1]) and not _SELECTORS.match(text[end - 1]):
        end -= 1
    return text[start:end]


def without_unseen(text: str) -> str:
    """Return `text` without any invisible character, and with plain spaces: for numbers and addresses."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip()


def plain_marks(text: str) -> str:
    """Return `text` with one kind of apostrophe, of quote and of hyphen."""
    return _HYPHENS.sub("-", _QUOTES.sub('"', _APOSTROPHES.sub("'", text)))


def has_letter(text: str) -> bool:
    """Whether something in `text` can be seen and read: a letter or a digit of any script."""
    return any(unicodedata.category(sign)[0] in "LN" for sign in _alike(text))


@lru_cache(maxsize=4096)
def unique_key(text: str) -> str:
    """Return what is the same for two texts that people would call the same name, or number.

    At most KEY_LENGTH characters.  "" for a text of nothing that can be seen.
    """
    key = _alike(text)
    if len(key) > KEY_LENGTH:
        digest = sha256(key.encode()).hexdigest()[:32]
        key = f"{key[: KEY_LENGTH - len(digest) - 1]} {digest}"
    return key


@lru_cache(maxsize=4096)
def sort_key(text: str) -> str:
    """Return what `text` is sorted by, as code points: Álvaro, Ängela, apple, Bernd, Zoe; and 9, 10, S9, S10.

    At most SORT_LENGTH characters.
    """
    # A number is sorted by how many digits it has, and then by them.
    return _DIGITS.sub(lambda run: f"{len(run[1]):02}{run[1]}", _plain(_alike(text)))[:SORT_LENGTH]


def found_by(*texts: str) -> str:
    """Return what a search looks into: each text as it sorts, and as it may be spelled without its umlauts, in lines."""
    lines = dict.fromkeys(spelling for text in texts if text for spelling in spellings(text))
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=4096)
def spellings(text: str) -> tuple[str, ...]:
    """Return the ways in which `text` is written without accents: "Müller" as "muller" and "mueller"."""
    alike = _alike(text)
    first, second = _plain(alike), _plain(alike.translate(_SECOND_SPELLINGS))
    return (first,) if first == second else (first, second)


def words(typed: str) -> list[tuple[str, ...]]:
    """Return the words of a search, each in the spellings of which one has to be found.  At most MOST_WORDS.

    What is nothing but signs that a search ignores is no word.
    """
    found = [tuple(filter(None, spellings(word))) for word in without_unseen(typed).split()]
    return list(dict.fromkeys(filter(None, found)))[:MOST_WORDS]


def _alike(text: str) -> str:
    """Return `text` without what never tells two names apart; accents stay, composed."""
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", _CONTROLS.sub("", text)))
    # Before compatibility forms are taken apart: an acute accent that stands alone is an apostrophe, not a blank.
    folded = _folded(plain_marks(text))
    while (again := _folded(folded)) != folded:
        folded = again
    return _BLANKS.sub(" ", folded).strip()


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    # The dot of a Turkish İ, which becomes a mark of its own.
    text = unicodedata.normalize("NFKC", text).replace("i\u0307", "i").translate(_LIGATURES)
    return _UNSEEN.sub("", plain_marks(text))


def _plain(alike: str) -> str:
    """Return the text without accents, strokes and apostrophes, its hyphens as spaces."""
    kept = (
        sign if _LETTERS_OF_THEIR_OWN.match(sign) else _ACCENTS.sub("", unicodedata.normalize("NFD", sign))
        for sign in alike
    )
    text = (
        unicodedata.normalize("NFC", "".join(kept)).translate(_LIGATURES).translate(_STROKES).translate(_KANA)
    )
    return _BLANKS.sub(" ", text.replace("'", "").replace('"', "").replace("-", " ")).strip()


def _is_nothing(sign: str) -> bool:
    return bool(_UNSEEN.match(sign) or _BLANKS.match(sign))
