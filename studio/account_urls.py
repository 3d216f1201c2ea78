"""Signing in, the own password, the second factor.  Of django-allauth only what is needed is routed: nobody signs up
here, and a forgotten password is our own affair (studio.sign_in.forgotten)."""

from allauth.account import views as account
from django.urls import include, path

from studio.views.first_administrator import first_administrator
from studio.views.forgotten import forgotten_password
from studio.views.people import SetPasswordByLink

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("first/", first_administrator, name="first_administrator"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/forgotten/", forgotten_password, name="forgotten_password"),
    path("password/set/<uidb64>/<token>/", SetPasswordByLink.as_view(), name="set_password"),
    path("second-factor/", include("allauth.mfa.urls")),
]
