"""A day far off is mostly a slip of the keyboard: it is asked about once, and taken when it comes again."""

from datetime import date

from django import forms
from django.utils import timezone

from studio import dates

FAR = 366  # days


class MeantField(forms.CharField):
    """The days that the page has asked about; not a value that somebody changes."""

    def __init__(self):
        super().__init__(required=False, max_length=200, widget=forms.HiddenInput)

    def has_changed(self, initial, data):
        return False


class AsksAboutFarDays:
    """For a form: `far_ahead` and `far_back` name the fields whose days are asked about once beyond a year."""

    far_ahead: tuple[str, ...] = ()
    far_back: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meant"] = MeantField()

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        meant = set(cleaned.pop("meant", "").split())
        asked = [(name, day) for name, day in self._far_days() if day.isoformat() not in meant]
        for name, day in asked:
            where = "ahead" if name in self.far_ahead else "back"
            self.add_error(
                name,
                f"{dates.written(day)} is more than a year {where}. Send it again if it is meant.",
            )
        if asked:
            self.data = self.data.copy()
            self.data[self.add_prefix("meant")] = " ".join(sorted(meant | {str(day) for _, day in asked}))
        return cleaned

    def _far_days(self) -> list[tuple[str, date]]:
        today = timezone.localdate()
        days = [(name, self.cleaned_data.get(name)) for name in (*self.far_ahead, *self.far_back)]
        return [
            (name, day)
            for name, day in days
            if day
            and self.is_typed(name)
            and (day - today).days * (1 if name in self.far_ahead else -1) > FAR
        ]

    def is_typed(self, name: str) -> bool:
        """Whether a person wrote the day, and not we."""
        return True
