"""A part of the set-up of which there is one: a table whose lines are said or left as they are."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from preproduction.moving_in.setup_file.fields import Field
from preproduction.moving_in.setup_file.reading import read_table
from preproduction.moving_in.setup_file.section import Wrong
from studio import maintenance_log
from studio.dates import STYLES
from studio.models import CompanyPreferences, User
from studio.models.preferences import Paper


class Single:
    """One table of the file; name, label and fields as a Section has them."""

    name: ClassVar[str]
    label: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]

    def read(self, raw: Any, problems: list[str]) -> dict[str, Any]:
        """Return what a file says, and no more; what is wrong with it is added to `problems`."""
        return read_table(self.name, raw, self.fields, problems)

    def said(self) -> dict[str, Any]:
        """Return what the file says of it: all fields."""
        raise NotImplementedError

    def store(self, values: Mapping[str, Any], by: User) -> None:
        """Store what `values` say, all fields.  Raises Wrong."""
        raise NotImplementedError


class Preferences(Single):
    """Of the company preferences those that belong to a way of working, and not to one studio."""

    name, label = "preferences", "Preferences"
    fields = (
        Field("paper", label="Paper", choices=dict(Paper.choices)),
        Field(
            "dates", "date_style", label="Dates", choices={key: style.words for key, style in STYLES.items()}
        ),
        Field("rush_percent", label="Rush", kind=int, usual=100),
        Field("at_risk_below", label="At risk below", kind=int, usual=50),
        Field("morning_mail_hour", label="Morning mail from", kind=int, usual=7),
    )

    def said(self):
        preferences = CompanyPreferences.load()
        return {field.name: field.of(preferences) for field in self.fields}

    def store(self, values, by):
        names = {field.attribute: field.name for field in self.fields}
        columns = {column: values[name] for column, name in names.items()}
        try:
            CompanyPreferences(**columns).clean_fields(exclude=_others(columns))
        except ValidationError as error:
            sentences = {names[column]: " ".join(said) for column, said in error.message_dict.items()}
            raise Wrong(sentences) from error
        with maintenance_log.noting(CompanyPreferences.objects.all(), by=by):
            CompanyPreferences.objects.update_or_create(pk=1, defaults=columns)


def _others(columns: Mapping[str, Any]) -> set[str]:
    return {field.name for field in CompanyPreferences._meta.fields} - columns.keys()
