"""The forms of an import: the files, what their columns are, and what is answered before it begins."""

from collections.abc import Sequence

from django import forms

from preproduction.models import ImportRun
from preproduction.moving_in.importing.cells import DayOrder
from preproduction.moving_in.importing.clients import ANOTHER, TWIN
from preproduction.moving_in.importing.columns import Form, Kind
from preproduction.moving_in.importing.kinds import KINDS
from preproduction.moving_in.importing.sheets import Layout, digest, match, missing
from studio.uploads import MOST_MEGABYTES

MOST_FILES = 10
LONGEST_NAME = 120
LEAVE_OUT = "Leave this sheet out"
DAY_ORDERS = [
    ("", "Not needed: no day could be read in two ways"),
    (DayOrder.DAY_FIRST.value, "Day first: 31.12.2026, 31/12/2026"),
    (DayOrder.MONTH_FIRST.value, "Month first: 12/31/2026"),
]


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once.  Returns a list."""

    widget = ManyFiles(attrs={"accept": ".xlsx,.xlsm,.csv,.tsv,.txt"})

    def clean(self, data, initial=None):
        sent = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(each, initial) for each in sent if each is not None] or [
            super().clean(None, initial)
        ]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"Send at most {MOST_FILES} files at once.")
        for file in files:
            if not file.name.isprintable() or len(file.name) > LONGEST_NAME:
                raise forms.ValidationError("Give the file a shorter name, of letters that can be seen.")
        return files


class UploadForm(forms.Form):
    files = FilesField(
        label="Files",
        allow_empty_file=True,  # the reader says of which file it is
        help_text=(
            f"One or several, .xlsx or .csv, up to {MOST_MEGABYTES} MB together. Nothing is imported yet: "
            "you first see what would become of every row."
        ),
    )


class SheetForm(forms.Form):
    """What is in one sheet, and in each of its columns.

    names:     of the columns, as the sheet has them.
    first_row: the number of the row they stand in where none was recognised.
    """

    kind = forms.ChoiceField(
        label="What is in it",
        required=False,
        choices=[("", LEAVE_OUT), *((kind.value, KINDS[kind].many) for kind in Kind)],
        help_text="Choose another and save: the columns are then looked for anew.",
    )
    day_order = forms.ChoiceField(
        label="How days are written",
        required=False,
        choices=DAY_ORDERS,
        help_text="Only of days that are text.",
    )

    def __init__(self, data, *, layout: Layout, names: Sequence[str], first_row: int, prefix: str):
        initial = {"kind": layout.kind, "day_order": layout.day_order}
        super().__init__(data, prefix=prefix, initial=initial)
        self.layout, self.names, self.first_row = layout, list(names), first_row
        kind = layout.sheet_kind
        self.has_days = kind is not None and any(column.form == Form.DAY for column in kind.columns)
        if not self.has_days:
            del self.fields["day_order"]
        fields = (
            [("", "Leave out"), *((column.name, column.label) for column in kind.columns)] if kind else []
        )
        at = {place: name for name, place in layout.columns.items()}
        for place, name in enumerate(self.names) if kind else ():
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name or f"Column {place + 1}", required=False, choices=fields, initial=at.get(place, "")
            )

    def columns(self) -> list:
        """Return the bound fields of the columns."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    @property
    def has_another_kind(self) -> bool:
        return self.cleaned_data["kind"] != self.layout.kind

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") and not self.has_another_kind:
            self._check_columns(cleaned)
        return cleaned

    def _check_columns(self, cleaned):
        chosen: dict[str, int] = {}
        for place in range(len(self.names)):
            name = cleaned.get(f"column_{place}")
            if name and name in chosen:
                label = self.layout.sheet_kind.column(name).label
                self.add_error(f"column_{place}", f"Another column is {label} already.")
            elif name:
                chosen[name] = place
        cleaned["columns"] = chosen
        if sentence := missing(KINDS[Kind(cleaned["kind"])], chosen):
            self.add_error(None, sentence)

    def changed_layout(self) -> Layout:
        """Return the layout that was chosen; with the columns looked for anew where it is of another kind."""
        layout = self.layout
        layout.day_order = self.cleaned_data.get("day_order", "")
        if self.has_another_kind:
            layout.kind = self.cleaned_data["kind"]
            kind = layout.sheet_kind
            layout.columns = match(kind, self.names) if kind else {}
            layout.header = layout.header or self.first_row
            layout.digest = digest(self.names)
            layout.asks = bool(kind and missing(kind, layout.columns))
        elif layout.kind:
            layout.columns, layout.asks = self.cleaned_data["columns"], False
        else:
            layout.asks = False
        return layout


