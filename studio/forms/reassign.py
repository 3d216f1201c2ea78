from django import forms

from studio.models import Department, User
from studio.models.people import UNASSIGNED


class ReassignForm(forms.Form):
    """Who gets what is ticked.  What is left as it is stays so with each of them.

    noun: what that is, in the plural.
    """

    KEEP, NOBODY = "keep", "none"

    department = forms.ChoiceField(label="Department")
    assigned_user = forms.ChoiceField(label="User")

    def __init__(self, *args, noun: str):
        super().__init__(*args)
        self.noun = noun
        departments = Department.objects.active()
        people = User.objects.active()
        self.departments = {str(one.pk): one for one in departments}
        self.people = {str(one.pk): one for one in people}
        self.fields["department"].choices = [
            (self.KEEP, "As it is"),
            (self.NOBODY, "No department"),
            *((key, one.name) for key, one in self.departments.items()),
        ]
        self.fields["assigned_user"].choices = [
            (self.KEEP, "As it is"),
            (self.NOBODY, UNASSIGNED),
            *((key, str(one)) for key, one in self.people.items()),
        ]
        self.fields["department"].widget.attrs["autofocus"] = True

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("department") == self.KEEP and cleaned.get("assigned_user") == self.KEEP:
            raise forms.ValidationError(f"Choose the department or the user that gets the {self.noun}.")
        return cleaned

    def owner_of(self, row) -> dict:
        """Return the department and the assigned user that `row` is to have, which has some now."""
        department, user = self.cleaned_data["department"], self.cleaned_data["assigned_user"]
        return {
            "department": row.department if department == self.KEEP else self.departments.get(department),
            "assigned_user": row.assigned_user if user == self.KEEP else self.people.get(user),
        }
