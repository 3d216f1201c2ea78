import hashlib

from django import forms

from preproduction.operations import Telling
from triggers import channels
from triggers.models import MessageTemplate, Trigger
from triggers.outbox.by_hand import Wanted
from triggers.rules import kinds

Recipient = Trigger.Recipient
UsedFor = MessageTemplate.UsedFor
MOST_ORDERS = 200
# Of an order, whom one writes to.
OFFERED = (
    Recipient.CLIENT,
    Recipient.VENDOR,
    Recipient.ASSIGNED_USER,
    Recipient.DEPARTMENT_OF_ORDER,
    Recipient.PHOTOGRAPHER,
)
# Whom a template is for by what it is used for.
FOR_WHOM = {UsedFor.ASK_THE_LAB: Recipient.VENDOR, UsedFor.TELL_THE_CLIENT: Recipient.CLIENT}
CHANGED = (
    "Somebody has changed the template meanwhile. This is how it reads now; look at it before you send it."
)


class MessageForm(forms.Form):
    """What is to be sent by hand, by which way and to whom.

    seen: stands for the words of the template as the page showed them.
    """

    template = forms.ModelChoiceField(MessageTemplate.objects.none(), empty_label="Choose the words")
    channel = forms.ChoiceField(label="Send as")
    recipient = forms.ChoiceField(label="To", choices=[(each.value, each.label) for each in OFFERED])
    waits_for_review = forms.BooleanField(
        label="Hold for review",
        required=False,
        help_text="Until somebody presses Process in the Trigger Queue.",
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        self.fields["template"].queryset = MessageTemplate.objects.active()
        self.fields["channel"].choices = [(way.key, way.label) for way in channels.worded()]

    def clean(self):
        cleaned = super().clean()
        template, channel, recipient = (cleaned.get(name) for name in ("template", "channel", "recipient"))
        if template and channel and (lacks := kinds.why_not(channel, template)):
            self.add_error("template", lacks)
        if channel and recipient and (cannot := kinds.why_unreachable(channel, recipient)):
            self.add_error("recipient", cannot)
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """Return what is to be sent; call after is_valid()."""
        return Wanted(*(self.cleaned_data[name] for name in ("template", "channel", "recipient")))

    @property
    def is_outdated(self) -> bool:
        """Whether the words are others than the page showed."""
        return self.cleaned_data["seen"] != digest(self.cleaned_data["template"])


class TellClientsForm(MessageForm):
    """What the clients of some orders are told of what is done to these; nobody is told where no words are chosen."""

    recipient = None
    template = forms.ModelChoiceField(
        MessageTemplate.objects.none(), label="Tell the Clients", required=False, empty_label="Nobody is told"
    )

    def clean(self):
        self.cleaned_data["recipient"] = Recipient.CLIENT.value
        return super().clean()

    @property
    def telling(self) -> Telling:
        """Return what is to be sent; call after is_valid()."""
        return Telling(self.wanted, self.cleaned_data["waits_for_review"])


class AskedForm(forms.Form):
    """What the address of the page asks for: what is nonsense counts as not asked.

    used_for: whom to tell or ask; the template that is for that is chosen already.
    """

    used_for = forms.ChoiceField(choices=UsedFor.choices, required=False)

    def start(self) -> dict:
        """Return what the form of the page starts with.  One query where a template is asked for."""
        used_for = self.cleaned_data["used_for"] if self.is_valid() else ""
        if not used_for:
            return {"channel": "email", "recipient": Recipient.CLIENT.value}
        template = MessageTemplate.objects.active().filter(used_for=used_for).first()
        channel = "sms" if template and kinds.why_not("email", template) else "email"
        return {
            "template": template and template.pk,
            "channel": channel,
            "recipient": FOR_WHOM[UsedFor(used_for)].value,
        }


def digest(template: MessageTemplate) -> str:
    words = "\0".join((template.subject, template.text, template.html, template.letter_layout))
    return hashlib.sha256(words.encode()).hexdigest()
