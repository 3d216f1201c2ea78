"""Forms of a vendor's calendar.  Each makes a CalendarChange, which is previewed; empty means as the studio."""

from dataclasses import replace

from django import forms

from preproduction.forms.calendar import DAYS, ClosedDayForm
from preproduction.models import Pace, Status
from preproduction.models.status import LONGEST_DURATION
from preproduction.operations import CalendarChange
from preproduction.operations.calendar_change import hours_of
from studio.models import Vendor
from studio.models.preferences import time_zones


class VendorHoursForm(forms.Form):
    days = forms.TypedMultipleChoiceField(
        label="Days of the Work Week",
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        help_text="None ticked: as the studio.",
    )
    cut_off = forms.TimeField(
        label="Cut-off",
        required=False,
        input_formats=["%H:%M", "%H.%M", "%H", "%I:%M %p", "%I %p", "%I:%M%p", "%I%p"],
        widget=forms.TextInput(attrs={"inputmode": "text", "placeholder": "17:00"}),
        error_messages={"invalid": "Write the hour as 17:00 or 5 pm."},
        help_text="What is sent later counts from the vendor's next business day. Empty: no cut-off.",
    )
    time_zone = forms.ChoiceField(
        label="Time Zone", required=False, help_text="Of the cut-off: where the vendor is."
    )

    def __init__(self, data=None, *, vendor: Vendor):
        self.vendor = vendor
        cut_off, zone = hours_of(vendor)
        week = sorted(vendor.work_week or ())
        super().__init__(data, initial={"days": week, "cut_off": cut_off, "time_zone": zone})
        self.fields["time_zone"].choices = [("", "As the studio"), *time_zones()]

    def change(self) -> CalendarChange:
        asked = self.cleaned_data
        cut_off = f"{asked['cut_off']:%H:%M}" if asked["cut_off"] is not None else ""
        return CalendarChange(
            vendor=self.vendor.pk,
            work_week_mask=sum(1 << day for day in asked["days"]),
            hours=(cut_off, asked["time_zone"]),
        )


class VendorDurationsForm(forms.Form):
    """A duration for each status that is not final; those that were left as they are change nothing."""

    def __init__(self, data=None, *, vendor: Vendor, statuses: list[Status]):
        self.vendor = vendor
        self.statuses = [status for status in statuses if not status.is_final]
        own = dict(vendor.durations.values_list("status_id", "days"))
        super().__init__(data, prefix="duration", initial={str(key): days for key, days in own.items()})
        for status in self.statuses:
            self.fields[str(status.pk)] = forms.IntegerField(
                label=f"Duration at {status}",
                required=False,
                min_value=0,
                max_value=LONGEST_DURATION,
                widget=forms.TextInput(attrs={"class": "control-small num", "inputmode": "numeric"}),
            )

    def rows(self):
        """Yield each status with its field, and the Pace of the vendor there; None where its cases are too few.  One query."""
        paces = {pace.status_id: pace for pace in Pace.objects.filter(vendor=self.vendor)}
        for status in self.statuses:
            pace = paces.get(status.pk)
            yield status, self[str(status.pk)], pace if pace and pace.half is not None else None

    def change(self) -> CalendarChange:
        changed = tuple((int(name), self.cleaned_data[name]) for name in self.changed_data)
        return CalendarChange(vendor=self.vendor.pk, durations=changed)


class VendorClosedDayForm(ClosedDayForm):
    def __init__(self, data=None, *, vendor: Vendor):
        super().__init__(data, prefix="closed")
        self.vendor = vendor

    def change(self) -> CalendarChange:
        return replace(super().change(), vendor=self.vendor.pk)


class CopyFromForm(forms.Form):
    """Whose closed days to offer: the studio's, by "studio", or those of another vendor, by its key."""

    whose = forms.ChoiceField(label="Copy from")

    def __init__(self, data, *, vendor: Vendor):
        super().__init__(data or None)
        others = Vendor.objects.filter(closed_days__isnull=False).exclude(pk=vendor.pk).distinct()
        self.fields["whose"].choices = [
            ("", "Choose"),
            ("studio", "The studio"),
            *((str(other.pk), other.name) for other in others),
        ]
