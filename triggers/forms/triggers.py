import json

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from studio.models.people import UNASSIGNED
from triggers import channels
from triggers.models import MessageTemplate, Trigger
from triggers.operations import trigger_list
from triggers.rules import kinds

Recipient = Trigger.Recipient

# What a trigger fires for: with any of these changed it may match orders that it did not match before.
FIRES_FOR = (
    "status_id",
    "timing",
    "days",
    "day_kind",
    "only_vendor_id",
    "only_session_type_id",
    "only_from_status_id",
)
# What only some triggers need; the others have the value given here.
OTHERWISE = {
    "days": None,
    "day_kind": Trigger.DayKind.BUSINESS,
    "department": None,
    "user": None,
    "address": "",
    "caller": Trigger.Caller.DEPARTMENT_OF_ORDER,
    "task_title": "",
    "task_notes": "",
    "task_due_in": None,
    "template": None,
    "respects_do_not_contact": True,
    "send_at": Trigger.SendAt.ANY_TIME,
}


class StandingForm(forms.Form):
    """What to do about open orders that match a trigger already, asked when it is switched on."""

    LEAVE_OUT, INCLUDE = "leave_out", "include"

    standing = forms.ChoiceField(
        choices=[(LEAVE_OUT, "Leave out"), (INCLUDE, "Include")], required=False, widget=forms.HiddenInput
    )
    # Which orders the question was about.
    standing_seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def ask(self, trigger: Trigger) -> None:
        """Find the orders that match, and add the question as an error unless it is answered for just these."""
        self.standing_changes = trigger_list.standing(trigger)
        self.seen_now = trigger_list.fingerprint(self.standing_changes)
        answered = (
            self.cleaned_data.get("standing") and self.cleaned_data.get("standing_seen") == self.seen_now
        )
        if self.standing_changes and not answered:
            count = len(self.standing_changes)
            orders = "1 open order matches" if count == 1 else f"{count:,} open orders match"
            self.add_error("standing", f"{orders} already.")

    def store(self, trigger: Trigger, **changed: bool) -> None:
        """Save `trigger` with what was answered; its `included` and `not_included` count orders then."""
        wanted = self.cleaned_data.get("standing") == self.INCLUDE
        include = getattr(self, "standing_changes", []) if wanted else []
        trigger.included = trigger_list.save(trigger, include=include, **changed)
        trigger.not_included = len(include) - trigger.included


class SwitchForm(StandingForm):
    """Switches a trigger on or off, to the state that its button named: a double click does not switch it back."""

    active = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, trigger: Trigger):
        super().__init__(data)
        self.trigger = trigger

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("active") and not self.trigger.is_active:
            self.trigger.is_active = True
            self.ask(self.trigger)
        return cleaned

    def save(self):
        self.trigger.is_active = self.cleaned_data["active"]
        self.store(self.trigger, fires_afresh=self.trigger.is_active)


