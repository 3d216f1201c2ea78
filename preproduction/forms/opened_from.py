from django import forms


class OpenedFromForm(forms.Form):
    """From which list an order was opened: the list's query, and the order's place in it, from 0; the last is -1."""

    list = forms.CharField(required=False, max_length=2000)
    at = forms.IntegerField(min_value=-(10**9), max_value=10**9)
