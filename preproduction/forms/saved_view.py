from django import forms

from preproduction.models import SavedView
from studio import access, texts


class SavedViewForm(forms.ModelForm):
    """A name for the filters in `view.query`; sharing is for those who may."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        labels = {"is_shared": "Share with everybody"}
        widgets = {"name": forms.TextInput(attrs={"autofocus": True, "placeholder": "Late at the lab"})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.owner = user
        if not access.may(user, "share_views"):
            del self.fields["is_shared"]

    def clean_name(self):
        # The owner is not typed, so that the constraint is left out of the form's own look.
        name = self.cleaned_data["name"]
        if SavedView.objects.filter(owner=self.instance.owner, name_key=texts.unique_key(name)).exists():
            raise forms.ValidationError(
                "You have a view with this name. Choose another, or delete that one first."
            )
        return name

    def clean(self):
        if len(self.instance.query) > SavedView._meta.get_field("query").max_length:
            raise forms.ValidationError("These are too many filters to be kept in a view.")
        return super().clean()
