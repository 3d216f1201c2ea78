"""Users: roles, passwords, second factors, and that nobody locks the studio out."""

import threading
from contextlib import suppress
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from studio import people
from studio.access import Role
from studio.models import CompanyPreferences, User
from studio.refusal import OperationRefused

NEW_PASSWORD = "quite another phrase"


def fields(user, **changes):
    stored = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "username": user.username,
        "role": user.role,
        "departments": [str(key) for key in user.departments.values_list("pk", flat=True)],
    }
    return {name: value for name, value in {**stored, **changes}.items() if value not in ("", None)}


def make_inactive(browser, user):
    address = reverse("preproduction:user_leave", args=[user.pk])
    form = browser.get(address).context["form"]
    nobody = {name: "none" for name in form.fields if name != "counted"}
    return browser.post(address, {"counted": form["counted"].value(), **nobody})


def save(browser, user, **changes):
    address = reverse("studio:user_edit", args=[user.pk])
    return browser.post(address, {"seen": browser.get(address).context["seen"], **fields(user, **changes)})


LIGATURES = "\ufdfa" * 40  # each is put into its usual form as 18 letters and spaces
CAPITALS = f"a@{'.'.join(['İ' * 60] * 4)}.com"  # each becomes two characters in lower case


@pytest.mark.parametrize(
    ("name", "typed", "wrong"),
    [("username", LIGATURES, "at most 150 characters"), ("email", CAPITALS, "at most 254 characters")],
)
@pytest.mark.parametrize("new", [True, False])
def test_what_is_too_long_in_its_usual_form_is_refused(as_proven_administrator, sam, name, typed, wrong, new):
    if new:
        sent = {"username": "nina", "first_name": "Nina", "role": "staff", name: typed}
        response = as_proven_administrator.post(reverse("studio:user_create"), sent)
    else:
        response = save(as_proven_administrator, sam, **{name: typed})
    assert response.status_code == 422
    assert wrong in response.text
    assert typed in response.text
    assert set(User.objects.values_list("username", flat=True)) == {"sam", "ada"}


def test_a_new_user_gets_a_way_in_at_once(as_proven_administrator, client, retouching):
    response = as_proven_administrator.post(
        reverse("studio:user_create"),
        {"username": "nina", "first_name": "Nina", "role": "staff", "departments": [retouching.pk]},
    )
    nina = User.objects.get(username="nina")
    assert response.url == reverse("studio:user_password", args=[nina.pk])
    assert list(nina.departments.all()) == [retouching]
    assert not nina.has_usable_password()
    link = as_proven_administrator.post(response.url, {"make_link": "on"}).context["link"]
    assert link.startswith("http://testserver/accounts/password/set/")

    page = client.get(link, follow=True)
    assert "Set your password" in page.text
    sent = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    response = client.post(page.request["PATH_INFO"], sent)
    assert response.url == reverse("account_login")
    assert authenticate(username="nina", password=NEW_PASSWORD) == nina
    # Once.
    assert "This link does not work any more" in client.get(link, follow=True).text


def test_an_administrator_sets_a_password_and_old_sessions_end(as_proven_administrator, as_staff, sam):
    address = reverse("studio:user_password", args=[sam.pk])
    weak = as_proven_administrator.post(address, {"new_password1": "12345678", "new_password2": "12345678"})
    assert weak.status_code == 422
    assert as_staff.get("/").status_code == 200
    sent = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert as_proven_administrator.post(address, sent).status_code == 302
    assert authenticate(username="sam", password=NEW_PASSWORD) == sam
    assert as_staff.get("/").status_code == 302


def test_setting_the_own_password_keeps_the_own_session(as_proven_administrator, ada):
    sent = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    as_proven_administrator.post(reverse("studio:user_password", args=[ada.pk]), sent)
    assert as_proven_administrator.get("/").status_code == 200


def step_down(browser, user):
    return save(browser, user, role=Role.MANAGER)


@pytest.mark.parametrize("act", [step_down, make_inactive])
def test_the_last_administrator_stays_one(as_administrator, ada, mia, act):
    response = act(as_administrator, ada)
    assert response.status_code == 422
    assert "without an active administrator" in response.text
    ada.refresh_from_db()
    assert (ada.role, ada.is_active) == (Role.ADMINISTRATOR, True)
    User.objects.filter(pk=mia.pk).update(role=Role.ADMINISTRATOR)
    assert act(as_administrator, ada).status_code == 302


