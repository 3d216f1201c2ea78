"""Choosing a status, a department or a user in many rows of one page, read from the database once.

Django's ModelChoiceField asks the database for every field it cleans, and its Select draws every option by a template:
200 rows of three selects would be 600 queries and some 10,000 templates.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from preproduction.models import LateReason, Order, Status
from studio.models import Department, User
from studio.models.people import UNASSIGNED


class Options:
    """The options of a select, drawn once for each chosen value."""

    def __init__(self, rows: Iterable[Model] = (), *, empty: str = ""):
        self.pairs = [("", empty), *((str(row.pk), str(row)) for row in rows)]
        self._drawn: dict[str, SafeString] = {}

    def html(self, chosen: str) -> SafeString:
        if chosen not in self._drawn:
            self._drawn[chosen] = format_html_join(
                "",
                '<option value="{}"{}>{}</option>',
                (
                    (value, mark_safe(" selected") if value == chosen else "", words)
                    for value, words in self.pairs
                ),
            )
        return self._drawn[chosen]


class LoadedSelect(forms.Select):
    options = Options()

    def use_required_attribute(self, initial):
        return True  # the first option is always the empty one

    def render(self, name, value, attrs=None, renderer=None):
        attributes = flatatt({**self.attrs, **(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", attributes, self.options.html(str(value or "")))


class LoadedChoiceField(forms.Field):
    """One of the rows that `offer` was given."""

    widget = LoadedSelect
    default_error_messages = {"invalid_choice": "This cannot be chosen any more. Choose another one."}
    rows: dict[str, Model] = {}

    def offer(self, rows: dict[str, Model], options: Options) -> None:
        """Accept `rows` (by key as text) and show `options`, which may be fewer."""
        self.rows = rows
        self.widget.options = options

    def to_python(self, value):
        if value in self.empty_values:
            return None
        row = self.rows.get(str(value))
        if row is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return row

    def prepare_value(self, value):
        return value.pk if isinstance(value, Model) else value


class Offered:
    """What the forms of one page offer of what the studio has set up.  No query."""

    def __init__(self, set_up: Mapping[str, Any]):
        self.set_up = set_up

    @property
    def statuses(self) -> list[Status]:
        """The whole list in its order.  Inactive ones are not shown, and refused by a sentence when chosen."""
        rows: list[Status] = self.set_up["statuses"]
        return rows

    @cached_property
    def statuses_by_key(self) -> dict[str, Status]:
        return {str(status.pk): status for status in self.statuses}

    @cached_property
    def departments(self) -> dict[str, Department]:
        return {
            str(department.pk): department
            for department in self.set_up["departments"]
            if not department.is_inactive
        }

    @cached_property
    def users(self) -> dict[str, User]:
        return {str(user.pk): user for user in self.set_up["users"] if user.is_active}

    @cached_property
    def late_reasons(self) -> dict[str, LateReason]:
        return {str(row.pk): row for row in self.set_up["late reasons"] if not row.is_inactive}

    @cached_property
    def late_reason_options(self) -> Options:
        return Options(self.late_reasons.values())

    def late_reasons_for(self, order: Order) -> dict[str, LateReason]:
        """Return the active reasons, and the one that `order` has."""
        return {
            str(reason.pk): reason
            for reason in self.set_up["late reasons"]
            if not reason.is_inactive or reason.pk == order.late_reason_id
        }

    def late_reason_options_for(self, order: Order, *, empty: str) -> Options:
        return Options(self.late_reasons_for(order).values(), empty=empty)

    @cached_property
    def department_options(self) -> Options:
        return Options(self.departments.values())

    @cached_property
    def user_options(self) -> Options:
        return Options(self.users.values())

    @cached_property
    def new_department_options(self) -> Options:
        return Options(self.departments.values(), empty="No department")

    @cached_property
    def new_user_options(self) -> Options:
        return Options(self.users.values(), empty=UNASSIGNED)

    @cached_property
    def _status_options(self) -> dict[int | None, Options]:
        return {}

    def status_options(self, current: int | None = None) -> Options:
        """Return the active statuses but the one with key `current`."""
        if current not in self._status_options:
            shown = [row for row in self.statuses if not row.is_inactive and row.pk != current]
            self._status_options[current] = Options(shown)
        return self._status_options[current]
