from django import forms

from triggers.models import Trigger


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