# What else the files would make; of each the names are in ImportRun.rehearsed.
TO_BE_MADE = {
    "types": "Session types to be made",
    "vendors": "Vendors to be made",
    "statuses": "Statuses to be made",
    "former": "Former statuses to be made, inactive",
}
SAID_OF = {
    "statuses": (
        "Orders stand at them, and they are not here. They are made at the end of your list, neither initial nor "
        "final; a sheet of statuses says more. Rows of those that you untick are refused."
    ),
    "former": "Only Status Notes name them. Status Notes with one that you untick are refused.",
}


class AnswersForm(forms.Form):
    """What is answered before an import begins.

    doubtful: as rehearsing.named() gives them.
    """

    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    overwrite = forms.BooleanField(
        label="Take what the files say for records that are here already and differ",
        required=False,
        help_text=(
            "Example: the file has another phone for a client. Left empty, the phone here stays. "
            "Cells without anything never take anything away."
        ),
    )

    def __init__(self, data, *, run: ImportRun, doubtful: Sequence[dict] = ()):
        self.to_be_made = {what: run.rehearsed.get(what, {}) for what in TO_BE_MADE}
        super().__init__(
            data,
            initial={
                "seen": run.touched_at.isoformat(),
                "overwrite": run.choices.get("overwrite", False),
                **{
                    what: [key for key in names if key not in run.choices.get(what, ())]
                    for what, names in self.to_be_made.items()
                },
            },
        )
        self.doubtful = list(doubtful)
        for what, names in self.to_be_made.items():
            if names:
                self.fields[what] = forms.MultipleChoiceField(
                    label=TO_BE_MADE[what],
                    required=False,
                    choices=list(names.items()),
                    widget=forms.CheckboxSelectMultiple,
                    help_text=SAID_OF.get(
                        what, "They are in the files and not here. Rows of those that you untick are refused."
                    ),
                )
        answered = run.choices.get("doubtful", {})
        for each in self.doubtful:
            key = f"{each['sheet']}:{each['row']}"
            self.fields[f"doubtful_{key}"] = forms.ChoiceField(
                label=f"Row {each['row']}: {each['name']}"
                + (f" ({each['reached']})" if each["reached"] else ""),
                required=False,
                choices=_answers(each["candidates"]),
                initial=answered.get(key, ""),
            )

    def answers(self, before: dict) -> dict:
        """Return the run's choices: what was answered before, and what is answered now."""
        doubtful = dict(before.get("doubtful", {}))
        for name, value in self.cleaned_data.items():
            if name.startswith("doubtful_"):
                doubtful[name.removeprefix("doubtful_")] = value
        left_out = {
            what: [key for key in names if key not in self.cleaned_data.get(what, names)]
            for what, names in self.to_be_made.items()
        }
        return {
            "overwrite": self.cleaned_data["overwrite"],
            **left_out,
            "doubtful": {key: value for key, value in doubtful.items() if value},
        }


def _answers(candidates: list) -> list[tuple[str, str]]:
    same = {}
    for key, name, reached in candidates[:20]:
        if key > 0:
            same[str(key)] = f"The same as {name}, {reached or 'without phone or email'}"
        else:
            same[TWIN] = "The same as the one of this name in these files" + (
                f" ({reached})" if reached else ""
            )
    return [("", "Leave the row out"), *same.items(), (ANOTHER, "Another client of the same name")]
