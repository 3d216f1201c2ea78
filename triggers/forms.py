from django import forms

from studio.models import Department, User
from triggers.models import Task, Trigger


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


class TriggerForm(forms.ModelForm):
    class Meta:
        model = Trigger
        fields = [
            "description",
            "status",
            "kind",
            "recipient",
            "department",
            "user",
            "task_title",
            "task_due_in",
            "task_notes",
            "is_active",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        trigger = self.instance
        self.fields["status"].empty_label = "Choose a status"
        self.fields["department"].empty_label = "No department"
        self.fields["user"].empty_label = "Nobody in particular"
        for name in ("status", "department", "user"):
            field = self.fields[name]
            field.queryset = field.queryset.offered(current=getattr(trigger, f"{name}_id"))
        self.fields["department"].help_text = self.fields["user"].help_text = (
            "Only for a trigger whose task goes to the department or user chosen here."
        )
