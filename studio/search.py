"""Search boxes: which rows hold the words somebody typed."""

from django.db.models import Q

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


def _spellings(word: str) -> set[str]:
    """SQLite folds the case of ASCII letters only, so other words are tried in the cases people write."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
