from django import forms


class NotDrawn(forms.HiddenInput):
    def render(self, name, value, attrs=None, renderer=None):
        return ""


class RequestKeyField(forms.UUIDField):
    """The request key of a form whose operation asks for it.  {% csrf_token %} has drawn it already."""

    widget = NotDrawn


class KeysField(forms.Field):
    """A list of primary keys, sent as repeated values.  What is not a number is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        keys = (
            int(key) for key in value or () if str(key).isascii() and str(key).isdigit() and len(key) < 19
        )
        return list(dict.fromkeys(keys))
