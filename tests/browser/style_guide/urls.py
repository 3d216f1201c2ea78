"""The style guide: every component on three pages, for the tests in test_look.py; no address of the product.

To look at it:  ROOT_URLCONF is the only setting to change, to this module.
"""

from datetime import date, timedelta
from pathlib import Path

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django_tables2 import RequestConfig

from studio import access
from studio.forms.search_box import SearchBox
from studio.templatetags.components import badge
from studio.urls import urlpatterns as product

PAGES = Path(__file__).parent
TODAY = date(2026, 6, 10)
STATUSES = [
    ("Images selected", ""),
    ("Sent to lab", "info"),
    ("Proofs checked", "accent"),
    ("Delivered", "success"),
]
NAMES = [
    "Anna & Bob O’Brien",
    "María José Fernández de la Cruz y Montenegro",
    "Ελένη Παπαδοπούλου",
    "王小明",
    "Smith",
]


class Row(dict):
    pk = property(lambda self: self["number"])

    def __str__(self):
        return f"order {self['number']}"


ROWS = [
    Row(
        number=1001 + n,
        client=NAMES[n % 5],
        status=STATUSES[n % 4],
        due=TODAY + timedelta(days=n % 13 - 5),
        user=["Dana Lee", None][n % 2],
        images=n * 7,
    )
    for n in range(60)
]


class OrderTable(tables.Table):
    number = tables.Column(
        "Order No.",
        linkify=lambda value: f"/guide/detail/?number={value}",
        attrs={"td": {"class": "card-title"}},
    )
    client = tables.Column("Client")
    status = tables.Column("Status")
    due = tables.Column("Due Date")
    user = tables.Column("User")
    images = tables.Column("Images", attrs={"cell": {"class": "num"}})

    def render_status(self, value):
        return badge(*value)


class FilterForm(forms.Form):
    q = forms.CharField(
        label="Search",
        required=False,
        widget=SearchBox(),
    )
    status = forms.ChoiceField(label="Status", choices=[("", "Any"), ("1", "Sent to lab")], required=False)
    late = forms.BooleanField(label="Late only", required=False)


class EveryFieldForm(forms.Form):
    title = forms.CharField(label="Title", help_text="What the studio calls it.", max_length=60)
    status = forms.ChoiceField(label="Change To Status", choices=[("1", "Sent to lab"), ("2", "At lab")])
    day = forms.DateField(label="Date Completed", required=False, initial=TODAY)
    amount = forms.DecimalField(label="Amount", required=False)
    days = forms.MultipleChoiceField(
        label="Days",
        choices=[("0", "Monday"), ("1", "Tuesday")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    kind = forms.ChoiceField(
        label="Kind",
        choices=[("b", "Business days"), ("c", "Calendar days")],
        widget=forms.RadioSelect,
        initial="b",
    )
    several = forms.MultipleChoiceField(label="Several", choices=[("0", "One"), ("1", "Two")], required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    paper = forms.FileField(label="Paper", required=False)
    silent = forms.BooleanField(
        label="Respect Do Not Contact", required=False, help_text="Some want silence."
    )


def show(request, page, context, status=200):
    template = engines["django"].from_string((PAGES / page).read_text())
    return HttpResponse(template.render(context, request), status=status)


@access.requires("see_work")
def guide_list(request):
    table = OrderTable([] if "none" in request.GET else ROWS)
    RequestConfig(request, paginate={"per_page": 25}).configure(table)
    return show(request, "list.html", {"table": table, "form": FilterForm(request.GET or None)})


@access.requires("see_work")
def guide_detail(request):
    return show(request, "detail.html", {"table": OrderTable(ROWS[:4], orderable=False), "today": TODAY})


@access.requires("see_work")
def guide_form(request):
    form = EveryFieldForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            messages.success(request, f"{form.cleaned_data['title']} is saved.")
            return redirect("/guide/detail/")
        form.add_error(None, "Maya advanced this order to “At lab” two minutes ago. Nothing was changed.")
    return show(request, "form.html", {"form": form}, status=422 if form.errors else 200)


@access.requires("see_work")
def guide_count(request):
    """Count the posts of this session, so that a test can see how often a form was sent."""
    request.session["posts"] = request.session.get("posts", 0) + (request.method == "POST")
    return HttpResponse(str(request.session["posts"]), content_type="text/plain")


urlpatterns = [
    *product,
    path("guide/list/", guide_list),
    path("guide/detail/", guide_detail),
    path("guide/form/", guide_form),
    path("guide/count/", guide_count),
]
