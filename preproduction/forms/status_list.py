from django import forms
from django.core.exceptions import ValidationError

from preproduction import operations
from preproduction.models import Status
from preproduction.models.status import LONGEST_DURATION
from preproduction.operations import ChangedDuration, MarkWouldGo, OperationRefused, OutdatedPage
from studio.fields import LineFormField, PlainText
from studio.forms.lists import ListVersionForm
from studio.models import Department, User

WIDGETS = {
    "description": forms.TextInput(attrs={"class": "control-small"}),
    "default_department": forms.Select(attrs={"class": "control-small"}),
    "default_user": forms.Select(attrs={"class": "control-small"}),
    # As text, so that what is no number is refused with a sentence and not dropped by the browser.
    "default_duration": forms.TextInput(attrs={"class": "control-small num", "inputmode": "numeric"}),
}


class StatusListForm(ListVersionForm):
    """What every address and every form of the page carries: how the user sees the list, and which row is meant."""

    hide_inactive = forms.BooleanField(required=False)
    status = forms.ModelChoiceField(Status.objects.all(), required=False)
    # Only in addresses.
    edit = forms.ModelChoiceField(Status.objects.all(), required=False)
    recount = forms.ModelChoiceField(Status.objects.all(), required=False)
    was = forms.IntegerField(required=False, min_value=0, max_value=LONGEST_DURATION)
    export = forms.ChoiceField(required=False, choices=[("pdf", "PDF"), ("xlsx", "Excel")])
    # Only in forms.
    ask = forms.ChoiceField(required=False, choices=[("bottom", "New"), ("above", "Insert")])
    above = forms.ModelChoiceField(Status.objects.all(), required=False)
    before = forms.ModelChoiceField(Status.objects.all(), required=False)
    by = forms.TypedChoiceField(
        required=False, coerce=int, choices=[(-1, "Move Up"), (1, "Move Down")], empty_value=None
    )
    place = forms.ChoiceField(required=False, choices=[("first", "The first row of the grid")])
    whole_row = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)
    back = forms.CharField(required=False, max_length=500)

    def get(self, name):
        """Return what was sent; None where it is missing or makes no sense."""
        return self.cleaned_data.get(name)

    def changed_duration(self) -> ChangedDuration | None:
        """Return the status whose Default Duration was changed just now, as the address says."""
        status, is_known = self.get("recount"), "was" in self.data and "was" not in self.errors
        return ChangedDuration(status, self.get("was")) if status and is_known else None

    def names_a_lost_row(self) -> bool:
        """Whether a row is meant that is not there any more."""
        return any(name in self.errors for name in ("status", "above", "before"))


COLUMNS = [
    "description",
    "default_department",
    "default_user",
    "default_duration",
    "is_initial",
    "is_final",
    "is_inactive",
]


class StatusForm(forms.Form):
    """The seven columns of a row, or some of them.

    Not a ModelForm: whether the row is valid among the others only the operation can say, which first takes the
    initial mark from the row that has it.

    status:  the row; None for a new one.
    only:    the columns that are edited; all if None.
    form_id: of the <form> the controls belong to; a row of a table cannot hold one.
    """

    def __init__(self, data=None, *, status=None, only=None, form_id="", id_prefix="row"):
        self.status, self.form_id = status, form_id
        columns = [name for name in COLUMNS if only is None or name in only]
        initial = forms.model_to_dict(status, columns) if status else {}
        super().__init__(data, initial=initial, auto_id=f"{id_prefix}_%s")
        self.fields |= forms.fields_for_model(
            Status,
            columns,
            widgets=WIDGETS,
            error_messages={"description": {"required": "Type a description."}},
        )
        for name, model in (("default_department", Department), ("default_user", User)):
            if name in self.fields:
                self.fields[name].queryset = model.objects.offered(
                    current=getattr(status, f"{name}_id", None)
                )
                self.fields[name].empty_label = "—"
        for field in self.fields.values():
            field.help_text = ""
            field.widget.attrs |= {"form": form_id, "aria-label": field.label}

    def attempt(self, operation, *args, **keywords):
        """Return what `operation` does with the columns; None with errors in this form where they are refused.

        Raises OutdatedPage and MarkWouldGo, which are not about what was typed.
        """
        if not self.is_valid():
            return None
        try:
            return operation(*args, **keywords, **self.cleaned_data)
        except ValidationError as invalid:
            self._take_over(invalid)
        except (OutdatedPage, MarkWouldGo):
            raise
        except OperationRefused as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        return None

    def _take_over(self, invalid: ValidationError) -> None:
        for name, errors in invalid.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class ReplaceForm(forms.Form):
    """Which status takes the place of `status`, and whether its triggers fire for the orders that move."""

    replacement = forms.ModelChoiceField(
        Status.objects.none(),
        label="Replace with",
        empty_label="Choose a status",
        error_messages={
            "required": "Choose a status.",
            "invalid_choice": "This status is not offered any more. Choose another one.",
        },
    )
    fire_triggers = forms.BooleanField(
        required=False, label="Fire the triggers of the new status for these orders"
    )

    reason = LineFormField(
        required=False,
        max_length=500,
        validators=[PlainText()],
        label="Reason",
        help_text="Why these orders are complete without the missing proofs. It stands in their Status Notes.",
    )
    # What the page said that this completes, and with how many proofs missing; empty where it has said nothing yet.
    counted = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args, status: Status, **kwargs):
        super().__init__(*args, **kwargs)
        self.status, self.plan = status, None
        self.fields["replacement"].queryset = Status.objects.active().exclude(pk=status.pk)

    def unseen_plan(self) -> operations.Replacing | None:
        """Return what replacing would do, if it completes orders and the page has not said so; else None.

        Raises OperationRefused where the replacement cannot take the place.
        """
        replacement = self.cleaned_data["replacement"]
        plan = self.plan = operations.plan_replacing(self.status, replacement)
        counted = f"{replacement.pk}-{plan.completes}-{plan.proofs_missing}"
        if not plan.completes or self.cleaned_data["counted"] == counted:
            return None
        self.data = {**self.data.dict(), "counted": counted}
        return plan

    def keywords(self) -> dict:
        """Return the keywords of operations.replace_status."""
        return {name: self.cleaned_data[name] for name in ("replacement", "fire_triggers", "reason")}


class RecountForm(forms.Form):
    """The answer to what a changed Default Duration would do: what it is and was, as the page showed them.

    Empty is none.
    """

    duration = forms.IntegerField(required=False, min_value=0, max_value=LONGEST_DURATION)
    was = forms.IntegerField(required=False, min_value=0, max_value=LONGEST_DURATION)

    def clean(self):
        if "was" not in self.data:
            raise ValidationError("This form did not come back whole.")
        return super().clean()


class DurationForm(ListVersionForm):
    """The Default Duration that the studio's own history advises, and what comes of the open orders at the status.

    was: the one before, as the page showed it; empty is none.
    """

    days = forms.IntegerField(min_value=0, max_value=LONGEST_DURATION)
    was = forms.IntegerField(required=False, min_value=0, max_value=LONGEST_DURATION)
    decision = forms.ChoiceField(required=False, choices=[("move", "Move them"), ("leave", "Leave them")])
