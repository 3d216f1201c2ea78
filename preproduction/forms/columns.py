from django import forms

from preproduction.tables.columns import choices


class ColumnsForm(forms.Form):
    """Which columns one wants to see in Preproduction Orders; the order number is always there."""

    columns = forms.MultipleChoiceField(
        label="Columns",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose a column, or the usual ones."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = choices()
