from django import forms

from preproduction.models import CustomField, CustomValue
from studio import texts
from studio.fields import LineFormField, PlainText


class CustomFieldForm(forms.ModelForm):
    """A label of the studio's own, on Maintenance."""

    class Meta:
        model = CustomField
        fields = ["label", "is_inactive"]
        help_texts = {"is_inactive": "Not offered any more. What was entered stays on its orders."}

    def clean(self):
        cleaned = super().clean()
        label = texts.unique_key(cleaned.get("label", ""))
        others = CustomField.objects.active().exclude(pk=self.instance.pk)
        if not cleaned.get("is_inactive") and any(label == texts.unique_key(other.label) for other in others):
            self.add_error("label", "Another active field has this label.")
        return cleaned


class NewCustomFieldForm(CustomFieldForm):
    class Meta(CustomFieldForm.Meta):
        fields = ["label"]


class CustomValuesForm(forms.Form):
    """The Custom tab of one order: a line of text for each field of the studio's own."""

    def __init__(self, *args, order, fields, values, **kwargs):
        """fields: those to show.  values: what the order has, CustomValue by key of the field."""
        super().__init__(*args, prefix="custom", **kwargs)
        self.order, self.known = order, {f"field-{field.pk}": field for field in fields}
        for name, field in self.known.items():
            self.fields[name] = LineFormField(
                label=f"{field.label} (inactive)" if field.is_inactive else field.label,
                max_length=CustomValue._meta.get_field("value").max_length,
                required=False,
                validators=[PlainText()],
                initial=values[field.pk].value if field.pk in values else "",
                show_hidden_initial=True,
            )

    def changes(self) -> dict:
        """Return the keywords of operations.set_custom_values."""
        return {
            "values": {self.known[name]: self.cleaned_data[name] for name in self.changed_data},
            "seen": {self.known[name]: self._seen(name) for name in self.changed_data},
        }

    def see_again(self) -> None:
        """Let the page show what the fields say now as seen, so that saving again replaces it.

        What this user has not touched becomes what it says now, too: only a colleague has changed it.
        """
        touched = set(self.changed_data)
        self.data = self.data.copy()
        for name, field in self.fields.items():
            self.data[self.add_initial_prefix(name)] = field.initial
            if name not in touched:
                self.data[self.add_prefix(name)] = field.initial

    def _seen(self, name: str) -> str:
        posted = self.data.get(self.add_initial_prefix(name)) or ""
        return posted.strip()
