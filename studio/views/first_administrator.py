from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from studio import first_administrator as first
from studio.forms.first_administrator import FirstAdministratorForm
from studio.refusal import OperationRefused
from studio.sign_in import known_browser
from studio.sign_in.client_address import client_address


@login_not_required
@never_cache
@sensitive_post_parameters()
def first_administrator(request):
    """Make whoever has the code the first administrator, and sign them in.  Once there is anybody, nobody else."""
    if request.set_up["users"]:
        return redirect("account_login")
    form = FirstAdministratorForm(request.POST or None, address=client_address(request))
    if form.is_valid():
        try:
            first.make(form.save(commit=False), code=form.cleaned_data["code"])
        except OperationRefused as refusal:
            form.add_error("code", str(refusal))
        else:
            return _signed_in(request, form.instance)
    return render(
        request, "account/first_administrator.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _signed_in(request, person):
    login(request, person)
    # They have just typed a password twice: it is not asked at once who they are.
    record_authentication(request, person, method="password", reauthenticated=True)
    response = redirect(settings.LOGIN_REDIRECT_URL)
    known_browser.remember(request, response, person)
    return response
