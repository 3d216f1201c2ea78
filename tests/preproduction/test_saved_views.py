"""Views: a name for the filters in force, of one's own or shared."""

import pytest
from django.urls import reverse

from preproduction.models import SavedView

NEW = "/orders/views/new/"


@pytest.fixture(autouse=True)
def studio(preferences):
    return preferences


def views(browser):
    return [view.name for view in browser.get("/orders/").context["views"]]


def test_the_filters_in_force_are_kept_under_a_name(as_staff, statuses, sam):
    status = statuses["Sent to lab"].pk
    page = as_staff.get(f"{NEW}?late=any&status={status}&page=3&nonsense=1&sort=-client")
    assert "Late by any time" in page.content.decode()
    answer = as_staff.post(
        f"{NEW}?late=any&status={status}&page=3&nonsense=1&sort=-client", {"name": "Late at the lab"}
    )
    view = SavedView.objects.get()
    assert (view.owner, view.is_shared) == (sam, False)
    assert view.query == f"late=any&status={status}&sort=-client"
    assert answer["Location"] == f"/orders/?{view.query}"
    assert views(as_staff) == ["Late at the lab"]


def test_the_page_offers_to_keep_what_it_shows_and_marks_the_view_in_force(as_staff, sam):
    SavedView.objects.create(name="Mine", owner=sam, query="late=any&mine=on")
    page = as_staff.get("/orders/?mine=on&late=any&page=1").content.decode()
    assert f'href="{NEW}?late=any&amp;mine=on"' in page
    assert 'href="/orders/?late=any&amp;mine=on" aria-current="true"' in page


def test_managers_share_and_everybody_sees(as_manager, as_staff, sam):
    as_manager.post(f"{NEW}?on_hold=on", {"name": "On hold", "is_shared": "on"})
    as_staff.post(f"{NEW}?mine=on", {"name": "Mine"})
    assert views(as_staff) == ["Mine", "On hold"]
    assert views(as_manager) == ["On hold"]
    assert "by Mia Lindqvist" in as_staff.get("/orders/").content.decode()


def test_staff_cannot_share(as_staff):
    assert "is_shared" not in as_staff.get(NEW).content.decode()
    as_staff.post(NEW, {"name": "All", "is_shared": "on"})
    assert not SavedView.objects.get().is_shared


def test_a_shared_view_of_mine_shows_each_their_own(as_manager, as_staff, make_order, statuses, sam):
    statuses["Images selected"].default_user = sam
    statuses["Images selected"].save()
    make_order()
    as_manager.post(f"{NEW}?mine=on", {"name": "Mine", "is_shared": "on"})
    query = SavedView.objects.get().query
    assert len(as_staff.get(f"/orders/?{query}").context["table"].page) == 1
    assert len(as_manager.get(f"/orders/?{query}").context["table"].page) == 0


def test_only_the_own_ones_can_be_deleted(as_staff, as_manager, mia, sam):
    hers = SavedView.objects.create(name="Hers", owner=mia, is_shared=True, query="late=any")
    own = SavedView.objects.create(name="Own", owner=sam, query="mine=on")
    page = as_staff.get("/orders/").content.decode()
    assert "Delete the view Own" in page
    assert "Delete the view Hers" not in page
    assert as_staff.post(reverse("preproduction:saved_view_delete", args=[hers.pk])).status_code == 404
    assert as_staff.get(reverse("preproduction:saved_view_delete", args=[own.pk]))["Location"] == "/orders/"
    answer = as_staff.post(reverse("preproduction:saved_view_delete", args=[own.pk]))
    assert answer["Location"] == "/orders/?mine=on"
    assert list(SavedView.objects.all()) == [hers]


def test_a_name_is_used_once_by_each_person(as_staff, as_manager):
    as_staff.post(NEW, {"name": "Late"})
    answer = as_staff.post(NEW, {"name": "LATE"})
    assert answer.status_code == 422
    assert "You have a view with this name." in answer.content.decode()
    assert as_manager.post(NEW, {"name": "Late"}).status_code == 302


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "two\nlines", "na\u202eme"])
def test_a_name_that_cannot_be_kept_is_refused(as_staff, name):
    assert as_staff.post(NEW, {"name": name}).status_code == 422
    assert not SavedView.objects.exists()


def test_views_of_people_who_left_are_not_offered(as_staff, mia):
    SavedView.objects.create(name="Hers", owner=mia, is_shared=True, query="late=any")
    mia.is_active = False
    mia.save()
    assert views(as_staff) == []


def test_a_view_whose_status_is_gone_still_opens(as_staff, sam):
    SavedView.objects.create(name="Old", owner=sam, query="status=4711")
    page = as_staff.get("/orders/?status=4711")
    assert page.status_code == 200
    assert "4711 is not one of the available choices" in page.content.decode()
