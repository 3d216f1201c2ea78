from contextlib import suppress

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from studio import tasks
from studio.forms.sign_in import ForgottenForm
from studio.sign_in import forgotten, tries
from studio.sign_in.client_address import client_address


@login_not_required
@never_cache
def forgotten_password(request):
    """Say the same to everybody: what was asked for is the worker's to know."""
    can_mail = forgotten.mail_is_set_up()
    form = ForgottenForm(request.POST if request.method == "POST" and can_mail else None)
    is_asked = form.is_valid()
    if is_asked:
        name = form.cleaned_data["username"]
        with suppress(tries.TooManyTries):
            tries.take(tries.of_mail(name, client_address(request)))
            tasks.mail_password_link(name, request.build_absolute_uri("/").rstrip("/"))
    context = {"form": form, "can_mail": can_mail, "is_asked": is_asked}
    return render(
        request, "account/forgotten.html", context, status=422 if form.is_bound and not is_asked else 200
    )
