"""The status list: its columns, what a file holds, and what a cell of the grid on screen knows."""

from dataclasses import dataclass

import django_tables2 as tables
from django.forms import BoundField
from django.urls import reverse

from preproduction.forms.status_list import COLUMNS, StatusForm
from preproduction.models import Status

TOGGLES = ("is_initial", "is_final", "is_inactive")


class StatusTable(tables.Table):
    open_orders = tables.Column(verbose_name="Open Orders", attrs={"cell": {"class": "num"}})

    class Meta:
        model = Status
        fields = [*COLUMNS, "open_orders"]
        orderable = False
        attrs = {"id": "statuses"}

    def value_description(self, record):
        return record.description

    def value_default_department(self, record):
        return str(record.default_department or "")

    def value_default_user(self, record):
        return str(record.default_user or "")

    def value_default_duration(self, record):
        return record.default_duration

    def value_open_orders(self, record):
        return record.open_orders


@dataclass
class Cell:
    """One cell of the grid.

    value:  what a control of this cell would hold, as text.
    words:  what is read.
    editor: the control with what was typed, while the cell is being edited or is refused.
    """

    name: str
    label: str
    value: str
    words: str
    editor: BoundField | None = None
    errors: tuple = ()

    @property
    def is_toggle(self) -> bool:
        return self.name in TOGGLES

    @property
    def is_on(self) -> bool:
        return self.value == "true"


@dataclass
class Row:
    status: Status
    cells: list[Cell]
    hub: str

    @property
    def description(self) -> str:
        return self.status.description


def grid_rows(table: StatusTable, edited: StatusForm | None = None) -> list[Row]:
    """Return the rows of `table` for the grid.

    edited: a form of some columns of one row that was not accepted; its cells show what was typed.
    """
    return [_row(table, row.record, edited) for row in table.rows]


def _row(table, status, edited) -> Row:
    cells = [_cell(column, status) for column in table.columns]
    if edited is not None and edited.status.pk == status.pk:
        for cell in cells:
            if cell.name in edited.fields:
                cell.editor = edited[cell.name]
                cell.errors = (*edited[cell.name].errors, *edited.non_field_errors())
                if cell.errors:
                    described = {"aria-invalid": "true", "aria-describedby": f"{cell.editor.auto_id}_error"}
                    cell.editor.field.widget.attrs |= described
    return Row(status, cells, hub=hub_of(status))


def hub_of(status: Status) -> str:
    """Return the address of the open orders at `status`."""
    return f"{reverse('preproduction:order_list')}?status={status.pk}"


def _cell(column, status) -> Cell:
    value = getattr(status, f"{column.name}_id", getattr(status, column.name))
    if column.name in TOGGLES:
        return Cell(column.name, column.header, "true" if value else "false", "Yes" if value else "No")
    words = getattr(status, column.name)
    return Cell(
        column.name, column.header, "" if value is None else str(value), "" if words is None else str(words)
    )
