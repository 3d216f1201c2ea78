"""Users, their passwords and second factors, as an administrator keeps them."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from studio import access, maintenance_log, people
from studio.forms.people import PasswordForm, UnprovenUserForm, UserForm
from studio.models import User
from studio.sign_in import known_browser, proof, tries
from studio.tables import UserTable
from studio.views.lists import delete_record, edit_record, show_list


@require_safe
@access.requires("manage_people")
def user_list(request):
    return show_list(
        request,
        # Somebody of two departments may be found through both.
        User.objects.prefetch_related("departments").distinct(),
        UserTable,
        title="Users",
        search=("found_by", "departments__found_by"),
        noun="users",
        new_words="New User",
        new_url=reverse("studio:user_create"),
        empty_text="Everybody who works orders is a user.",
    )


@access.requires("manage_people")
def user_edit(request, pk=None, *, refusal=""):
    user = get_object_or_404(User, pk=pk) if pk is not None else User()

    def done(saved):
        # Nobody can sign in without a password, so that is what comes next.
        if pk:
            return reverse("studio:user_list")
        return reverse("studio:user_password", args=[saved.pk])

    return edit_record(
        request,
        UserForm if proof.is_fresh(request) else UnprovenUserForm,
        user,
        template="studio/user_form.html",
        title=str(user) if pk else "New User",
        parent="Users",
        back=reverse("studio:user_list"),
        done=done,
        delete_url=pk and reverse("studio:user_delete", args=[pk]),
        has_second_factor=bool(pk) and people.has_second_factor(user),
        refusal=refusal,
    )


@require_POST
@access.requires("manage_people")
def user_delete(request, pk):
    return delete_record(
        request,
        get_object_or_404(User, pk=pk),
        back=reverse("studio:user_list"),
        delete=lambda user: people.delete_user(user, by=request.user),
        page=user_edit,
    )


@never_cache
@sensitive_post_parameters()
@access.requires("manage_people")
@proof.required(back=lambda pk: reverse("studio:user_password", args=[pk]))
def user_password(request, pk):
    """Two ways to let somebody in: a link with which they set a password themselves, or a password set for them."""
    user = get_object_or_404(User, pk=pk)
    wants_link = request.method == "POST" and "make_link" in request.POST
    form = PasswordForm(user, request.POST if request.method == "POST" and not wants_link else None)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            form.save()
            maintenance_log.note_secret(user, "password", by=request.user)
            tries.unlock(user.username)
        if user == request.user:
            update_session_auth_hash(request, user)
        messages.success(request, f"The password of {user} is set.")
        return redirect("studio:user_edit", pk)
    context = {
        "person": user,
        "form": form,
        "link": request.build_absolute_uri(people.password_link(user)) if wants_link else "",
        "is_demo": user.is_demo,
    }
    return render(request, "studio/user_password.html", context, status=422 if form.is_bound else 200)


@require_POST
@access.requires("manage_people")
@proof.required(back=lambda pk: reverse("studio:user_edit", args=[pk]))
def user_remove_second_factor(request, pk):
    user = get_object_or_404(User, pk=pk)
    with transaction.atomic():
        people.remove_second_factor(user)
        maintenance_log.note_secret(user, "second_factor", by=request.user)
    messages.success(request, f"The second factor of {user} is removed. They can set up a new one.")
    return redirect("studio:user_edit", pk)


class SetPasswordByLink(PasswordResetConfirmView):
    """Where the one-time link leads.  Django moves its token into the session, so that no log or referrer has it."""

    template_name = "account/set_password.html"
    success_url = reverse_lazy("account_login")
    token_generator = people.link_tokens

    def get_user(self, uidb64):
        user = super().get_user(uidb64)
        return user if user and people.may_sign_in(user) else None

    def form_valid(self, form):
        """Open the door that guesses had closed, in this browser for good: whoever has the link is who they say."""
        response = super().form_valid(form)
        tries.unlock(self.user.username)
        known_browser.remember(self.request, response, self.user)
        messages.success(self.request, "Your password is set. Sign in with it.")
        return response
