from django import forms

from studio.models import Department, User
from triggers.models import Task


class TaskForm(forms.ModelForm):
    class Meta:
        model = Task
        fields = ["title", "department", "assigned_user", "due_date", "notes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].empty_label = "No department"
        self.fields["assigned_user"].empty_label = "Nobody in particular"
        self.fields["department"].queryset = Department.objects.offered(current=self.instance.department_id)
        self.fields["assigned_user"].queryset = User.objects.offered(current=self.instance.assigned_user_id)

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("department") or cleaned.get("assigned_user")) and not self.errors:
            self.add_error("assigned_user", "Choose the user or the department that is to do it.")
        return cleaned


class TaskSearchForm(forms.Form):
    SHOWN = [
        ("mine", "Mine and my departments'"),
        ("all", "Everybody's"),
        ("done", "Done"),
    ]
    show = forms.ChoiceField(label="Show", choices=SHOWN, required=False)
    q = forms.CharField(
        label="Search",
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "Task, order or client", "data-shortcut": "/"}
        ),
    )
