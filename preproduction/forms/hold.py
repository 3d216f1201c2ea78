from django import forms

from preproduction.models import Hold


class HoldForm(forms.ModelForm):
    class Meta:
        model = Hold
        fields = ["reason"]
        widgets = {
            "reason": forms.TextInput(attrs={"autofocus": True, "placeholder": "Client is away until May"})
        }
