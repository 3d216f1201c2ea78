from django import forms

from studio.models import Department, User


class AssignForm(forms.Form):
    """Who has the order.  `expected` is the number of status changes that the page knew of."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label="Department", required=False, empty_label="No department"
    )
    assigned_user = forms.ModelChoiceField(
        User.objects.none(), label="User", required=False, empty_label="Nobody in particular"
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, order, **kwargs):
        now = {
            "department": order.department,
            "assigned_user": order.assigned_user,
            "expected": order.status_sequence,
        }
        super().__init__(*args, initial=now, **kwargs)
        self.fields["department"].queryset = Department.objects.offered(current=order.department_id)
        self.fields["assigned_user"].queryset = User.objects.offered(current=order.assigned_user_id)
        self.fields["department"].widget.attrs["autofocus"] = True
