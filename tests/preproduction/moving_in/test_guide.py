"""The guide: from the studio's name to its first order, ticked by what there is and never by what was visited."""

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse

from preproduction import operations
from preproduction.models import Status, StatusList
from preproduction.moving_in.guide.steps import STEPS
from studio.models import (
    Client,
    CompanyPreferences,
    Department,
    MaintenanceChange,
    PhotoSession,
    SessionType,
    User,
    Vendor,
    WorkedDay,
)
from tests.conftest import TODAY, prove
from triggers.models import Trigger

PEOPLE, LINKS = reverse("moving_in:guide_people"), reverse("moving_in:guide_links")


def done(browser, page="/"):
    """Return the words of the steps that have a tick."""
    text = browser.get(page).text
    return re.findall(r'guide-step-done.*?<a href="[^"]*">([^<]*)', text, re.S)


def rows(*typed, total=6):
    """Return what the form sends: a dictionary for each person, as far as something is typed."""
    sent = {"people-TOTAL_FORMS": total, "people-INITIAL_FORMS": 0}
    for at in range(total):
        person = {"role": "staff", **(typed[at] if at < len(typed) else {})}
        sent |= {f"people-{at}-{name}": value for name, value in person.items()}
    return sent


def test_each_step_is_ticked_by_what_there_is(as_administrator, ada, django_assert_max_num_queries):
    assert done(as_administrator) == []
    for step in STEPS:
        as_administrator.get(step.href)
    assert done(as_administrator) == []
    CompanyPreferences.objects.create(pk=1, name="Lumen & Sons")
    WorkedDay.objects.create(day=TODAY)
    StatusList.current_version()
    first = Status.objects.create(description="Images selected", position=1, is_initial=True)
    assert done(as_administrator) == ["The studio", "Calendar"]  # the list has no end
    Status.objects.create(description="Delivered", position=2, is_final=True)
    Department.objects.create(name="Retouching")
    User.objects.create_user("sam")
    Vendor.objects.create(name="Lab")
    kind = SessionType.objects.create(name="Portrait")
    client = Client.objects.create(name="Anna Berg")
    session = PhotoSession.objects.create(number="S-1", client=client, date=TODAY, session_type=kind)
    operations.create_order(session, by=ada, order_date=TODAY)
    Trigger.objects.create(description="Check", status=first, position=1)
    assert done(as_administrator) == [step.words for step in STEPS]
    assert "Everything is set up." in as_administrator.get("/").text


def test_each_page_leads_to_the_next_and_back(as_administrator):
    for number, step in enumerate(STEPS, start=1):
        for page in step.pages[:2]:
            if "edit" in page or "delete" in page or "detail" in page or page.endswith("_apply"):
                continue
            text = " ".join(as_administrator.get(reverse(page), follow=True).text.split())
            assert f"step {number} of {len(STEPS)}, {step.words}" in text
            for other in STEPS[max(0, number - 2) : number + 1]:
                assert other is step or f'href="{other.href}"' in text
    assert "Guide</a>: step" not in as_administrator.get(reverse("studio:change_list")).text


def test_it_is_for_administrators_until_it_is_put_away_and_is_found_again(
    as_administrator, as_manager, as_staff
):
    for browser in (as_manager, as_staff):
        assert "guide-steps" not in browser.get("/").text
    away = reverse("moving_in:guide_away")
    as_administrator.post(away, {"is_moved_in": "on"})
    assert "guide-steps" not in as_administrator.get("/").text
    assert "Guide</a>: step" not in as_administrator.get(STEPS[0].href).text
    assert reverse("moving_in:guide") in as_administrator.get(reverse("studio:maintenance")).text
    assert "guide-steps" in as_administrator.get(reverse("moving_in:guide")).text
    as_administrator.post(away)
    assert "guide-steps" in as_administrator.get("/").text


