"""A form whose session is over is kept for whoever typed it, and for nobody else, and is filled in again."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from preproduction import operations
from preproduction.models import OrderEvent
from studio.kept_forms import rows
from studio.kept_forms.origin import SALT
from studio.models import Client, KeptForm
from tests.conftest import PASSWORD
from triggers import tasks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("preferences")]

NEW_CLIENT = "/clients/new/"
LOGIN = "/accounts/login/"


def hidden(page, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', page.text)[-1]


def end_session():
    Session.objects.all().delete()


def sign_in(browser, address, username="sam"):
    """Sign in on the page that `address` is; return where that leads."""
    page = browser.get(address)
    assert page.status_code == 200
    found = re.search(r'name="next" value="([^"]*)"', page.text)
    next_page = found[1].replace("&amp;", "&") if found else ""
    answer = browser.post(LOGIN, {"login": username, "password": PASSWORD, "next": next_page})
    assert answer.status_code == 302
    return answer["Location"]


@pytest.fixture
def typed(as_staff):
    """Return what the form of a new client sends."""
    page = as_staff.get(NEW_CLIENT)
    return {
        "name": "Greta Stone",
        "notes": "<b>Calls</b> &\r\n  twice",
        "do_not_contact": "on",
        "form_page": hidden(page, "form_page"),
        "request_key": hidden(page, "request_key"),
        "seen": hidden(page, "seen"),
    }


@pytest.fixture
def kept(as_staff, typed):
    """Return the answer to a form whose session was killed meanwhile."""
    end_session()
    return as_staff.post(NEW_CLIENT, typed)


def test_what_was_typed_is_in_its_form_again(as_staff, kept):
    assert kept.status_code == 302
    assert not Client.objects.exists()
    assert "sign in as sam" in as_staff.get(kept["Location"]).text
    page = as_staff.get(sign_in(as_staff, kept["Location"]))
    assert 'value="Greta Stone"' in page.text
    assert "&lt;b&gt;Calls&lt;/b&gt; &amp;\n  twice</textarea>" in page.text.replace("\r\n", "\n")
    assert re.search(r'<input[^>]*name="do_not_contact"[^>]* checked', page.text)
    assert "Nothing was saved yet." in page.text
    assert not Client.objects.exists()


def test_it_is_told_once_more_after_a_wrong_password(as_staff, kept):
    wrong = as_staff.post(LOGIN, {"login": "sam", "password": "no", "next": kept["Location"]})
    assert "What Sam Okafor typed is kept for an hour" in wrong.text


def test_the_form_filled_in_again_is_saved_once(as_staff, typed, kept):
    """Under its own key: if it was saved before, and only the answer was lost, it is not saved again."""
    page = as_staff.get(sign_in(as_staff, kept["Location"]))
    assert hidden(page, "request_key") == typed["request_key"]
    again = {**typed, "form_page": hidden(page, "form_page"), "kept_form": hidden(page, "kept_form")}
    for _ in range(2):
        assert as_staff.post(NEW_CLIENT, again)["Location"] == Client.objects.get().get_absolute_url()
    assert not KeptForm.objects.exists()


def test_one_that_is_refused_stays_kept(as_staff, typed, kept):
    page = as_staff.get(sign_in(as_staff, kept["Location"]))
    assert as_staff.post(NEW_CLIENT, {"name": "", "kept_form": hidden(page, "kept_form")}).status_code == 422
    assert KeptForm.objects.exists()


def test_its_page_can_be_opened_again_while_it_is_kept(as_staff, kept):
    address = sign_in(as_staff, kept["Location"])
    for _ in range(2):
        assert "Greta Stone" in as_staff.get(address).text
    assert "kept=" not in as_staff.get(address).text  # no link of the page carries it along


def test_who_was_idle_finds_it_again(as_staff, typed, preferences):
    preferences.sign_out_after = 30
    preferences.save()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        as_staff.get(NEW_CLIENT)
        clock.shift(timedelta(minutes=31))
        answer = as_staff.post(NEW_CLIENT, typed)
        page = as_staff.get(answer["Location"]).text
        assert "nothing was done here for 30 minutes" in page
        assert "Sam Okafor typed" in page
        assert "Greta Stone" in as_staff.get(sign_in(as_staff, answer["Location"])).text


def test_a_second_factor_stands_between(as_staff, sam, kept):
    secret = generate_totp_secret()
    TOTP.activate(sam, secret)
    asked = sign_in(as_staff, kept["Location"])
    assert "What Sam Okafor typed" in as_staff.get(asked).text
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    answer = as_staff.post(asked, {"code": code})
    assert "Greta Stone" in as_staff.get(answer["Location"]).text


def test_signed_in_again_in_another_tab(sam):
    """The token against forged forms is another one since; whoever typed it is the same."""
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(sam)
    page = browser.get(NEW_CLIENT)
    sent = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "form_page", "request_key")}
    browser.logout()
    browser.force_login(sam)
    browser.cookies["csrftoken"] = "b" * 32
    answer = browser.post(NEW_CLIENT, {**sent, "name": "Greta Stone"})
    assert answer["Location"].startswith(f"{NEW_CLIENT}?kept=")
    assert 'value="Greta Stone"' in browser.get(answer["Location"]).text
    assert not Client.objects.exists()


def test_control_a_forged_form_is_refused(sam):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(sam)
    browser.get(NEW_CLIENT)
    assert browser.post(NEW_CLIENT, {"name": "Greta Stone"}).status_code == 403
    assert not KeptForm.objects.exists()


def test_a_stale_page_for_signing_in_leads_to_a_fresh_one(db):
    browser = Browser(enforce_csrf_checks=True)
    answer = browser.post(LOGIN, {"login": "sam", "password": PASSWORD, "next": "/orders/"})
    assert answer["Location"] == f"{LOGIN}?next=%2Forders%2F"


def test_another_user_does_not_send_it_and_does_not_see_it(as_staff, typed, mia):
    as_staff.force_login(mia)
    answer = as_staff.post(NEW_CLIENT, typed)
    assert answer.status_code == 409
    assert "Sam Okafor typed it, and you are signed in as Mia Lindqvist." in answer.text
    assert not Client.objects.exists()
    key = KeptForm.objects.get().key
    assert "Greta Stone" not in as_staff.get(f"{NEW_CLIENT}?kept={key}").text
    end_session()
    back = as_staff.get(sign_in(as_staff, LOGIN))
    assert "was not saved yet" in back.text
    assert f"{NEW_CLIENT}?kept={key}#kept" in back.text


def test_another_browser_does_not_see_it(as_staff, sam, kept):
    browser = Browser()
    browser.force_login(sam)
    assert "Greta Stone" not in browser.get(f"{NEW_CLIENT}?kept={KeptForm.objects.get().key}").text


def test_a_dialog_and_a_part_of_a_page_lead_the_window_to_sign_in(as_staff, typed):
    end_session()
    answer = as_staff.post(NEW_CLIENT, typed, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith(f"{LOGIN}?next=")
    assert "Greta Stone" in as_staff.get(sign_in(as_staff, answer["HX-Redirect"])).text


def test_a_form_in_a_dialog_comes_again_on_its_own_page(as_staff, order):
    htmx = {"HX-Request": "true", "X-Dialog": "1", "HX-Current-URL": "http://testserver/orders/"}
    dialog = as_staff.get(f"/orders/{order.pk}/advance/", headers=htmx)
    sent = {"form_page": hidden(dialog, "form_page"), "note": "Client likes the third"}
    end_session()
    answer = as_staff.post(f"/orders/{order.pk}/advance/", sent, headers=htmx)
    back = sign_in(as_staff, answer["HX-Redirect"])
    assert back.startswith(f"/orders/{order.pk}/advance/?next=%2Forders%2F&kept=")
    assert "Client likes the third</textarea>" in as_staff.get(back).text


def test_what_a_page_asks_by_itself_leaves_it_where_it_is(as_staff, as_administrator):
    end_session()
    for answer in (
        as_staff.get("/orders/", headers={"HX-Request": "true"}),
        as_administrator.post(
            "/maintenance/templates/preview/", {"text": "x"}, headers={"HX-Request": "true"}
        ),
    ):
        assert answer.status_code == 401
        assert "HX-Redirect" not in answer


def test_a_cell_of_the_status_list_opens_again(as_administrator, statuses):
    page = as_administrator.get("/maintenance/preproduction-statuses/")
    status = statuses["Sent to lab"]
    sent = {
        "form_page": hidden(page, "form_page"),
        "version": page.context["version"],
        "description": "At the lab",
    }
    end_session()
    htmx = {"HX-Request": "true"}
    answer = as_administrator.post(
        f"/maintenance/preproduction-statuses/{status.pk}/edit/", sent, headers=htmx
    )
    page = as_administrator.get(sign_in(as_administrator, answer["HX-Redirect"], "ada")).text
    assert re.search(
        r'<input[^>]*name="description"[^>]*value="At the lab"[^>]*form="status-draft"|'
        r'<input[^>]*form="status-draft"[^>]*value="At the lab"',
        page,
    )
    status.refresh_from_db()
    assert status.description == "Sent to lab"


def test_lines_that_a_script_has_added_are_there_again(as_staff, order):
    page = as_staff.get(order.get_absolute_url())
    sent = {
        "form_page": hidden(page, "form_page"),
        "images-TOTAL_FORMS": "4",
        "images-INITIAL_FORMS": "0",
        "images-0-files": "1001-1048",
        "images-3-files": "2001-2003",
        "images-3-quantity_sent": "3",
    }
    end_session()
    answer = as_staff.post(f"/orders/{order.pk}/images/", sent)
    page = as_staff.get(sign_in(as_staff, answer["Location"])).text
    assert re.search(r'name="images-3-files"[^>]*value="2001-2003"', page)
    assert re.search(r'name="images-TOTAL_FORMS" value="4"', page)


def test_a_button_says_that_nothing_was_done(as_manager, order):
    page = as_manager.get(order.get_absolute_url())
    end_session()
    answer = as_manager.post(f"/orders/{order.pk}/take/", {"form_page": hidden(page, "form_page")})
    page = as_manager.get(sign_in(as_manager, answer["Location"], "mia")).text
    assert "Nothing was saved yet" in page or "Nothing was done yet" in page


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(as_staff, order, as_manager):
    """The form comes back with what its user saw."""
    page = as_staff.get(f"/orders/{order.pk}/")
    sent = {"form_page": hidden(page, "form_page"), "initial-studio_notes": "", "studio_notes": "Sam's words"}
    end_session()
    answer = as_staff.post(f"/orders/{order.pk}/studio-notes/", sent)
    type(order).objects.filter(pk=order.pk).update(studio_notes="Mia's words")
    page = as_staff.get(sign_in(as_staff, answer["Location"])).text
    again = {"initial-studio_notes": re.search(r'name="initial-studio_notes"[^>]*value="([^"]*)"', page)[1]}
    refused = as_staff.post(f"/orders/{order.pk}/studio-notes/", {**again, "studio_notes": "Sam's words"})
    assert refused.status_code == 409
    assert not OrderEvent.objects.filter(order=order, kind="edited").exists()


def test_a_form_that_is_gone_from_its_page_is_shown_as_words(as_staff, order):
    page = as_staff.get(order.get_absolute_url())
    sent = {"form_page": hidden(page, "form_page"), "note": "Client <likes> the third", "expected": "1"}
    end_session()
    answer = as_staff.post(f"/orders/{order.pk}/undo/", sent)
    page = as_staff.get(sign_in(as_staff, answer["Location"])).text
    assert "Client &lt;likes&gt; the third" in page


def test_passwords_are_not_kept_and_files_are_named(as_administrator):
    page = as_administrator.get("/maintenance/preferences/")
    picture = SimpleUploadedFile("logo <1>.png", b"x" * 100)
    sent = {
        "form_page": hidden(page, "form_page"),
        "name": "Lumen",
        "new_logo": picture,
        "password1": "s3cret phrase",
    }
    end_session()
    answer = as_administrator.post("/maintenance/preferences/", sent)
    assert "s3cret" not in str(rows.read(KeptForm.objects.get()))
    page = as_administrator.get(sign_in(as_administrator, answer["Location"], "ada")).text
    assert "Choose again: logo &lt;1&gt;.png." in page
    assert "Type the password again." in page


def test_every_field_for_a_password_is_called_so():
    """By its name it is left out."""
    controls = [path.read_text() for path in Path("studio").rglob("*.py")]
    assert not [
        text for text in controls if re.search(r"^    (?!\w*password)\w+ = .*PasswordInput", text, re.M)
    ]


def test_what_is_kept_cannot_be_read_in_the_database(kept):
    row = KeptForm.objects.values().get()
    assert "Greta" not in str(row)
    assert "clients" not in str(row)


@pytest.mark.parametrize("signed", ["", "x", "x" * 9000, "[1, 2]"])
def test_a_stranger_can_have_nothing_kept(client, sam, signed):
    client.post(NEW_CLIENT, {"name": "x", "form_page": signed})
    client.post(NEW_CLIENT, {"name": "x", "form_page": signing.dumps((sam.pk, "/"), salt="another")})
    client.post(
        NEW_CLIENT, {"name": "x", "form_page": signing.dumps((sam.pk, "/"), key="another", salt=SALT)}
    )
    assert not KeptForm.objects.exists()


def test_a_signature_is_good_for_as_long_as_a_session(client, sam):
    with time_machine.travel(timezone.now() - timedelta(days=15)):
        signed = signing.dumps((sam.pk, NEW_CLIENT), salt=SALT)
    client.post(NEW_CLIENT, {"name": "x", "form_page": signed})
    assert not KeptForm.objects.exists()


def test_nothing_is_kept_for_who_has_left(as_staff, typed, sam):
    sam.is_active = False
    sam.save()
    answer = as_staff.post(NEW_CLIENT, typed)
    assert not KeptForm.objects.exists()
    assert "does not work here any more" in as_staff.get(answer["Location"]).text


def test_one_that_is_too_long_is_not_kept_and_that_is_said(as_staff, typed):
    end_session()
    answer = as_staff.post(NEW_CLIENT, typed | {"notes": "x" * rows.LONGEST})
    assert not KeptForm.objects.exists()
    assert "it was too long to be kept" in as_staff.get(answer["Location"]).text


def test_a_flood_leaves_the_newest(as_staff, typed):
    end_session()
    for number in range(rows.MOST + 5):
        as_staff.post(NEW_CLIENT, typed | {"name": f"Client {number}"})
    assert KeptForm.objects.count() == rows.MOST
    assert dict(rows.read(KeptForm.objects.latest("pk")).pairs)["name"] == f"Client {rows.MOST + 4}"


def test_after_an_hour_it_is_gone(as_staff, sam, kept):
    address = sign_in(as_staff, kept["Location"])
    KeptForm.objects.update(kept_at=timezone.now() - timedelta(minutes=59))
    tasks.tick.call_local()
    assert "Greta Stone" in as_staff.get(address).text
    KeptForm.objects.update(kept_at=timezone.now() - rows.KEPT_FOR)
    assert "Greta Stone" not in as_staff.get(address).text
    tasks.tick.call_local()
    assert not KeptForm.objects.exists()


def test_without_its_key_nothing_is_told_and_nothing_breaks(as_staff, kept, settings, tmp_path):
    address = sign_in(as_staff, kept["Location"])
    settings.SECRETS_KEY_FILE = tmp_path / "another.key"
    page = as_staff.get(address)
    assert page.status_code == 200
    assert "Greta Stone" not in page.text


def test_erasing_a_client_erases_what_is_kept_about_them(as_staff, kept, sam, ada):
    other = Client.objects.create(name="Somebody else")
    operations.erase_client(other, by=ada)
    assert KeptForm.objects.exists()
    operations.erase_client(Client.objects.create(name="Greta Stone"), by=ada)
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-000000000000", "%00", "é"])
def test_a_key_of_nothing_is_a_page_as_always(as_staff, key):
    as_staff.cookies["kept_forms"] = "a" * 32
    assert as_staff.get(f"{NEW_CLIENT}?kept={key}").status_code == 200
