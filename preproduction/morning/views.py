"""One's own morning mail: of which orders, and what it would say this morning."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preproduction.models import MorningMail
from preproduction.morning.facts import Day, scope_for
from preproduction.morning.forms import MorningMailForm
from preproduction.morning.mail import morning_of
from studio import access, work_calendar

Scope = MorningMail.Scope


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("see_work")
def morning_mail(request):
    """Choose it, and look at it as it would be."""
    person = request.user
    stored = MorningMail.objects.filter(person=person).first()
    scope = scope_for(person, stored.scope) if stored else Scope.OFF
    form = MorningMailForm(request.POST or None, person=person, initial={"scope": scope})
    if form.is_valid():
        chosen = form.cleaned_data["scope"]
        site = request.build_absolute_uri("/").rstrip("/")
        MorningMail.objects.update_or_create(person=person, defaults={"scope": chosen, "site": site})
        messages.success(request, _said(chosen, request.preferences.morning_mail_hour))
        return redirect("morning:morning_mail")
    day = Day(timezone.localdate(), work_calendar.of_request(request))
    shown = scope if scope != Scope.OFF else scope_for(person, Scope.STUDIO)
    context = {
        "form": form,
        "is_off": scope == Scope.OFF,
        "shown": Scope(shown).label,
        "hour": request.preferences.get_morning_mail_hour_display(),
        "morning": morning_of(person, shown, day),
        "is_business_day": day.calendar.is_business_day(day.today),
    }
    return render(request, "preproduction/morning/choose.html", context, status=422 if form.errors else 200)


def _said(chosen, hour):
    if chosen == Scope.OFF:
        return "No morning mail any more."
    return f"Morning mail is on: {Scope(chosen).label.lower()}, from {hour:02}:00 on business days."
