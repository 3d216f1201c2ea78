from django import forms

from triggers.models import Communication


class CommunicationForm(forms.ModelForm):
    """A call, letter, message or visit, written down by hand."""

    class Meta:
        model = Communication
        fields = ["kind", "with_whom", "summary"]
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}
