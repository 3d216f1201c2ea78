from django import forms


class KeysField(forms.Field):
    """A list of primary keys, sent as repeated values.  What is not a number is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        keys = (
            int(key) for key in value or () if str(key).isascii() and str(key).isdigit() and len(key) < 19
        )
        return list(dict.fromkeys(keys))
