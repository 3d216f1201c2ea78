"""Search boxes: which rows hold the words somebody typed."""

import re
from functools import reduce

from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.db.models.lookups import Contains

PHONE_MARKS = " ()+-./"
PHONE = re.compile(rf"[\d{re.escape(PHONE_MARKS)}]+")
FEWEST_DIGITS = 6  # fewer are rather a number of an order, and are found in too many phone numbers
MOST_WORDS = 8  # each is a condition of its own; nobody remembers more of a name


def matching(text: str, *fields: str) -> Q:
    """Return the condition that each word of `text` occurs in one of `fields`, whatever its case.

    fields: names of columns, through relations too ("client__name").  No words: everything matches.
    """
    condition = Q()
    for word in text.split()[:MOST_WORDS]:
        found = Q()
        for spelling in _spellings(word):
            for field in fields:
                found |= Q(**{f"{field}__icontains": spelling})
        condition &= found
    return condition


def matching_phone(text: str, *fields: str) -> Q | None:
    """Return the condition that one of `fields` holds the phone number `text`, however either is written.

    None: `text` is no phone number.
    """
    digits = re.sub(r"\D", "", text)
    if not PHONE.fullmatch(text) or not text.isascii() or len(digits) < FEWEST_DIGITS:
        return None
    condition = Q()
    for field in fields:
        bare = reduce(lambda number, mark: Replace(number, Value(mark), Value("")), PHONE_MARKS, F(field))
        condition |= Q(Contains(bare, digits))
    return condition


def _spellings(word: str) -> set[str]:
    """SQLite folds the case of ASCII letters only, so other words are tried in the cases people write."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
