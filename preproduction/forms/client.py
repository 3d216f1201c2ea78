from django import forms


class PageForm(forms.Form):
    """Which page of the client's sessions and orders is shown."""

    sessions = forms.IntegerField(min_value=1, max_value=100_000, required=False)
    orders = forms.IntegerField(min_value=1, max_value=100_000, required=False)

    def number(self, name) -> int:
        return (self.cleaned_data.get(name) if self.is_valid() else None) or 1
