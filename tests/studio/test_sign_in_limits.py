"""Guessing at passwords: how often, and that it shuts nobody out of a browser of their own."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio import people
from studio.models import SignInTry
from studio.sign_in import known_browser, tries
from tests import counting_hasher
from tests.conftest import PASSWORD
from tests.reliability.processes import in_processes, needs_fork

LOGIN = reverse("account_login")
CLOSED = "Too many wrong tries"


@pytest.fixture(autouse=True)
def compared(settings):
    """Return the list of all passwords that were compared."""
    settings.PASSWORD_HASHERS = [
        "tests.counting_hasher.CountingHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    return counting_hasher.compared


@pytest.fixture
def owner(ada, compared):
    ada.set_password(PASSWORD)
    ada.save()
    compared.clear()
    return ada


def sign_in(browser, username="ada", password=PASSWORD, *, address="192.0.2.1"):
    return browser.post(LOGIN, {"login": username, "password": password}, REMOTE_ADDR=address)


def is_in(browser):
    return "_auth_user_id" in browser.session


def later(**ago):
    """Let so much time pass for everything counted so far."""
    for row in SignInTry.objects.all():
        SignInTry.objects.filter(pk=row.pk).update(taken_at=row.taken_at - timedelta(**ago))


def test_five_wrong_passwords_close_the_door_for_five_minutes(owner, sam, compared):
    for _ in range(5):
        sign_in(Client(), password="wrong")
    compared.clear()
    answer = sign_in(Client())
    assert CLOSED in answer.text
    assert "opens again in 5 minutes" in answer.text
    assert compared == []
    # Another person behind this address, and this person from another one, get in.
    assert sign_in(Client(), "sam").status_code == 302
    assert sign_in(Client(), address="192.0.2.2").status_code == 302
    later(minutes=5)
    assert sign_in(Client()).status_code == 302


def test_a_stranger_never_keeps_the_owner_out_of_a_known_browser(owner, compared):
    known = Client()
    assert sign_in(known).status_code == 302
    known.post(reverse("account_logout"))
    compared.clear()
    for number in range(200):
        sign_in(Client(), password=f"guess {number}", address=f"198.51.100.{number % 20}")
    assert 0 < len(compared) <= 20
    assert CLOSED in sign_in(Client(), address="203.0.113.9").text
    assert sign_in(known).status_code == 302
    assert is_in(known)


@needs_fork
@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_compared_no_more_often(owner):
    def guess(process):
        counting_hasher.compared.clear()
        for number in range(20):
            sign_in(Client(), password="wrong", address=f"198.51.100.{(process + number) % 20}")
        return len(counting_hasher.compared)

    assert sum(in_processes(10, guess)) <= 20
    assert SignInTry.objects.filter(key__startswith="name:").count() == 20


def test_two_hundred_names_from_one_address_are_a_hundred_tries(owner, compared):
    for number in range(200):
        sign_in(Client(), f"name{number}", "wrong")
    assert len(compared) == 100
    assert CLOSED in sign_in(Client()).text
    assert sign_in(Client(), address="192.0.2.2").status_code == 302
    later(hours=1)
    assert sign_in(Client()).status_code == 302


def test_the_addresses_of_one_line_are_one(owner, compared):
    for number in range(200):
        sign_in(Client(), f"name{number}", "wrong", address=f"2001:db8::{number:x}")
    assert len(compared) == 100


def test_a_name_is_one_however_it_is_written(owner, compared):
    for name in ("ada", "ADA", "\uff41da", " ada ", "aDa"):
        sign_in(Client(), name, "wrong")
    compared.clear()
    assert CLOSED in sign_in(Client()).text
    assert compared == []


def test_tries_in_a_known_browser_are_limited_too(owner, compared):
    known = Client()
    sign_in(known)
    known.post(reverse("account_logout"))
    compared.clear()
    for number in range(10):
        sign_in(known, password="wrong", address=f"192.0.2.{number}")
    assert len(compared) == 5
    # A stranger's door is no more closed than before.
    assert sign_in(Client(), address="192.0.2.99").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x", "eyJpZCI6IngiLCJwZW9wbGUiOlsxXX0:1abc:forged"])
def test_a_forged_cookie_makes_no_browser_known(owner, cookie):
    for number in range(20):
        sign_in(Client(), password="wrong", address=f"192.0.2.{number}")
    browser = Client()
    browser.cookies[known_browser.COOKIE] = cookie
    assert CLOSED in sign_in(browser, address="203.0.113.9").text


def test_a_browser_known_for_a_colleague_is_not_known_for_the_owner(owner, sam):
    shared = Client()
    sign_in(shared, "sam")
    shared.post(reverse("account_logout"))
    for number in range(20):
        sign_in(Client(), password="wrong", address=f"192.0.2.{number}")
    assert CLOSED in sign_in(shared, address="203.0.113.9").text


def test_the_cookie_is_for_the_server_alone(owner, settings):
    settings.SESSION_COOKIE_SECURE = True
    browser = Client()
    sign_in(browser)
    cookie = browser.cookies[known_browser.COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert "ada" not in cookie.value


def test_right_passwords_are_not_counted(owner):
    for _ in range(30):
        assert sign_in(Client()).status_code == 302
    assert not SignInTry.objects.exists()


def test_unlock_opens_the_door_at_once(owner, capsys):
    for number in range(20):
        sign_in(Client(), password="wrong", address=f"192.0.2.{number}")
    assert CLOSED in sign_in(Client()).text
    call_command("unlock", "Ada")
    assert "may try again at once" in capsys.readouterr().out
    assert sign_in(Client()).status_code == 302
    with pytest.raises(CommandError, match="There is no user called nobody"):
        call_command("unlock", "nobody")


def test_a_link_opens_the_door_and_keeps_it_open_in_that_browser(owner):
    browser = Client()
    page = browser.get(people.password_link(owner), follow=True)
    sent = {"new_password1": "quite another phrase", "new_password2": "quite another phrase"}
    browser.post(page.request["PATH_INFO"], sent)
    for number in range(40):
        sign_in(Client(), password="wrong", address=f"192.0.2.{number}")
    assert CLOSED in sign_in(Client(), password="quite another phrase", address="203.0.113.9").text
    assert sign_in(browser, password="quite another phrase", address="203.0.113.9").status_code == 302


def test_typing_the_own_password_again_is_not_kept_back_by_strangers(as_administrator, owner):
    as_administrator.force_login(owner)
    for number in range(20):
        sign_in(Client(), password="wrong", address=f"192.0.2.{number}")
    address = reverse("account_reauthenticate")
    assert as_administrator.post(address, {"password": PASSWORD}).status_code == 302
    for _ in range(5):
        as_administrator.post(address, {"password": "wrong"})
    assert CLOSED in as_administrator.post(address, {"password": PASSWORD}).text


@pytest.mark.parametrize(("behind", "is_told"), [(None, True), (False, True), (True, False)])
def test_administrators_are_told_of_a_proxy_that_was_forgotten(
    as_administrator, as_manager, settings, preferences, behind, is_told
):
    settings.BEHIND_PROXY = behind
    headers = {"X-Forwarded-For": "192.0.2.7"}
    assert ("BEHIND_PROXY is not set" in as_administrator.get("/clients/", headers=headers).text) is is_told
    assert "BEHIND_PROXY" not in as_manager.get("/clients/", headers=headers).text
    assert "BEHIND_PROXY" not in as_administrator.get("/clients/").text


def test_without_a_proxy_the_header_of_a_stranger_counts_for_nothing(owner, compared):
    for number in range(10):
        Client().post(
            LOGIN,
            {"login": "ada", "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    assert len(compared) == 5


def test_old_tries_are_forgotten(owner):
    sign_in(Client(), "nobody", "wrong")
    later(hours=2)
    sign_in(Client())
    assert not SignInTry.objects.exists()


def test_the_minutes_to_wait_are_rounded_up():
    for seconds, minutes in ((1, 1), (60, 1), (61, 2), (299, 5)):
        assert tries.TooManyTries(timezone.now() + timedelta(seconds=seconds)).minutes == minutes
