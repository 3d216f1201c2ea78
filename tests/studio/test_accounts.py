"""Signing in: passwords, limits, the second factor, demo users, and where one lands."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse

from studio.models import CompanyPreferences, User

PASSWORD = "a long enough pass phrase"
LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def no_limits_left_over(db):
    cache.clear()


def code_now(secret=SECRET):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def sign_in(browser, username="sam", password=PASSWORD, **more):
    return browser.post(LOGIN, {"login": username, "password": password, **more})


@pytest.mark.parametrize("username", ["sam", "SAM"])
def test_people_sign_in_by_username(client, sam, username):
    assert sign_in(client, username).url == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("username", "password"), [("sam", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_password_and_an_unknown_name_read_the_same(client, sam, username, password):
    response = sign_in(client, username, password)
    assert "_auth_user_id" not in client.session
    if username:
        assert "The username and/or password you specified are not correct." in response.text
    assert 'value="wrong"' not in response.text


def test_signing_out_takes_a_post(as_staff):
    assert as_staff.get(reverse("account_logout")).status_code == 200
    assert as_staff.get("/").status_code == 200
    assert as_staff.post(reverse("account_logout")).url == LOGIN
    assert as_staff.get("/").status_code == 302


@pytest.mark.parametrize("next_url", ["/orders/", "/clients/?q=a"])
def test_one_lands_where_one_wanted_to_go(client, sam, next_url):
    assert sign_in(client, next=next_url).url == next_url


@pytest.mark.parametrize(
    "next_url",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)  # fmt: skip
def test_no_address_leads_out_of_the_studio(client, sam, next_url):
    assert sign_in(client, next=next_url).url == "/"


def test_changing_the_own_password_asks_for_the_old_one(as_staff, sam):
    address = reverse("account_change_password")
    new = {"password1": "quite another phrase", "password2": "quite another phrase"}
    as_staff.post(address, {"oldpassword": "wrong", **new})
    sam.refresh_from_db()
    assert sam.check_password(PASSWORD)
    assert as_staff.post(address, {"oldpassword": PASSWORD, **new}).url == "/"
    sam.refresh_from_db()
    assert sam.check_password("quite another phrase")
    assert as_staff.get("/").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_reset_password", "account_set_password", "mfa_add_webauthn"],
)
def test_what_the_studio_does_not_use_is_not_there(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_demo_users_sign_in_to_a_demo_only(client, sam, preferences):
    User.objects.filter(pk=sam.pk).update(is_demo=True)
    sign_in(client)
    assert "_auth_user_id" not in client.session
    CompanyPreferences.objects.update(is_demo=True)
    assert sign_in(client).status_code == 302
    assert client.get("/").status_code == 200
    # A database that stops being a demo signs them out.
    CompanyPreferences.objects.update(is_demo=False)
    assert client.get("/").status_code == 302


def set_up_second_factor(browser):
    """Walk through the pages as a person does; return the secret."""
    address = reverse("mfa_activate_totp")
    asked = browser.get(address)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert browser.post(asked.url, {"password": PASSWORD, "next": address}).url == address
    page = browser.get(address)
    secret = page.context["form"].secret
    assert 'src="data:image/svg+xml;base64,' in page.text
    done = browser.post(address, {"code": code_now(secret)})
    assert done.url == reverse("mfa_view_recovery_codes")
    return secret


def test_a_second_factor_is_set_up_and_then_asked_for(client, sam):
    sign_in(client)
    client.post(reverse("account_logout"))
    sign_in(client)
    cache.clear()
    browser = Browser()
    browser.force_login(sam)
    set_up_second_factor(browser)
    codes = browser.get(reverse("mfa_view_recovery_codes"))
    (first, *_) = codes.context["unused_codes"]
    assert first in codes.text
    assert first in browser.get(reverse("mfa_download_recovery_codes")).text

    fresh = Browser()
    assert sign_in(fresh).url == reverse("mfa_authenticate")
    assert fresh.get("/").status_code == 302
    wrong = fresh.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "_auth_user_id" not in fresh.session
    assert "Incorrect code" in wrong.text
    assert fresh.post(reverse("mfa_authenticate"), {"code": first}).url == "/"
    assert fresh.get("/").status_code == 200
    # A recovery code works once.
    again = Browser()
    sign_in(again)
    again.post(reverse("mfa_authenticate"), {"code": first})
    assert "_auth_user_id" not in again.session


def test_the_code_that_sets_the_app_up_signs_nobody_in(sam):
    browser = Browser()
    browser.force_login(sam)
    secret = set_up_second_factor(browser)
    stranger = Browser()
    sign_in(stranger)
    answer = stranger.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert "Incorrect code" in answer.text
    assert "_auth_user_id" not in stranger.session


def test_codes_are_tried_five_times_and_no_more(sam):
    TOTP.activate(sam, SECRET)
    browser = Browser()
    sign_in(browser)
    for _ in range(5):
        assert "Incorrect code" in browser.post(reverse("mfa_authenticate"), {"code": "000000"}).text
    answer = browser.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert "Too many wrong tries" in answer.text
    assert "_auth_user_id" not in browser.session
    call_command("unlock", "sam", verbosity=0)
    assert browser.post(reverse("mfa_authenticate"), {"code": code_now()}).url == "/"


def test_the_codes_of_the_app_open_the_door_once_each(client, sam):
    TOTP.activate(sam, SECRET)
    sign_in(client)
    code = code_now()
    assert client.post(reverse("mfa_authenticate"), {"code": code}).url == "/"
    second = Browser()
    sign_in(second)
    second.post(reverse("mfa_authenticate"), {"code": code})
    assert "_auth_user_id" not in second.session


@pytest.fixture
def required(preferences):
    CompanyPreferences.objects.update(require_second_factor=True)


def test_administrators_set_up_a_second_factor_first_where_it_is_required(as_administrator, ada, required):
    for address in ("/", "/maintenance/users/", "/orders/", reverse("mfa_index")):
        assert as_administrator.get(address).url == reverse("mfa_activate_totp"), address
    assert as_administrator.post("/maintenance/departments/new/", {"name": "x"}).status_code == 302
    set_up_second_factor(as_administrator)
    assert as_administrator.get("/").status_code == 200
    assert Authenticator.objects.filter(user=ada, type="totp").exists()


def test_they_may_leave_instead(as_administrator, required):
    assert as_administrator.post(reverse("account_logout")).url == LOGIN


def test_others_are_not_asked(as_staff, as_manager, required):
    assert as_staff.get("/").status_code == as_manager.get("/").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
     "mfa_index"],
)  # fmt: skip
def test_pages_of_accounts_obey_the_policy(as_staff, client, name):
    browser = client if name in ("account_login", "account_inactive") else as_staff
    page = browser.get(reverse(name))
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert " style=" not in page.text
    assert (
        "script-src" in page.headers["Content-Security-Policy"]
        or "default-src 'self'" in page.headers["Content-Security-Policy"]
    )


def test_signing_in_answers_json_with_a_page(client, sam, preferences):
    answer = client.post("/accounts/login/", {"login": "sam"}, content_type="application/json")
    assert answer["Content-Type"].startswith("text/html")
    assert "<title>" in answer.content.decode()
