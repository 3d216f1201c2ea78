from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, inlineformset_factory

from preproduction.forms.seen import SeenForm
from preproduction.models import ImageLine, Order

MOST_LINES = 300
CELLS = ("files", "proof_type", "proof_size", "quantity_sent", "quantity_returned")


class ImageLineForm(SeenForm):
    """One line of what was sent and what came back."""

    class Meta:
        model = ImageLine
        fields = list(CELLS)  # the set of forms appends to it

    def __init__(self, *args, instance=None, **kwargs):
        super().__init__(*args, instance=instance or ImageLine(), **kwargs)
        for name, field in self.fields.items():
            label = (
                f"{field.label}, {self.instance.files}" if self.instance.pk else f"{field.label}, new line"
            )
            field.widget.attrs |= {"class": "control-small", "aria-label": label}
            if name.startswith("quantity"):
                field.widget.attrs |= {"inputmode": "numeric"}
        for name, example in {"files": "1001-1048", "proof_type": "Lustre", "proof_size": "4 × 6"}.items():
            if not self.instance.pk:
                self.fields[name].widget.attrs["placeholder"] = example

    def line(self) -> dict:
        """The columns of a new line."""
        return {name: self.cleaned_data[name] for name in CELLS}


class BaseImageFormSet(BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Remove"
            form.fields["DELETE"].widget.attrs["aria-label"] = f"Remove {form.instance.files or 'this line'}"

    def initial_form_count(self) -> int:
        # Django takes whatever number is sent; by one below 0 new lines would pass for stored ones.
        return max(super().initial_form_count(), 0)

    def clean(self) -> None:
        super().clean()
        if super().initial_form_count() < 0:
            raise ValidationError(
                "The lines did not arrive whole. Load the page again, and send it once more."
            )

    def stored_lines(self) -> list[ImageLine]:
        """Return the lines as they are stored; to be asked before any are typed into."""
        return list(self.get_queryset())

    def see_again(self) -> None:
        """Let the page show what is typed, as an answer to the lines as they are now."""
        now = self.instance.images.in_bulk()
        for form in self.initial_forms:
            if form.instance.pk in now:
                form.see_again(now[form.instance.pk])

    @property
    def added_forms(self) -> list[ImageLineForm]:
        return [form for form in self.extra_forms if form.has_changed() and form not in self.deleted_forms]

    @property
    def was_outdated(self) -> bool:
        """Whether a line that the page showed is gone: its hidden key is not among the order's any more."""
        return any("id" in form.errors for form in self.initial_forms)


ImageFormSet = inlineformset_factory(
    Order,
    ImageLine,
    form=ImageLineForm,
    formset=BaseImageFormSet,
    extra=1,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES + 50,
    validate_max=True,
)


class AllReturnedForm(forms.Form):
    """missing: how many proofs the page said are not back yet."""

    missing = forms.IntegerField(min_value=0)
