"""Amounts as people write them: never another amount without a word."""

from decimal import Decimal

import pytest

from studio import amounts


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12.50", "12.50"),
        ("9" * 40, "9" * 40 + ".00"),
        ("9" * 5000 + ",5", "9" * 5000 + ".50"),
        ("12,50", "12.50"),
        ("12,5", "12.50"),
        ("12", "12"),
        ("12.", "12"),
        (",50", "0.50"),
        (".5", "0.50"),
        ("0,05", "0.05"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1’234.50", "1234.50"),
        ("1 234", "1234"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234,567.8", "1234567.80"),
        ("12,34,567.80", None),
        ("$12.50", "12.50"),
        ("€ 12,50", "12.50"),
        ("12,50 €", "12.50"),
        ("-5", "-5"),
        ("−5,00", "-5"),
        ("١٢٫٥٠", "12.50"),
        ("１２．５０", "12.50"),
        ("0012.50", "12.50"),
        (" 12.50\u200b", "12.50"),
        ("99999999.99", "99999999.99"),
        # Two readings, or none.
        ("1,234", None),
        ("1.234", None),
        ("12.345", None),
        ("12,5678", None),
        ("1.2345,6", None),
        ("1,23.45", None),
        ("1 23,45", None),
        ("12 50", None),
        ("1,234.567", None),
        ("1.2.3", None),
        ("1e5", None),
        ("NaN", None),
        ("Infinity", None),
        ("twelve", None),
        ("12,50,", None),
        ("--5", None),
        ("", None),
        (".", None),
    ],
)
def test_an_amount_is_what_was_meant_or_refused(typed, amount):
    if amount is None:
        with pytest.raises(amounts.Unreadable):
            amounts.read(typed)
    else:
        assert amounts.read(typed) == Decimal(amount)


def test_a_thousand_or_some_cents_is_asked_about_in_words():
    with pytest.raises(amounts.Unreadable, match=r"can be read in two ways. Write 1234.00, or 1.23."):
        amounts.read("1,234")