def test_the_studio_is_named_and_the_next_step_opened(as_administrator):
    page = as_administrator.get(STEPS[0].href)
    assert 'data-guess="time-zone"' in page.text
    chosen = {"name": "Lumen & Sons", "time_zone": "Europe/Berlin", "paper": "a4", "date_style": "year"}
    sent = {**chosen, "seen": page.context["seen"]}
    assert as_administrator.post(STEPS[0].href, sent).url == STEPS[1].href
    stored = CompanyPreferences.load()
    assert {name: getattr(stored, name) for name in chosen} == chosen
    assert MaintenanceChange.objects.filter(model="studio.companypreferences").exists()
    # Whoever has chosen is not guessed about.
    assert "data-guess=" not in as_administrator.get(STEPS[0].href).text


def test_with_orders_the_time_zone_is_changed_where_it_is_rehearsed(
    as_administrator, preferences, make_order
):
    make_order()
    page = as_administrator.get(STEPS[0].href)
    assert "time_zone" not in page.context["form"].fields
    assert reverse("preproduction:time_zone") in page.text
    chosen = {"name": "Lumen", "time_zone": "Asia/Tokyo", "paper": "a4", "date_style": "day"}
    sent = {**chosen, "seen": page.context["seen"]}
    as_administrator.post(STEPS[0].href, sent)
    assert (CompanyPreferences.load().name, CompanyPreferences.load().time_zone) == ("Lumen", "UTC")


def test_several_people_are_added_and_each_gets_a_link(as_administrator, ada, retouching):
    prove(as_administrator)
    typed = [
        {"first_name": "Sam", "last_name": "Stone", "department": retouching.pk},
        {"first_name": "Sam", "last_name": "Hill", "role": "manager"},
        {"first_name": "Žofie", "last_name": ""},
        {"first_name": "王芳", "last_name": "", "username": "wang"},
    ]
    assert as_administrator.post(PEOPLE, rows(typed[0])).url == LINKS
    assert as_administrator.post(PEOPLE, rows(*typed[1:])).url == LINKS
    people = {person.username: person for person in User.objects.exclude(pk=ada.pk)}
    assert set(people) == {"sam", "sam.hill", "zofie", "wang"}
    assert people["sam"].departments.get() == retouching
    assert people["sam.hill"].role == "manager"
    page = as_administrator.post(LINKS).text
    links = re.findall(r'value="http://testserver(/accounts/password/set/[^"]+)"', page)
    assert len(links) == 4
    sam = Browser()
    shown = sam.get(links[-1] if "sam" in page.split(links[-1])[0][-200:] else links[0], follow=True)
    phrase = "a long enough pass phrase"
    sam.post(shown.request["PATH_INFO"], {"new_password1": phrase, "new_password2": phrase})
    assert User.objects.filter(password__startswith="!").count() == 3
    assert as_administrator.post(LINKS).text.count("/accounts/password/set/") == 3


def test_a_link_is_made_only_for_who_has_proven_who_they_are(as_administrator, sam):
    User.objects.filter(pk=sam.pk).update(password="!")
    assert as_administrator.post(LINKS).url.startswith(reverse("account_reauthenticate"))
    assert "/password/set/" not in as_administrator.get(LINKS).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "Nobody was typed."),
        ([{"first_name": "Sam", "username": "ADA"}], "Another user has this username."),
        ([{"username": "x"}, {"username": "X"}], "Another person here has this username."),
        ([{"first_name": "Sam", "role": "king"}], "Select a valid choice."),
        ([{"first_name": "!!"}], "Give this person a name."),
        ([{"first_name": "Sam", "department": "999999999999999999999"}], "Select a valid choice."),
    ],
)
def test_one_mistake_adds_nobody_and_keeps_what_was_typed(as_administrator, ada, typed, said):
    page = as_administrator.post(PEOPLE, rows({"first_name": "Mia"}, *typed) if typed else rows())
    assert page.status_code == 422
    assert said in page.text
    assert list(User.objects.all()) == [ada]
    assert not typed or 'value="Mia"' in page.text


def test_a_form_that_says_nothing_of_its_rows_is_refused_with_a_sentence(as_administrator):
    assert as_administrator.post(PEOPLE, {"people-0-first_name": "Mia"}).status_code == 422
