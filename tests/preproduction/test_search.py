"""Searching: nobody is told "nothing found" for a name that is there, on either database."""

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.models import Q

from preproduction import order_words
from preproduction.models import Order
from studio import search, search_index
from studio.models import Client, PhotoSession
from studio.search import MOST_KEYS, matching
from tests.studio.text_pairs import pairs
from triggers.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def order_of(make_order, session):
    def make(name, **columns):
        client = Client.objects.create(name=name, **columns)
        # No sign of it is in what the table types.
        number = f"{PhotoSession.objects.count():b}".replace("0", "⌘").replace("1", "⌗")
        sitting = PhotoSession.objects.create(
            number=number, client=client, date=session.date, session_type=session.session_type
        )
        order = make_order(number=number)
        Order.objects.filter(pk=order.pk).update(session=sitting)
        return order

    return make


def test_each_pair_is_found_as_people_expect(order_of):
    keys = {stored: order_of(stored).pk for stored in {pair[0] for pair in pairs()}}
    wrong = []
    for stored, typed, found, *_ in pairs():
        by_index = Order.objects.filter(order_words.holding(typed), pk=keys[stored]).exists()
        # What is chosen where there are many hits, too.
        ways, index = search.ways(typed), order_words.ORDER_WORDS
        if ways:
            many = (Q(index.row_by_row(ways)), Q(pk__in=index.subquery(ways)))
            assert {Order.objects.filter(each, pk=keys[stored]).exists() for each in many} == {by_index}, (
                typed
            )
        by_column = Client.objects.filter(matching(typed, "found_by"), name=stored).exists()
        if (by_index, by_column) != (found, found):
            wrong.append((stored, typed, by_index, by_column))
    assert wrong == []


def found(browser, typed, path="/orders/?state=all&q="):
    return [row.record.pk for row in browser.get(path + typed).context["table"].page.object_list]


def test_words_may_be_anywhere_and_exact_ones_come_first(as_staff, order_of, make_order):
    lina, li, lis = order_of("Lina"), order_of("Li"), order_of("Olaf Lis")
    assert found(as_staff, "li")[0] == li.pk
    assert set(found(as_staff, "li")) >= {lina.pk, li.pk, lis.pk}
    long, short = make_order(number="77-10"), make_order(number="77-1")
    assert found(as_staff, "77-1") == [short.pk, long.pk]
    assert found(as_staff, "anna 77-10") == [long.pk]
    assert found(as_staff, "olaf 77-10") == []
    clients = as_staff.get("/clients/?q=li").context["table"].page.object_list
    assert clients[0].record.name == "Li"


@pytest.mark.parametrize("typed", ["0199", "732 555 0199", "%2B1 732 555 0199", "732‑555‑0199", "5550199"])
def test_a_phone_number_finds_the_orders_and_the_client(as_staff, order_of, typed):
    order = order_of("Anna Lee", phone="(732) 555-0199")
    assert found(as_staff, typed) == [order.pk]
    assert [
        row.record.name for row in as_staff.get(f"/clients/?q={typed}").context["table"].page.object_list
    ] == ["Anna Lee"]


def test_the_index_is_in_step_whoever_writes(order, order_of):
    other = order_of("Óscar")
    Client.objects.filter(pk=order.session.client_id).update(name="Renamed")
    PhotoSession.objects.filter(pk=order.session_id).update(number="NEW-1")
    Order.objects.filter(pk=other.pk).update(session=order.session)
    models.QuerySet(Order).filter(pk=other.pk).update(found_by="past all of it")
    assert search_index.out_of_step(connection) == []
    assert (
        Order.objects.filter(order_words.holding("renamed new-1")).count()
        == Order.objects.filter(session=order.session).count()
    )
    # The control: a line changed by hand is seen.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM preproduction_order_words")
    assert search_index.out_of_step(connection)


@pytest.mark.parametrize("often", [0, 1_000_000], ids=["far between", "one after the other"])
def test_many_hits_are_left_to_the_database(make_order, monkeypatch, django_assert_num_queries, often):
    orders = [make_order() for _ in range(5)]
    monkeypatch.setattr("studio.search.MOST_KEYS", 3)
    monkeypatch.setattr("studio.search.OFTEN", often)
    assert MOST_KEYS > 3
    with django_assert_num_queries(2) as asked:
        assert Order.objects.filter(order_words.holding("anna")).count() == len(orders)
    assert ("EXISTS" in asked[1]["sql"]) == bool(often)


def test_an_index_that_lost_its_triggers_is_seen_and_made_anew(order):
    index = order_words.ORDER_WORDS
    search_index.take_away("default", plan=["something"])
    assert len(search_index.missing(connection)) == len(index.triggers(connection.vendor))
    call_command("migrate", verbosity=0)
    assert search_index.missing(connection) == []
    assert search_index.out_of_step(connection) == []
    assert Order.objects.filter(order_words.holding(order.number)).get() == order


def test_without_trigrams_the_lines_are_read_through(order_of, monkeypatch):
    order = order_of("Søren Ångström")
    monkeypatch.setattr(search_index, "has_trigrams", lambda connection: False)
    assert Order.objects.filter(order_words.holding("angstrom soren")).get() == order


@pytest.mark.parametrize(
    "address",
    [
        "/tasks/?show=all&sort=title",
        "/clients/?sort=name",
        "/orders/?state=all&sort=client&per_page=25",
        "/clients/?q=same",
    ],
)
def test_a_sorted_list_pages_without_repeats(as_staff, make_order, sam, address):
    orders = [make_order() for _ in range(55)]
    Task.objects.bulk_create(Task(title="Same", order=order, assigned_user=sam) for order in orders)
    Client.objects.bulk_create(Client(name="Same") for _ in range(55))
    seen = []
    for page in (1, 2, 3):
        table = as_staff.get(f"{address}&page={page}").context["table"]
        if table.page.number == page:
            seen += [row.record.pk for row in table.page.object_list]
    assert len(seen) >= 55
    assert len(set(seen)) == len(seen)
