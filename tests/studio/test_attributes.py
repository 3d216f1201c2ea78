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
