from django import forms


class OpenedFromForm(forms.Form):
    """From which list an order was opened: the list's query, and the order's place in it."""

    list = forms.CharField(required=False, max_length=2000)
    at = forms.IntegerField(min_value=0, max_value=10**9)
