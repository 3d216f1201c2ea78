from django import forms


class PinForm(forms.Form):
    """A page to be kept in the sidebar, or taken out of it."""

    page = forms.ChoiceField()
    is_pinned = forms.BooleanField(required=False)

    def __init__(self, data, *, pages):
        super().__init__(data)
        self.fields["page"].choices = [(page, page) for page in pages]
