import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone

from studio import work_calendar
from studio.fields import DayField, NotesFormField, PlainText
from studio.forms.far_days import AsksAboutFarDays
from studio.forms.search_box import SearchBox
from studio.models import Department, User
from studio.models.people import UNASSIGNED
from triggers.models import Task


class TaskForm(AsksAboutFarDays, forms.ModelForm):
    """A task by hand.  A new one may be given a due date by counting business days."""

    kind = Task.Kind.TASK
    far_ahead = ("due_date",)
    DUE_IN = [
        ("", "The date typed here"),
        ("0", "Today"),
        ("1", "1 business day"),
        ("2", "2 business days"),
        ("3", "3 business days"),
        ("5", "5 business days"),
        ("10", "10 business days"),
    ]
    due_in = forms.ChoiceField(
        label="Due In", choices=DUE_IN, required=False, help_text="Counted when the Due Date is blank."
    )

    class Meta:
        model = Task
        fields = ["title", "department", "assigned_user", "due_date", "due_in", "notes"]
        field_classes = {"due_date": DayField}

    field_order = ["title", "department", "assigned_user", "due_date", "due_in", "notes"]

    def __init__(self, *args, set_up: Mapping[str, Any] | None = None, **kwargs):
        """set_up: what a new task's menus offer, as studio/set_up keeps it; None asks the database."""
        super().__init__(*args, **kwargs)
        self.instance.kind = self.kind
        self.fields["department"].empty_label = "No department"
        self.fields["assigned_user"].empty_label = UNASSIGNED
        self.fields["department"].queryset = Department.objects.offered(current=self.instance.department_id)
        self.fields["assigned_user"].queryset = User.objects.offered(current=self.instance.assigned_user_id)
        if set_up is not None:
            self._offer("department", [row for row in set_up["departments"] if not row.is_inactive])
            self._offer("assigned_user", [row for row in set_up["users"] if row.is_active])
        if self.instance.pk:
            del self.fields["due_in"]

    def _offer(self, name: str, rows: Iterable[Model]) -> None:
        field = self.fields[name]
        field.choices = [("", field.empty_label), *((row.pk, str(row)) for row in rows)]

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("department") or cleaned.get("assigned_user")) and not self.errors:
            self.add_error("assigned_user", "Choose the user or the department that is to do it.")
        if cleaned.get("due_in") and not cleaned.get("due_date") and not self.errors:
            days = int(cleaned["due_in"])
            cleaned["due_date"] = work_calendar.load().add_business_days(timezone.localdate(), days)
        return cleaned

    def is_typed(self, name):
        return name in self.changed_data

    def save(self, commit=True):
        if self.instance.pk and self.changed_data:
            self.instance.touched_at = timezone.now()
        return super().save(commit)


class CallForm(TaskForm):
    """A call by hand."""

    kind = Task.Kind.CALL

    class Meta(TaskForm.Meta):
        fields = ["call_name", "call_number", "title", "department", "assigned_user", "due_date", "notes"]
        labels = {"title": "About"}

    field_order = ["call_name", "call_number", "title", "department", "assigned_user", "due_date", "due_in"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["call_name"].required = True
        self.fields["call_number"].widget.attrs["type"] = "tel"


class CallDoneForm(forms.Form):
    """What came of a call: what was said, or that nobody answered."""

    DONE, NO_ANSWER = "done", "no_answer"

    outcome = NotesFormField(
        label="What was said",
        max_length=1500,
        required=False,
        validators=[PlainText(lines=True)],
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )
    answer = forms.ChoiceField(choices=[(DONE, "Done"), (NO_ANSWER, "No answer")], widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == self.DONE and not cleaned.get("outcome") and not self.errors:
            self.add_error("outcome", "Write down what was said; a colleague will read it.")
        return cleaned


class ManyDoneForm(forms.Form):
    """Tasks that are ticked are done: nothing is asked."""


class ManyCallsDoneForm(forms.Form):
    """What was said in each of the calls that are ticked."""

    outcome = NotesFormField(
        label="What was said",
        max_length=1500,
        validators=[PlainText(lines=True)],
        help_text="Written down for each of these calls.",
        error_messages={"required": "Write down what was said; a colleague will read it."},
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )


class TickedTasksForm(forms.Form):
    """Tasks ticked in a list: `selected` repeated, a key, or "key-department-user" as a page showed them, 0 for none."""

    MOST = 500
    TICKED = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,18})-([0-9]{1,18}))?", re.ASCII)

    selected = forms.MultipleChoiceField(required=False)

    def __init__(self, data):
        super().__init__(data)
        # What looks like a key is a choice; which tasks there are is asked once, below.
        self.fields["selected"].valid_value = lambda value: bool(self.TICKED.fullmatch(value))

    def tasks(self, there) -> list[Task]:
        """Return those of the queryset `there` that are ticked, each with the owner that its page showed."""
        ticked = self.cleaned_data["selected"][: self.MOST] if self.is_valid() else []
        shown = {int(key): owner for key, *owner in (self.TICKED.fullmatch(each).groups() for each in ticked)}
        found = there.for_table().in_bulk(shown)
        return [_as_shown(found[key], *owner) for key, owner in shown.items() if key in found]


def _as_shown(task, department, user):
    if department is not None:
        task.department_id, task.assigned_user_id = int(department) or None, int(user) or None
    return task


class TaskSearchForm(forms.Form):
    SHOWN = [
        ("mine", "Mine and my departments'"),
        ("own", "Mine"),
        ("departments", "My departments', for anybody"),
        ("all", "Everybody's"),
        ("done", "Done"),
    ]
    DUE = [("", "Late or not"), ("late", "Late"), ("today", "Due today"), ("later", "Due later or undated")]
    show = forms.ChoiceField(label="Show", choices=SHOWN, required=False)
    due = forms.ChoiceField(label="Due", choices=DUE, required=False)
    q = forms.CharField(
        label="Search",
        max_length=100,
        required=False,
        widget=SearchBox("Words, order or client"),
    )

    def in_words(self) -> str:
        """Say what narrows the list: "Everybody's; late; search “anna”"."""
        asked = self.cleaned_data if self.is_valid() else {}
        words = [dict(self.SHOWN)[asked.get("show") or "mine"]]
        if due := asked.get("due"):
            words.append(dict(self.DUE)[due].lower())
        if typed := asked.get("q"):
            words.append(f"search “{typed}”")
        return "; ".join(words)
