"""A new studio leads everybody to one page, where whoever has the code from the terminal becomes its administrator."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from studio import first_administrator, installation
from studio.models import FirstCode, MaintenanceChange, SignInTry, User
from tests.security import crawl
from tests.security.test_fuzz_forms import first_of_each, fuzz

PAGE = reverse("first_administrator")
PHRASE = "a long enough pass phrase"


def sent(shown, **changed):
    return {
        "code": shown,
        "first_name": "Ada",
        "last_name": "Vane",
        "username": "ada",
        "email": "",
        "password1": PHRASE,
        "password2": PHRASE,
        **changed,
    }


@pytest.fixture
def code(db):
    return first_administrator.new_code()


def test_every_address_of_a_new_studio_leads_to_the_page(db, client):
    for address in ("/", reverse("account_login"), reverse("forgotten_password"), "/maintenance/users/"):
        assert client.get(address).headers["Location"] == PAGE
    assert "Nobody can sign in here yet." in client.get(PAGE).text


def test_with_the_code_one_becomes_administrator_and_is_signed_in(client, code):
    answer = client.post(PAGE, sent(f" {code.lower()} "), follow=True)
    assert answer.request["PATH_INFO"] == reverse("preproduction:home")
    ada = User.objects.get()
    assert (str(ada), ada.role, ada.check_password(PHRASE)) == ("Ada Vane", "administrator", True)
    assert MaintenanceChange.objects.get().by == ada
    # As after signing in: she adds people without typing the password again.
    assert client.get(reverse("studio:user_password", args=[ada.pk])).status_code == 200
    assert not SignInTry.objects.exists()


def test_once_there_is_somebody_the_page_is_closed_and_the_code_is_gone(client, code):
    client.post(PAGE, sent(code))
    assert not FirstCode.objects.exists()
    stranger = Browser()
    for answer in (stranger.get(PAGE), stranger.post(PAGE, sent(code, username="eve"))):
        assert answer.headers["Location"] == reverse("account_login")
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="Somebody can sign in already"):
        call_command("first_administrator")
    call_command("first_administrator", "--if-new")


def test_of_two_with_the_same_code_one_is_made(client, code):
    """The second has passed all checks of the form when the first is stored."""
    first_administrator.make(User(username="ada"), code=code)
    with pytest.raises(first_administrator.OperationRefused, match="Somebody has used this code"):
        first_administrator.make(User(username="eve"), code=code)
    assert User.objects.get().username == "ada"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code": "AAAA-BBBB-CCCC"}, "This is not the code."),
        ({"code": ""}, "This field is required."),
        ({"password1": "lumen", "password2": "lumen"}, "too short"),
        ({"password1": "password123", "password2": "password123"}, "too common"),
        ({"password2": "another phrase"}, "didn’t match"),
        ({"username": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_made(client, code, changed, said):
    answer = client.post(PAGE, sent(code, **changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert not User.objects.exists()
    assert FirstCode.objects.exists()


def test_codes_are_tried_five_times_and_then_no_more_for_minutes(client, code):
    for _ in range(5):
        assert "This is not the code." in client.post(PAGE, sent("guess")).text
    assert "Too many wrong codes. Try again in 5 minutes." in client.post(PAGE, sent(code)).text
    elsewhere = client.post(PAGE, sent(code), REMOTE_ADDR="192.0.2.9")
    assert elsewhere.status_code == 302


@pytest.mark.slow
def test_hostile_input_makes_nobody_and_breaks_nothing(db, size, seed):
    stranger = crawl.Browser()
    (form,) = crawl.source_of(stranger.get(PAGE), PAGE).forms
    found = fuzz(stranger, form, size("hostile inputs"), seed=2 + seed, least=size("hostile forms"))
    assert not found, f"{len(found)} answers are wrong:\n{first_of_each(found)}"
    assert not User.objects.exists()


def test_the_latest_code_counts_and_none_is_stored(code):
    newer = first_administrator.new_code()
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", newer)
    assert not first_administrator.is_the_code(code)
    assert first_administrator.is_the_code(newer)
    stored = str(FirstCode.objects.values().get())
    assert newer not in stored
    assert newer.replace("-", "") not in stored


@pytest.mark.parametrize(
    ("environ", "has_own", "studio", "said"),
    [
        ({}, False, "demo", "This works on the demo"),
        ({}, True, "own", "This works on your own studio"),
        ({"STUDIO": "demo"}, True, "demo", ""),
        ({"DATABASE_URL": "postgres:///studio"}, True, None, ""),
        ({"DATABASE_URL_FILE": "/run/secrets/database"}, True, None, ""),
        ({"DATA_DIR": "/srv/studio"}, True, None, ""),
        ({"PRODUCTION": "true"}, True, None, ""),
    ],
)
def test_a_program_works_on_ones_own_studio_where_there_is_one(tmp_path, environ, has_own, studio, said):
    if has_own:
        folder = installation.folder(tmp_path, installation.OWN)
        folder.mkdir(parents=True)
        (folder / installation.DATABASE).touch()
    sentence = installation.choose(environ, tmp_path)
    assert environ.get("STUDIO") == studio
    assert sentence.startswith(said)
    assert bool(sentence) == bool(said)


@pytest.mark.any_database
def test_the_demo_is_not_loaded_into_a_studio_of_ones_own(settings, db):
    settings.STUDIO = "own"
    with pytest.raises(CommandError, match="This is your own studio"):
        call_command("demo")
