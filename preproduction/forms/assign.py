from django import forms

from preproduction.forms.version import VersionForm
from studio.models import Department, User
from studio.models.people import UNASSIGNED


class AssignForm(VersionForm):
    """Who has the order."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label="Department", required=False, empty_label="No department"
    )
    assigned_user = forms.ModelChoiceField(
        User.objects.none(), label="User", required=False, empty_label=UNASSIGNED
    )

    def __init__(self, *args, order, **kwargs):
        now = {"department": order.department, "assigned_user": order.assigned_user}
        super().__init__(*args, order=order, initial=now, **kwargs)
        self.fields["department"].queryset = Department.objects.offered(current=order.department_id)
        self.fields["assigned_user"].queryset = User.objects.offered(current=order.assigned_user_id)
        self.fields["department"].widget.attrs["autofocus"] = True
