"""The sections of a set-up, in the order of the file: what names something comes after what it names.

One more of them is one more class here, or in a module of its own, and its place in SECTIONS (docs/contributing.md).
"""

from preproduction import operations
from preproduction.forms.custom_fields import CustomFieldForm
from preproduction.forms.late_reasons import LateReasonForm
from preproduction.forms.status_list import StatusForm
from preproduction.models import CustomField, CustomFieldList, LateReason, LateReasonList, Status, StatusList
from preproduction.models.status import Clock
from preproduction.moving_in.setup_file.days import ClosedDays, WorkedDays, WorkWeek
from preproduction.moving_in.setup_file.fields import Field
from preproduction.moving_in.setup_file.section import Section
from preproduction.moving_in.setup_file.single import Preferences
from preproduction.moving_in.setup_file.triggers import Triggers
from preproduction.operations import custom_fields as the_fields
from preproduction.operations import late_reasons as the_reasons
from studio.forms.records import DepartmentForm, SessionTypeForm
from studio.models import Department, SessionType
from triggers.forms.templates import TemplateForm
from triggers.models import MessageTemplate

NAME = Field("name")
INACTIVE = Field("inactive", "is_inactive", bool, usual=False)


class Departments(Section):
    name, label = "departments", "Departments"
    model, form = Department, DepartmentForm
    fields = (NAME, INACTIVE)


class SessionTypes(Section):
    name, label = "session_types", "Session types"
    model, form = SessionType, SessionTypeForm
    fields = (NAME, INACTIVE)


class CustomFields(Section):
    name, label = "custom_fields", "Custom fields"
    model, form, order = CustomField, CustomFieldForm, CustomFieldList
    key = ("label",)
    fields = (Field("label"), INACTIVE)

    def saved(self, form, row, by):
        return form.save() if row else the_fields.add_field(form.save(commit=False))


class LateReasons(Section):
    name, label = "late_reasons", "Late reasons"
    model, form, order = LateReason, LateReasonForm, LateReasonList
    fields = (NAME, INACTIVE)

    def saved(self, form, row, by):
        return form.save() if row else the_reasons.add_late_reason(form.save(commit=False))


class Statuses(Section):
    name, label = "statuses", "Statuses"
    model, order = Status, StatusList
    key = ("description",)
    fields = (
        Field("description"),
        Field("default_department", names="departments"),
        Field("default_duration", kind=int, usual=None),
        Field("clock", choices=dict(Clock.choices), usual=Clock.STUDIO.value),
        Field("initial", "is_initial", bool, usual=False),
        Field("final", "is_final", bool, usual=False),
        INACTIVE,
    )
    withheld = ("default_user",)

    def read(self, raw, problems):
        found = super().read(raw, problems)
        first, *others = [said.path for said in found.values() if said.values["initial"]] or [""]
        problems += [f"{path}.initial: one status can be initial, and {first} is." for path in others]
        return found

    def bound(self, row, data):
        form = StatusForm(data, status=row)
        # No cell of the grid: its own page says what it would move (Calendar > Whose clock).
        form.clock = data["clock"]
        return form

    def saved(self, form, row, by):
        version, given = StatusList.current_version(), {"clock": form.clock}
        if row is None:
            return form.attempt(operations.create_status, expected=version, **given)
        # Whether some status is initial in the end is looked at when all are stored.
        return form.attempt(operations.edit_status, row, expected=version, mark_may_go=True, **given)

    def to_fill_in(self, stored):
        without = [
            str(row) for row, _ in stored if not (row.default_user_id or row.is_final or row.is_inactive)
        ]
        return [f"Statuses without a Default User: {', '.join(without)}."] if without else []


class Templates(Section):
    name, label = "templates", "Templates"
    model, form = MessageTemplate, TemplateForm
    fields = (
        NAME,
        Field("subject"),
        Field("text"),
        Field("html"),
        Field("letter_layout", choices=dict(MessageTemplate.LetterLayout.choices), usual="window"),
        Field("used_for", choices={"": "", **dict(MessageTemplate.UsedFor.choices)}),
        INACTIVE,
    )


SECTIONS = (
    Preferences(),
    WorkWeek(),
    ClosedDays(),
    WorkedDays(),
    Departments(),
    SessionTypes(),
    CustomFields(),
    LateReasons(),
    Statuses(),
    Templates(),
    Triggers(),
)
