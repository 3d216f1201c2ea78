from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from preproduction.moving_in.guide.forms import MovedInForm, PeopleForm, StudioForm
from preproduction.moving_in.guide.people import add_people, without_password
from preproduction.moving_in.guide.steps import STEPS
from studio import access, people, sent_once
from studio.models import CompanyPreferences
from studio.sign_in import proof
from studio.views.lists import edit_record

FOLDER = "preproduction/moving_in/guide"


@require_safe
@access.requires("maintain")
def guide(request):
    return render(request, f"{FOLDER}/guide.html")


@require_POST
@access.requires("maintain")
def guide_away(request):
    """Put the guide away for everybody, or take it out again."""
    form = MovedInForm(request.POST)
    is_moved_in = form.is_valid() and form.cleaned_data["is_moved_in"]
    CompanyPreferences.objects.get_or_create(pk=1)
    CompanyPreferences.objects.filter(pk=1).update(is_moved_in=is_moved_in)
    if is_moved_in:
        messages.success(request, "The guide is put away. It stands under Maintenance.")
    return redirect("preproduction:home")


@access.requires("set_preferences")
def guide_studio(request):
    return edit_record(
        request,
        StudioForm,
        CompanyPreferences.load(),
        template=f"{FOLDER}/studio.html",
        back=reverse("preproduction:home"),
        done=lambda saved: STEPS[1].href,
    )


@access.requires("manage_people")
def guide_people(request):
    formset = PeopleForm(request.POST or None)
    if formset.is_bound and formset.is_valid():
        people = [(form.save(commit=False), form.cleaned_data["department"]) for form in formset.filled]
        added = add_people(people, by=request.user)
        s = "" if len(added) == 1 else "s"
        messages.success(request, f"{len(added)} user{s} added. Now give each a link.")
        return redirect("moving_in:guide_links")
    context = {"formset": formset, "waiting": without_password().exists()}
    return render(request, f"{FOLDER}/people.html", context, status=422 if formset.is_bound else 200)


@never_cache
@access.requires("manage_people")
def guide_links(request):
    """Show everybody without a password; asked to, make a link for each, after it is certain who asks."""
    rows = [(person, "") for person in without_password()]
    if request.method == "POST":
        if not proof.is_fresh(request):
            return sent_once.not_yet(redirect(proof.page(reverse("moving_in:guide_links"))))
        rows = [(person, request.build_absolute_uri(people.password_link(person))) for person, _ in rows]
    return render(request, f"{FOLDER}/links.html", {"rows": rows, "is_made": request.method == "POST"})
