from django import forms
from django.forms.renderers import DjangoTemplates

from studio.templatetags.attributes import as_attributes

EVIL = '"><script>alert(1)</script>'


def test_attributes_are_written_as_django_writes_them():
    attrs = {
        "id": "id_name",
        "maxlength": 1200,
        "required": True,
        "disabled": False,
        "title": EVIL,
        "lang": None,
    }
    djangos = DjangoTemplates().render("django/forms/widgets/attrs.html", {"widget": {"attrs": attrs}})
    assert as_attributes(attrs) == f" {djangos}"
    assert as_attributes(attrs).startswith(' id="id_name" maxlength="1200" required title="&quot;&gt;&lt;')


def test_options_are_written_as_django_writes_them():
    choices = [("", "---"), ("Europe", [("1", EVIL), ("2", "Wien")]), (3, "UTC")]
    select = forms.Select(attrs={"id": "zone"}, choices=choices)
    djangos = select.render("zone", "2", renderer=DjangoTemplates())
    assert "".join(select.render("zone", "2").split()) == "".join(djangos.split())