def test_an_administrator_who_is_not_active_does_not_count(as_administrator, ada, mia):
    User.objects.filter(pk=mia.pk).update(role=Role.ADMINISTRATOR, is_active=False)
    assert save(as_administrator, ada, role=Role.STAFF).status_code == 422


def test_administrators_of_the_demo_count_in_a_demo_only(as_administrator, ada, mia, preferences):
    User.objects.filter(pk=mia.pk).update(role=Role.ADMINISTRATOR, is_demo=True)
    assert save(as_administrator, ada, role=Role.STAFF).status_code == 422
    CompanyPreferences.objects.update(is_demo=True)
    assert save(as_administrator, ada, role=Role.STAFF).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_are_not_both_demoted(ada, mia):
    User.objects.filter(pk=mia.pk).update(role=Role.ADMINISTRATOR)
    both_inside = threading.Barrier(2)
    refused = []

    def demote(key):
        try:
            with people.an_administrator_stays():
                User.objects.filter(pk=key).update(role=Role.STAFF)
                # Without the lock both get here, and each still sees the other.
                with suppress(threading.BrokenBarrierError):
                    both_inside.wait(1)
        except OperationRefused:
            refused.append(key)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=[person.pk]) for person in (ada, mia)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert User.objects.administrators().count() == 1


def test_who_left_cannot_sign_in_and_keeps_their_name_in_history(as_administrator, client, order, sam):
    assert make_inactive(as_administrator, sam).status_code == 302
    assert authenticate(username="sam", password="a long enough pass phrase") is None
    assert as_administrator.get(order.get_absolute_url()).status_code == 200
    assert order.status_changes.get().updated_by_name == "Sam Okafor"
    assert "Sam Okafor" not in as_administrator.get(reverse("studio:user_list")).text
    assert "Sam Okafor" in as_administrator.get(reverse("studio:user_list"), {"inactive": "on"}).text


def test_who_was_used_anywhere_is_not_deleted(as_administrator, order, sam):
    response = as_administrator.post(reverse("studio:user_delete", args=[sam.pk]))
    assert response.status_code == 409
    assert "1 preproduction order" in response.context["refusal"]
    assert "Make them inactive instead" in response.context["refusal"]


def test_who_was_never_used_may_be_deleted_but_not_oneself(as_administrator, ada, mia):
    assert as_administrator.post(reverse("studio:user_delete", args=[mia.pk])).status_code == 302
    assert not User.objects.filter(pk=mia.pk).exists()
    response = as_administrator.post(reverse("studio:user_delete", args=[ada.pk]))
    assert response.status_code == 409
    assert "You cannot delete yourself" in response.text


@pytest.mark.parametrize("typed", ["SAM", "Sam"])
def test_usernames_are_one_whatever_their_case(as_administrator, sam, typed):
    response = as_administrator.post(reverse("studio:user_create"), {"username": typed, "role": "staff"})
    assert response.status_code == 422
    assert "Another user has this username." in response.text
    assert authenticate(username=typed, password="a long enough pass phrase") == sam


@pytest.mark.parametrize("key", ["0", "x", "٣", "-1", str(2**63), str(-(2**63) - 1), "9" * 400])
def test_an_unknown_department_is_refused(as_administrator, key):
    fields = {"username": "nina", "role": "staff", "departments": [key]}
    assert as_administrator.post(reverse("studio:user_create"), fields).status_code == 422


def test_an_unknown_role_is_refused(as_administrator):
    response = as_administrator.post(reverse("studio:user_create"), {"username": "x", "role": "owner"})
    assert response.status_code == 422


def test_a_lost_second_factor_is_removed_by_an_administrator(as_proven_administrator, mia):
    TOTP.activate(mia, generate_totp_secret())
    address = reverse("studio:user_edit", args=[mia.pk])
    assert "Remove second factor" in as_proven_administrator.get(address).text
    as_proven_administrator.post(reverse("studio:user_remove_second_factor", args=[mia.pk]))
    assert not Authenticator.objects.filter(user=mia).exists()
    assert "Remove second factor" not in as_proven_administrator.get(address).text


