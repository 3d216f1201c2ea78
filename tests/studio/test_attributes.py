import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates

from studio.templatetags.attributes import as_attributes

EVIL = '"><script>alert(1)</script>'


def test_attributes_are_written_as_django_writes_them():
    attrs = {
        "id": "id_name",
        "required": True,
        "disabled": False,
        "title": EVIL,
        "lang": None,
    }
    djangos = DjangoTemplates().render("django/forms/widgets/attrs.html", {"widget": {"attrs": attrs}})
    assert as_attributes(attrs) == f" {djangos}"
    assert as_attributes(attrs).startswith(' id="id_name" required title="&quot;&gt;&lt;')


def test_what_is_pasted_is_not_cut_by_the_browser_and_the_form_says_that_it_is_too_long():
    field = forms.CharField(max_length=60)
    assert "maxlength" not in str(type("Pasted", (forms.Form,), {"description": field})())
    with pytest.raises(ValidationError, match=r"at most 60 characters \(it has 75\)"):
        field.clean("x" * 75)


def test_options_are_written_as_django_writes_them():
    choices = [("", "---"), ("Europe", [("1", EVIL), ("2", "Wien")]), (3, "UTC")]
    select = forms.Select(attrs={"id": "zone"}, choices=choices)
    djangos = select.render("zone", "2", renderer=DjangoTemplates())
    assert "".join(select.render("zone", "2").split()) == "".join(djangos.split())


def test_no_wheel_turns_a_number():
    """The browser's own number fields would; see the template of the widget."""
    for field, keys in ((forms.IntegerField(min_value=0), "numeric"), (forms.DecimalField(), "decimal")):
        field.widget.attrs |= {"class": "num"}
        drawn = field.widget.render("amount", "12", {"id": "id_amount"})
        assert 'type="text"' in drawn
        assert f'inputmode="{keys}"' in drawn
        assert 'value="12"' in drawn
        assert 'class="num" id="id_amount"' in drawn
        assert not any(f" {name}=" in drawn for name in ("min", "max", "step"))
