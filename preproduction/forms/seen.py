"""Forms that remember what their page showed, so that saving touches only what the user changed."""

from copy import copy

from django import forms


class SeenForm(forms.ModelForm):
    """Each field is followed by a hidden one with the value the page showed.

    `changed_data` is then what the user changed, and not what a colleague has changed meanwhile; `changed()` and
    `seen()` are the arguments of operations.edit_order.
    """

    def __init__(self, *args, instance, **kwargs):
        # Cleaning writes what was typed on the instance; the page goes on showing what is stored.
        super().__init__(*args, instance=copy(instance), **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def changed(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def seen(self) -> dict:
        return {name: self._seen(name) for name in self.changed_data}

    def _seen(self, name):
        field = self.fields[name]
        posted = field.hidden_widget().value_from_datadict(
            self.data, self.files, self.add_initial_prefix(name)
        )
        try:
            value = field.to_python(posted)
            if isinstance(field, forms.TypedChoiceField) and value != "":
                value = field.coerce(value)
            return value
        except (forms.ValidationError, ValueError):
            # Such as a vendor that is not offered any more: surely not what is stored now.
            return None

    def refuse(self, refusal) -> None:
        """Show an OperationRefused at its field, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def see_again(self, row) -> None:
        """Let the page show what `row` says now as seen, so that saving again replaces it.

        What this user has not touched becomes what the row says, too: only a colleague has changed it.
        """
        touched = set(self.changed_data)
        self.data = self.data.copy()
        for name, field in self.fields.items():
            if not hasattr(row, name):
                continue  # of a set of forms: its key, and whether it is to go
            stored = _as_posted(field, getattr(row, name))
            self.data[self.add_initial_prefix(name)] = stored
            if name not in touched:
                self.data[self.add_prefix(name)] = stored


def _as_posted(field, value):
    value = field.prepare_value(getattr(value, "pk", value))
    return "" if value is None else str(value)
