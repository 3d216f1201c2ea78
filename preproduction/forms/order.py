from uuid import uuid4

from django import forms
from django.utils import timezone

from preproduction.forecast import safe_day
from preproduction.forms.needed_by import AsksAboutSafeDay, day_field, purpose_field
from preproduction.forms.seen import SeenForm
from preproduction.models import Order
from studio.fields import DayField, ExactFormField
from studio.forms.far_days import AsksAboutFarDays
from studio.forms.keys import RequestKeyField
from studio.models import User, Vendor


class OfferVendors:
    """Offer the active vendors, and the order's own though it be inactive."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vendor"].queryset = Vendor.objects.offered(current=self.instance.vendor_id)
        self.fields["vendor"].empty_label = "No vendor"


class CreateOrderForm(AsksAboutSafeDay, AsksAboutFarDays, OfferVendors, forms.ModelForm):
    """session: whose Needed By the order begins with.  start: operations.StartPlan.  calendar: the studio's."""

    far_back = ("order_date", "needed_by")
    far_ahead = ("needed_by",)
    number = ExactFormField(
        label="Order No.",
        max_length=30,
        required=False,
        validators=Order._meta.get_field("number").validators,
        widget=forms.TextInput(attrs={"placeholder": "Assigned automatically"}),
    )
    needed_by = day_field()
    needed_for = purpose_field()
    request_key = RequestKeyField()
    field_order = (
        "vendor",
        "order_date",
        "number",
        "vendor_order_number",
        "needed_by",
        "needed_for",
        "priority",
    )

    class Meta:
        model = Order
        fields = [
            "vendor",
            "order_date",
            "number",
            "priority",
            "vendor_order_number",
            "studio_notes",
            "vendor_notes",
        ]
        widgets = {"vendor": forms.Select(attrs={"autofocus": True})}
        field_classes = {"order_date": DayField}

    def __init__(self, *args, session, start, calendar, **kwargs):
        self.start, self.calendar = start, calendar
        super().__init__(*args, **kwargs)
        self.initial |= {"needed_by": session.needed_by, "needed_for": session.needed_for}
        self.initial.setdefault("order_date", timezone.localdate())
        self.initial.setdefault("request_key", uuid4())
        for name in ("studio_notes", "vendor_notes"):
            self.fields[name].widget.attrs["rows"] = 3
        self.fields["studio_notes"].help_text = "Internal. Printed on the work order only."
        self.fields["vendor_notes"].help_text = "Printed on the work order and the purchase order."

    def find_safe_day(self, cleaned):
        vendor, start = cleaned.get("vendor"), cleaned.get("order_date") or timezone.localdate()
        return safe_day.of_new(self.start.status, vendor and vendor.pk, start, self.calendar)

    def validate_unique(self):
        """The operation looks for the number, in its transaction."""


class GeneralForm(AsksAboutFarDays, OfferVendors, SeenForm):
    """What of the General tab can be typed.

    may_correct: whether the user may say that somebody else entered or completed it.
    """

    far_back = ("order_date",)

    class Meta:
        model = Order
        fields = [
            "vendor",
            "order_date",
            "number",
            "priority",
            "vendor_order_number",
            "vendor_invoice_number",
            "vendor_invoice_amount",
            "entered_by",
        ]
        field_classes = {"order_date": DayField}

    completed_by = forms.ModelChoiceField(User.objects.none(), label="Completed By")

    def __init__(self, *args, instance, may_correct, **kwargs):
        initial = {"completed_by": instance.completed_by_id}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        self.fields["vendor_invoice_amount"].widget.attrs["inputmode"] = "decimal"
        for name in ("entered_by", "completed_by"):
            if may_correct and (name == "entered_by" or instance.is_complete):
                people = User.objects.offered(current=getattr(instance, f"{name}_id"))
                self.fields[name].queryset, self.fields[name].empty_label = people, None
            else:
                del self.fields[name]

    def is_typed(self, name):
        return name in self.changed_data

    def validate_unique(self):
        """The operation looks for the number, in its transaction."""


class NotesForm(SeenForm):
    """One of the two kinds of notes: NotesForm.of("studio_notes", ...)."""

    class Meta:
        model = Order
        fields = ["studio_notes", "vendor_notes"]

    @classmethod
    def of(cls, name, *args, **kwargs):
        form = cls(*args, **kwargs)
        form.fields = {name: form.fields[name]}
        form.fields[name].widget.attrs["rows"] = 10
        return form
