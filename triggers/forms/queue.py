"""What an address of the Trigger Queue asks for, and what its buttons send."""

from django import forms
from django.db.models import Count, QuerySet

from studio.fields import PlainText
from studio.forms.keys import KeysField
from studio.forms.search_box import SearchBox
from studio.search import matching
from triggers import channels, queue_acts
from triggers.models import Delivery, Trigger

State = Delivery.State

# The tabs: key in the address, words, states.
TABS = {
    "waiting": ("Waiting", (State.PENDING, State.SENDING)),
    "held": ("Held", (State.HELD,)),
    "done": ("Done", (State.SENT,)),
    "failed": ("Failed", (State.FAILED,)),
    "skipped": ("Skipped", (State.SKIPPED,)),
    "expired": ("Expired", (State.EXPIRED,)),
    "unknown": ("Outcome unknown", (State.UNKNOWN,)),
}


class QueueForm(forms.Form):
    """Filters of the queue.  What makes no sense is ignored; without `state`, what waits."""

    state = forms.ChoiceField(
        required=False, choices=[(key, words) for key, (words, _) in TABS.items()], widget=forms.HiddenInput
    )
    q = forms.CharField(
        label="Search",
        max_length=100,
        required=False,
        validators=[PlainText()],
        widget=SearchBox("Order or client"),
    )
    trigger = forms.ModelChoiceField(Trigger.objects.all(), required=False, empty_label="Any trigger")
    kind = forms.ChoiceField(
        label="Trigger Type",
        required=False,
        choices=lambda: [("", "Any type"), *channels.kind_choices()],
    )
    export = forms.ChoiceField(required=False, choices=[("xlsx", "Excel")], widget=forms.HiddenInput)

    def __init__(self, data):
        super().__init__(data)
        self.is_valid()
        self.asked = {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def tab(self) -> str:
        return self.asked.get("state") or "waiting"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked.keys() & {"q", "trigger", "kind"})

    def narrowed(self) -> QuerySet:
        """Return the deliveries that fit all filters but the state."""
        found = Delivery.objects.filter(order__withdrawn_on=None)
        if trigger := self.asked.get("trigger"):
            found = found.filter(trigger=trigger)
        if kind := self.asked.get("kind"):
            found = found.filter(kind=kind)
        if words := self.asked.get("q"):
            found = found.filter(matching(words, "order__found_by", "order__session__client__found_by"))
        return found

    def found(self) -> QuerySet:
        return self.narrowed().filter(state__in=TABS[self.tab][1])

    def tabs(self) -> list[dict]:
        """Describe the tabs, with counts under the other filters.  One query."""
        counted = self.narrowed().order_by().values_list("state").annotate(n=Count("pk"))
        counts = dict(counted)
        return [
            {
                "key": key,
                "words": words,
                "count": sum(counts.get(state, 0) for state in states),
                "is_current": key == self.tab,
            }
            for key, (words, states) in TABS.items()
        ]

    def in_words(self) -> str:
        """Say what narrows the list: "Held; trigger Welcome; Email; search “anna”"."""
        words = [TABS[self.tab][0]]
        if trigger := self.asked.get("trigger"):
            words.append(f"trigger {trigger}")
        if kind := self.asked.get("kind"):
            words.append(channels.kind(kind).label)
        if search := self.asked.get("q"):
            words.append(f"search “{search}”")
        return "; ".join(words)


class SteerForm(forms.Form):
    """A button of the queue: an act on one row ("process-12"), or on the ticked ones."""

    ACTS = list(queue_acts.WORDS.items())

    one = forms.RegexField(r"^(process|skip|retry)-[0-9]{1,18}\Z", required=False)
    act = forms.ChoiceField(choices=ACTS, required=False)
    selected = KeysField(required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("one"):
            act, key = cleaned["one"].split("-")
            return {"act": act, "keys": [int(key)]}
        return {"act": cleaned.get("act"), "keys": cleaned.get("selected") or []}


class SteerAllForm(forms.Form):
    """An act on all that match, after the question.

    newest: the newest row there was when the number was named; what came later is not meant.
    """

    act = forms.ChoiceField(choices=SteerForm.ACTS, widget=forms.HiddenInput)
    newest = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
