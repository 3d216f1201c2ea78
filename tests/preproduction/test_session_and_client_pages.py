"""The pages of a session and of a client, with their orders."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studio.models import Client, PhotoSession

pytestmark = pytest.mark.usefixtures("preferences")


def test_a_session_shows_its_facts_and_its_orders_only(as_staff, session, order, make_order):
    other = PhotoSession.objects.create(
        number="S-200", client=session.client, date=session.date, session_type=session.session_type
    )
    elsewhere = make_order(session=other)
    page = as_staff.get(session.get_absolute_url()).text
    for words in (
        "S-100",
        "Mon 1 Jun 2026",
        "Portrait",
        "Mia Lindqvist",
        "Anna &lt;3 &amp; Bob &lt;b&gt;",
        "555 0142",
    ):
        assert words in page, words
    assert order.get_absolute_url() in page
    assert elsewhere.get_absolute_url() not in page


def test_a_session_without_orders_says_what_to_do(as_staff, session):
    page = as_staff.get(session.get_absolute_url()).text
    assert "No orders yet" in page
    assert "New Preproduction Order" in page


def test_a_client_shows_sessions_and_orders(as_staff, session, order):
    page = as_staff.get(session.client.get_absolute_url()).text
    for words in ("S-100", order.number, "Images selected", "anna@example.com"):
        assert words in page, words


def test_a_new_client_has_nothing_yet_and_says_so(as_staff):
    client = Client.objects.create(name="王小明", do_not_contact=True)
    page = as_staff.get(client.get_absolute_url()).text
    for words in ("王小明", "No sessions yet", "No orders yet", "Do Not Contact"):
        assert words in page, words


@pytest.mark.parametrize(
    "query", ["?orders=2", "?orders=0", "?orders=x&sessions=99999999999", "?sessions=-1"]
)
def test_any_page_number_is_answered(as_staff, session, order, query):
    assert as_staff.get(session.client.get_absolute_url() + query).status_code == 200


@pytest.mark.parametrize("owner", ["session", "client"])
def test_more_orders_cost_no_more_queries(as_staff, session, make_order, owner):
    address = {"session": session, "client": session.client}[owner].get_absolute_url()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert as_staff.get(address).status_code == 200
        return len(captured)

    make_order()
    queries()  # what the studio has set up is read once in a process
    before = queries()
    for _ in range(5):
        make_order()
    assert queries() == before
