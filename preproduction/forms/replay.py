from collections import Counter

from django import forms

from preproduction import replay


class ReplayForm(forms.Form):
    """Which outcomes the page of a replay lists; all, without an answer."""

    OUTCOMES = [
        (replay.DONE, "would have been done"),
        (replay.TO_COME, "still to come"),
        (replay.SKIPPED, "skipped"),
    ]

    show = forms.ChoiceField(choices=OUTCOMES, required=False)

    def __init__(self, data):
        super().__init__(data)
        self.show = self.cleaned_data.get("show", "") if self.is_valid() else ""

    def narrow(self, found: list[replay.Replayed]) -> list[replay.Replayed]:
        return [each for each in found if not self.show or each.outcome == self.show]

    def figures(self, found: list[replay.Replayed]) -> list[tuple[str, str, int]]:
        """Return (outcome, words, how many) for each outcome."""
        counts = Counter(each.outcome for each in found)
        return [(outcome, words, counts[outcome]) for outcome, words in self.OUTCOMES]
