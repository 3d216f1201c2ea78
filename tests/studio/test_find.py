"""The palette's question: a few of everything for the words typed, by rights, in few queries; Enter on a number."""

import re
from html import unescape

import pytest

from preproduction import operations
from studio.models import Client

HTMX = {"HX-Request": "true"}


def found(browser, typed):
    """Return what the palette shows for the words typed: kind to words."""
    page = browser.get("/find/", {"q": typed}, headers=HTMX).text
    groups = re.split(r'role="group" aria-label="([^"]+)"', page)[1:]
    words = [
        [unescape(each) for each in re.findall(r'palette-words">([^<]+)<', part)] for part in groups[1::2]
    ]
    return dict(zip(groups[::2], words, strict=True))


def test_orders_clients_sessions_pages_and_new_things_are_found(
    as_administrator, order, session, preferences
):
    name = session.client.name
    assert found(as_administrator, order.number) == {"Orders": [f"Order {order.number}"]}
    of_client = found(as_administrator, name.split()[0].upper())
    assert (of_client["Orders"], of_client["Clients"]) == ([f"Order {order.number}"], [name])
    assert found(as_administrator, session.number)["Sessions"] == [f"Session {session.number}"]
    assert found(as_administrator, "due ov") == {"Pages": ["Overdue"]}
    assert found(as_administrator, "time zone") == {"Pages": ["Time Zone"]}
    assert found(as_administrator, "trigger")["New"] == ["New Trigger"]
    assert found(as_administrator, "new client") == {"New": ["New Client"]}


def test_nothing_typed_offers_what_is_in_sight_and_words_nobody_uses_say_so(as_staff, preferences):
    offered = found(as_staff, "")
    assert list(offered) == ["Pages", "New"]
    assert offered["Pages"][:2] == ["Home", "Preproduction Orders"]
    assert found(as_staff, "qqqq") == {}
    assert "Nothing is called so" in as_staff.get("/find/", {"q": "qqqq"}, headers=HTMX).text
    assert "Nothing is called so" in as_staff.get("/find/", {"q": "x" * 101}, headers=HTMX).text


@pytest.mark.parametrize("typed", ["overdue", "trigger queue", "users", "vendor", "calendar", "new trigger"])
def test_a_role_finds_no_page_that_it_may_not_open(as_staff, as_administrator, preferences, typed):
    assert found(as_administrator, typed)
    assert found(as_staff, typed) == {}


def test_asked_to_go_it_opens_the_order_of_just_that_number(as_staff, make_order, preferences):
    short, long = make_order(number="77"), make_order(number="771")
    assert as_staff.get("/find/", {"q": " 77 ", "go": "yes"}).headers["Location"] == short.get_absolute_url()
    from_a_list = as_staff.get("/find/", {"q": "771", "go": "yes"}, headers=HTMX)
    assert from_a_list.headers["HX-Redirect"] == long.get_absolute_url()
    # Part of a number is no number: the page shows what holds it.
    page = as_staff.get("/find/", {"q": "7", "go": "yes"})
    assert (page.status_code, "Order 771" in page.text) == (200, True)
    assert as_staff.get("/find/", {"q": "7", "go": "yes"}, headers=HTMX).status_code == 204


def test_a_withdrawn_order_is_not_found(as_staff, order, mia, preferences):
    operations.withdraw_order(order, by=mia, reason="By mistake", expected=order.version)
    assert found(as_staff, order.number) == {}
    assert as_staff.get("/find/", {"q": order.number, "go": "yes"}).status_code == 200


def test_without_scripts_it_is_a_page_of_links(as_staff, order, preferences):
    page = as_staff.get("/find/", {"q": order.number}).text
    assert f'href="{order.get_absolute_url()}"' in page
    assert 'role="option"' not in page.split("<main")[1].split("</main>")[0]


def test_the_queries_do_not_grow_with_what_is_found(
    as_manager, make_order, session, django_assert_num_queries
):
    for rows in (1, 30):
        for n in range(rows):
            make_order(number=f"{rows}-{n}")
            Client.objects.create(name=f"{session.client.name} {rows} {n}")
        as_manager.get("/help/")  # what the studio has set up is read once in a process
        # What was set up anew, session, user; three for orders, of clients and of sessions one each.
        with django_assert_num_queries(8):
            as_manager.get("/find/", {"q": session.client.name}, headers=HTMX)
