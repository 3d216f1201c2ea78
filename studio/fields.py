"""Fields that refuse what no studio ever means to type.

Control characters break mail headers, spreadsheets and PDFs; bidirectional overrides make one name look like
another; lone surrogates cannot be stored at all.  All of it is refused where it is typed, with a sentence.
"""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.deconstruct import deconstructible

from studio import amounts, texts

# C0 and C1 controls, line and paragraph separators, bidi embeddings, overrides and isolates, surrogates.
_NEVER_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Notes may hold line breaks and tabs.
_NEVER_IN_NOTES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@deconstructible
class PlainText:
    """Refuse control characters, bidi overrides and lone surrogates.

    lines: True where line breaks and tabs are welcome (notes), False for one line (names, numbers).
    """

    def __init__(self, *, lines: bool = False):
        self.lines = lines

    def __call__(self, value: str) -> None:
        found = (_NEVER_IN_NOTES if self.lines else _NEVER_IN_A_LINE).search(str(value))
        if found:
            raise ValidationError(
                f"Remove the invisible character at position {found.start() + 1} (U+{ord(found[0]):04X}): "
                "it cannot be stored or printed.",
                code="invisible_character",
            )

    def __eq__(self, other):
        return isinstance(other, PlainText) and other.lines == self.lines


# Every day that a person types lies between them, so that any due date counted from it exists.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def plausible_day(value: date) -> None:
    """Refuse a day of another century: 0206, 9999."""
    if not FIRST_DAY <= value <= LAST_DAY:
        raise ValidationError("Enter a day between the years 2000 and 2100.", code="implausible_day")


class DayField(forms.DateField):
    """A day that a person types."""

    default_validators = [plausible_day]


def visible_name(value: str) -> None:
    """Refuse a name in which there is nothing to read, such as a lone zero-width space."""
    if not texts.has_letter(value):
        raise ValidationError("Enter at least one letter or digit that can be seen.", code="invisible_name")


# Code 128 carries ASCII, and a scanner types what the keyboard has.
_NOT_IN_A_BARCODE = re.compile("[^ -~]")


def printable_as_barcode(value: str) -> None:
    """Refuse a number that would be printed without its barcode."""
    if found := _NOT_IN_A_BARCODE.search(value):
        raise ValidationError(
            f"A barcode cannot hold “{found[0]}”. Use letters from A to Z, digits and signs such as - / . only.",
            code="no_barcode",
        )


class LineFormField(forms.CharField):
    """One line as somebody types it; what cannot be seen at its ends is taken off."""

    def to_python(self, value):
        return texts.trimmed(super().to_python(value))


class ExactFormField(forms.CharField):
    """A number or an address, in which nothing invisible is ever meant."""

    def to_python(self, value):
        return texts.without_unseen(super().to_python(value))


class NotesFormField(LineFormField):
    """Browsers send the ends of lines as CR LF; one kind is stored, or untouched notes would seem changed."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class MailFormField(forms.EmailField):
    def to_python(self, value):
        return texts.without_unseen(super().to_python(value))


class AmountFormField(forms.DecimalField):
    """An amount, as people write amounts (amounts.py)."""

    def to_python(self, value):
        if value in self.empty_values or not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return super().to_python(str(amounts.read(value)))
        except amounts.Unreadable as unreadable:
            raise ValidationError(str(unreadable), code="invalid") from None


class AmountField(models.DecimalField):
    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": AmountFormField, **kwargs})


class LineField(models.CharField):
    """One line of text."""

    default_validators = [PlainText()]

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": LineFormField, **kwargs})


class NameField(LineField):
    """A line by which people know something."""

    default_validators = [*LineField.default_validators, visible_name]


class ExactField(LineField):
    """A number, of an order or of a phone."""

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": ExactFormField, **kwargs})


class MailField(models.EmailField):
    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": MailFormField, **kwargs})


class NotesField(models.TextField):
    """Text of several lines, at most `max_length` characters (checked by forms; 10,000 if not given)."""

    default_validators = [PlainText(lines=True)]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 10_000)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": NotesFormField, **kwargs})