@pytest.mark.django_db
def test_the_first_user_of_a_new_studio_is_its_administrator(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", NEW_PASSWORD)
    call_command("createsuperuser", "--noinput", username="owner", email="owner@example.com", verbosity=0)
    assert User.objects.get(username="owner").role == Role.ADMINISTRATOR


def test_staff_and_managers_cannot_touch_people(as_staff, as_manager, sam):
    for name in ("user_edit", "user_delete", "user_password", "user_remove_second_factor"):
        address = reverse(f"studio:{name}", args=[sam.pk])
        for browser in (as_staff, as_manager):
            assert browser.post(address, {"role": "administrator"}).status_code == 403, name
    sam.refresh_from_db()
    assert sam.role == Role.STAFF


def test_the_form_that_was_stopped_by_the_question_does_its_work_afterwards(as_administrator, mia):
    """The way back in the browser leads to that very form, with the key it had."""
    TOTP.activate(mia, generate_totp_secret())
    address = reverse("studio:user_remove_second_factor", args=[mia.pk])
    form = {"request_key": str(uuid4())}
    asked = as_administrator.post(address, form)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert as_administrator.post(address, form).url == asked.url
    as_administrator.post(asked.url, {"password": "a long enough pass phrase"})
    assert as_administrator.post(address, form).url == reverse("studio:user_edit", args=[mia.pk])
    assert not people.has_second_factor(mia)
    # Control: from then on it is done, and is not done again.
    TOTP.activate(mia, generate_totp_secret())
    assert as_administrator.post(address, form)["Location"] == reverse("studio:user_edit", args=[mia.pk])
    assert people.has_second_factor(mia)


@pytest.mark.parametrize("name", ["user_password", "user_remove_second_factor"])
def test_it_is_asked_again_who_one_is_before_touching_how_others_sign_in(as_administrator, ada, mia, name):
    TOTP.activate(mia, generate_totp_secret())
    address = reverse(f"studio:{name}", args=[mia.pk])
    old = mia.password
    sent = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    asked = as_administrator.post(address, sent)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    mia.refresh_from_db()
    assert (mia.password, people.has_second_factor(mia)) == (old, True)
    # What was sent may be a password: it is kept nowhere.
    assert NEW_PASSWORD not in str(dict(as_administrator.session))

    page = as_administrator.get(asked.url)
    wrong = as_administrator.post(asked.url, {"password": "wrong"})
    assert "Incorrect password" in wrong.text
    form = {"password": "a long enough pass phrase", "next": page.context["redirect_field_value"]}
    back = as_administrator.post(asked.url, form)
    assert as_administrator.get(back.url).status_code == 200
    assert as_administrator.post(address, sent).status_code in (200, 302, 422)
    mia.refresh_from_db()
    assert (mia.password, people.has_second_factor(mia)) != (old, True)


def test_the_address_that_links_are_mailed_to_is_changed_by_who_has_just_typed_the_password(
    as_administrator, as_proven_administrator, sam, settings
):
    refused = save(as_administrator, sam, email="mine@example.com", phone="555 0100")
    assert refused.status_code == 422
    assert "Say first that it is you" in refused.text
    assert reverse("account_reauthenticate") in refused.text
    assert 'value="555 0100"' in refused.text
    sam.refresh_from_db()
    assert sam.email == ""
    assert save(as_administrator, sam, phone="555 0100").status_code == 302
    assert save(as_proven_administrator, sam, email="sam@example.com").status_code == 302
    # Where no mail goes out, nothing is to be had by it.
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert save(as_administrator, sam, email="other@example.com").status_code == 302


def test_a_session_ends_for_good_when_somebody_leaves(as_administrator, as_staff, sam):
    link = people.password_link(sam)
    make_inactive(as_administrator, sam)
    assert as_staff.get("/").status_code == 302
    sam.refresh_from_db()
    save(as_administrator, sam, is_active="on")
    assert User.objects.get(pk=sam.pk).is_active
    assert as_staff.get("/").status_code == 302
    assert "This link does not work any more" in as_staff.get(link, follow=True).text


def test_a_link_does_not_work_for_who_left(client, sam):
    User.objects.filter(pk=sam.pk).update(is_active=False)
    sam.refresh_from_db()
    assert "This link does not work any more" in client.get(people.password_link(sam), follow=True).text
