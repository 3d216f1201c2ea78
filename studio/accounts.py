from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.shortcuts import resolve_url


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """People are added by an administrator; nobody signs up."""
        return False

    def is_ajax(self, request):
        """Answer whoever asks with a page: allauth would send JSON to those who send it."""
        return False

    def get_password_change_redirect_url(self, request):
        return resolve_url(settings.LOGIN_REDIRECT_URL)


class RoleBackend(ModelBackend):
    """Sign in by user name and password.  The demo's published passwords open nothing but a demo database."""

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and (not user.is_demo or user.demo_is_loaded())

    def get_user(self, user_id):
        user = super().get_user(user_id)
        return user if user and self.user_can_authenticate(user) else None
