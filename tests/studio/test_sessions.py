"""A session is made for a client, and has a number of its own."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from studio.models import Client, NumberSeries, PhotoSession, SessionType


@pytest.fixture
def anna(session):
    return session.client


def fields(session, **changes):
    return {
        "client": session.client_id,
        "date": "2026-06-09",
        "session_type": session.session_type_id,
        "number": "",
        **changes,
    }


def test_the_client_is_chosen_first_from_a_list_that_can_be_searched(as_staff, anna, preferences):
    Client.objects.create(name="Somebody Else")
    page = as_staff.get(reverse("studio:session_create"), {"q": "anna"})
    assert f'href="?client={anna.pk}"' in page.text
    assert "Somebody Else" not in page.text
    form = as_staff.get(reverse("studio:session_create"), {"client": anna.pk})
    assert form.context["form"]["date"].value() == timezone.localdate()
    assert f'<input type="hidden" name="client" value="{anna.pk}"' in form.text


@pytest.mark.parametrize("asked", ["0", "x", "99999999999999999999", "-1", ""])
def test_a_client_that_is_not_there_is_asked_for_again(as_staff, anna, asked):
    page = as_staff.get(reverse("studio:session_create"), {"client": asked})
    assert page.status_code == 200
    assert "Whose session is it?" in page.text


def test_the_number_is_given_out_and_may_be_typed(as_staff, session):
    NumberSeries.objects.create(name="session", last_number=1000)
    PhotoSession.objects.filter(pk=session.pk).update(number="1001")
    response = as_staff.post(reverse("studio:session_create"), fields(session))
    made = PhotoSession.objects.get(number="1002")  # somebody had typed 1001
    assert response.url == made.get_absolute_url()
    assert made.date == date(2026, 6, 9)
    as_staff.post(reverse("studio:session_create"), fields(session, number="Extra-1"))
    assert PhotoSession.objects.filter(number="Extra-1").exists()


def test_a_number_that_is_taken_is_refused_and_kept_on_the_form(as_staff, session):
    response = as_staff.post(
        reverse("studio:session_create"), fields(session, number="S-100", location="Harbour")
    )
    assert response.status_code == 422
    assert "Another session has this number." in response.text
    assert 'value="Harbour"' in response.text
    assert PhotoSession.objects.count() == 1


def test_an_edited_session_keeps_a_number(as_staff, session):
    address = reverse("studio:session_edit", args=[session.pk])
    seen = as_staff.get(address).context["seen"]
    assert as_staff.post(address, {**fields(session), "seen": seen}).status_code == 422
    assert as_staff.post(address, {**fields(session, number="S-100a"), "seen": seen}).status_code == 302
    session.refresh_from_db()
    assert session.number == "S-100a"


def test_a_session_can_be_given_to_the_client_it_is_really_of(as_staff, session):
    other = Client.objects.create(name="Cleo")
    address = reverse("studio:session_edit", args=[session.pk])
    assert "Cleo" in as_staff.get(address, {"choose_client": "on"}).text
    page = as_staff.get(address, {"client": other.pk})
    assert f'name="client" value="{other.pk}"' in page.text
    as_staff.post(address, {**fields(session, client=other.pk, number="S-100"), "seen": page.context["seen"]})
    session.refresh_from_db()
    assert session.client == other


def test_inactive_types_and_people_are_offered_only_where_they_are_already(as_staff, session, mia):
    SessionType.objects.create(name="School")
    SessionType.objects.create(name="Retired", is_inactive=True)
    SessionType.objects.filter(pk=session.session_type_id).update(is_inactive=True)
    type(mia).objects.filter(pk=mia.pk).update(is_active=False)
    edit = as_staff.get(reverse("studio:session_edit", args=[session.pk])).context["form"]
    assert [str(choice) for choice in edit.fields["session_type"].queryset] == ["Portrait", "School"]
    assert mia in edit.fields["photographer"].queryset
    new = as_staff.get(reverse("studio:session_create"), {"client": session.client_id}).context["form"]
    assert [str(choice) for choice in new.fields["session_type"].queryset] == ["School"]
    assert mia not in new.fields["photographer"].queryset


def test_a_session_with_orders_is_not_deleted(as_staff, order):
    response = as_staff.post(reverse("studio:session_delete", args=[order.session_id]))
    assert response.status_code == 409
    assert "1 preproduction order" in response.context["refusal"]
    order.session.refresh_from_db()