class TriggerForm(StandingForm, forms.ModelForm):
    # What may be filled in later, while the trigger is off (kinds.lacking).
    may_lack: frozenset[str] = frozenset()

    # The kind whose usual sending the form showed: left as they were, they follow another kind.
    usual_of = forms.ChoiceField(choices=channels.kind_choices, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Trigger Type",
        choices=channels.kind_choices,
        help_text="What is made or sent. Example: a task in the studio, an email to the client.",
    )

    class Meta:
        model = Trigger
        fields = [
            "description",
            "is_active",
            "status",
            "timing",
            "days",
            "day_kind",
            "kind",
            "template",
            "task_title",
            "task_notes",
            "task_due_in",
            "caller",
            "recipient",
            "department",
            "user",
            "address",
            "only_vendor",
            "only_session_type",
            "only_from_status",
            "respects_do_not_contact",
            "needs_review",
            "send_at",
            "max_late_hours",
        ]
        labels = {
            "task_title": "What to do",
            "task_notes": "Notes",
            "task_due_in": "Due in (business days)",
            "max_late_hours": "Maximum lateness (hours)",
        }
        help_texts = {
            "description": "What you will know it by, in the list and in the queue. Example: “Tell the client: ready”.",
            "is_active": "Off, it does nothing, and what waits for it is skipped.",
            "status": "The status whose orders it is about. Example: “Client told”.",
            "timing": "As soon as an order comes there, or around the day on which it is due.",
            "days": "0 to 365; 0 is the due date itself. Example: 2 after the due date, to ask the lab.",
            "day_kind": "Business days leave out what your calendar leaves out: 1 after a Friday is a Monday.",
            "template": "The words that are sent; fields such as the order number are filled in.",
            "task_title": (
                "The title of the task. A call is known by the description if this is blank. "
                "Example: “Check the skin tones”."
            ),
            "task_notes": "What whoever does it should know. Example: “Album on the blue shelf”.",
            "task_due_in": "Counted from when the trigger fires. Blank: no due date. Example: 1, the next business day.",
            "caller": "Who finds the call on Home. Example: the session's photographer.",
            "recipient": "Who it goes to. Example: the client, by the email or mobile phone kept there.",
            "department": "For “The department or user chosen here”. Example: Front Desk.",
            "user": "For “The department or user chosen here”. Blank: anybody in the department.",
            "address": (
                "An email address, a phone number, or the https address of a webhook. Example: lab@example.com."
            ),
            "only_vendor": "Orders of other vendors pass it by. Example: only what is at Canyon Albums.",
            "only_session_type": "Orders of other sessions pass it by. Example: only weddings.",
            "only_from_status": "Orders that come from elsewhere pass it by. Example: only back from retouching.",
            "respects_do_not_contact": "Clients marked so are sent nothing; the queue says why.",
            "needs_review": "What it wants done waits in the Trigger Queue until somebody presses Process.",
            "send_at": "When it may go out. Example: what falls into quiet hours waits for the morning.",
            "max_late_hours": (
                "What could not be done by then shows as expired. Blank: it is done however late. "
                "Example: 24, so that no “ready” goes out a week late."
            ),
        }
        widgets = {"task_notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        trigger = self.instance
        self.before = {name: getattr(trigger, name) for name in (*FIRES_FOR, "is_active")}
        self._offer_choices(trigger)
        self.initial["usual_of"] = trigger.kind
        if trigger.pk is None:
            self.initial.update(kinds.usual_sending(trigger.kind))

    def _offer_choices(self, trigger):
        empty_labels = {
            "status": "Choose a status",
            "department": "No department",
            "user": UNASSIGNED,
            "template": "Choose a template",
            "only_vendor": "Any vendor",
            "only_session_type": "Any session type",
            "only_from_status": "Any status",
        }
        for name, words in empty_labels.items():
            self.fields[name].empty_label = words
        for name in ("status", "department", "user", "only_vendor", "only_session_type", "only_from_status"):
            field = self.fields[name]
            field.queryset = field.queryset.offered(current=getattr(trigger, f"{name}_id"))
        if not MessageTemplate.objects.exists():
            self.fields["template"].help_text = format_html(
                'There are no templates yet: <a href="{}">New Template</a>',
                reverse("triggers:template_create"),
            )
        self.fields["template"].queryset = MessageTemplate.objects.filter(
            Q(is_inactive=False) | Q(pk=trigger.template_id)
        )

    @property
    def kinds_for_script(self) -> str:
        return json.dumps(kinds.for_script())

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if not kind:
            return cleaned
        self._follow_usual_sending(kind)
        self._forget_what_is_not_needed(kind)
        if cleaned.get("timing") != Trigger.Timing.REACHED:
            self._require("days", "Say how many days, 0 to 365.")
        refusal = kinds.why_unreachable(kind, cleaned["recipient"]) if cleaned.get("recipient") else ""
        if refusal:
            self.add_error("recipient", refusal)
        for name, sentence in kinds.required(kind).items():
            self._require(name, sentence)
        if "template" in kinds.needs(kind):
            self._check_template(kind)
        self._check_recipient(kind, refusal)
        return cleaned

    def _forget_what_is_not_needed(self, kind):
        """Clear what this kind of trigger does not use, along with mistakes made there: nobody sees those fields."""
        cleaned = self.cleaned_data
        needed = kinds.needs(kind)
        if cleaned.get("timing") != Trigger.Timing.REACHED:
            needed |= {"days", "day_kind"}
        if cleaned.get("recipient") == Recipient.ADDRESS:
            needed.add("address")
        if cleaned.get("recipient") == Recipient.CLIENT:
            needed.add("respects_do_not_contact")
        if Recipient.FIXED in (cleaned.get("recipient"), "caller" in needed and cleaned.get("caller")):
            needed |= {"department", "user"}
        for name, value in OTHERWISE.items():
            if name not in needed:
                self._errors.pop(name, None)
                cleaned[name] = value

    def _follow_usual_sending(self, kind):
        shown = self.cleaned_data.get("usual_of")
        if not shown:
            return
        usual = kinds.usual_sending(shown)
        if all(self.cleaned_data.get(name, "wrong") == value for name, value in usual.items()):
            self.cleaned_data.update(kinds.usual_sending(kind))

    def _require(self, name, sentence):
        is_empty = self.cleaned_data.get(name) in (None, "")
        if is_empty and name not in self.errors and name not in self.may_lack:
            self.add_error(name, sentence)

    def _check_template(self, kind):
        self._require("template", "Choose the template that has the words.")
        template = self.cleaned_data.get("template")
        refusal = kinds.why_not(kind, template) if template else ""
        if refusal:
            self.add_error("template", refusal)

    def _check_recipient(self, kind, refusal):
        cleaned = self.cleaned_data
        is_chosen = Recipient.FIXED in (cleaned.get("recipient"), cleaned.get("caller"))
        if is_chosen and not cleaned.get("department"):
            self._require("user", "Choose the user, or the department.")
        if cleaned.get("recipient") == Recipient.ADDRESS and not refusal:
            noun = kinds.address_noun(kind)
            self._require("address", f"Type the {noun}.")
            if cleaned.get("address"):
                try:
                    kinds.of(kind)[0].check_address(cleaned["address"])
                except ValidationError as error:
                    self.add_error("address", error)

    def _post_clean(self):
        super()._post_clean()
        trigger = self.instance
        changed = {name for name, before in self.before.items() if getattr(trigger, name) != before}
        self.fires_afresh = trigger.is_active and (trigger.pk is None or bool(changed))
        self.fires_otherwise = trigger.pk is not None and bool(changed - {"is_active"})
        if self.fires_afresh and not self.errors:
            self.ask(trigger)

    def save(self, commit=True):
        self.store(self.instance, fires_afresh=self.fires_afresh, fires_otherwise=self.fires_otherwise)
        return self.instance
