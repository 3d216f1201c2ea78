"""The morning mail of one person: what they choose, what it says, and whom it does not reach."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from preproduction import operations
from preproduction.forecast import work as forecasts
from preproduction.models import Forecast, MorningMail, MorningRound, Order
from preproduction.morning import mail as morning_mail
from preproduction.morning import round as mornings
from studio.access import Role
from studio.models import CompanyPreferences, User
from tests.conftest import TODAY
from triggers import outbox
from triggers.models import Delivery, MessagePreferences
from triggers.operations import steering

PAGE = "/you/morning-mail/"
pytestmark = pytest.mark.usefixtures("preferences")


def at(hour, days=0):
    moment = datetime.combine(TODAY + timedelta(days=days), time(hour), tzinfo=UTC)
    return time_machine.travel(moment, tick=False)


@pytest.fixture(autouse=True)
def this_morning():
    with at(8) as clock:
        yield clock


@pytest.fixture
def wants(db):
    """Return a function that lets a person want the mail."""

    def choose(person, scope):
        User.objects.filter(pk=person.pk).update(email=f"{person.username}@example.com")
        MorningMail.objects.create(person=person, scope=scope, site="https://proofs.example.com")

    return choose


@pytest.fixture
def late(make_order):
    return make_order(order_date=TODAY - timedelta(days=14))


def tick():
    mornings.go_on()
    outbox.deliver_due()


def test_nobody_gets_one_who_has_not_chosen(as_manager, mia, late, mailoutbox):
    User.objects.update(email="mia@example.com")
    assert "You get none" in as_manager.get(PAGE).text
    tick()
    assert not mailoutbox


def test_who_chooses_it_gets_it_with_links_that_lead_where_they_chose(as_manager, mia, late, mailoutbox):
    User.objects.filter(pk=mia.pk).update(email="mia@example.com")
    answer = as_manager.post(PAGE, {"scope": "studio"}, follow=True, headers={"host": "localhost"})
    assert "Morning mail is on: all orders of the studio, from 07:00" in answer.text
    tick()
    (mail,) = mailoutbox
    assert mail.to == ['"Mia Lindqvist" <mia@example.com>']
    assert mail.subject == "Lumen & Sons Photography: 1 order to look at, 1 changed"
    assert (
        f"- Order 1001, {late.client.name}: 8 business days late at Images selected; unassigned" in mail.body
    )
    assert f"http://localhost/orders/{late.pk}/" in mail.body
    html = mail.alternatives[0].content
    assert f'href="http://localhost/orders/{late.pk}/"' in html
    assert "<bdi>Anna &lt;3 &amp; Bob" in html  # so that a name in Arabic turns nothing round
    assert "8 business days late at Images selected" in as_manager.get(PAGE).text


def test_the_page_says_what_it_would_say_and_whether_it_would_be_sent(as_manager, mia, late, wants):
    wants(mia, "studio")
    page = as_manager.get(PAGE)
    assert page.context["morning"].new.lines[0].order == late
    tick()
    assert "Nothing has changed since the last one" in as_manager.get(PAGE).text
    with at(9, days=3):  # a Saturday
        assert "The studio is closed today" in as_manager.get(PAGE).text


@pytest.mark.parametrize(
    ("scope", "numbers"),
    [("own", {"1001"}), ("departments", {"1001", "1002"}), ("studio", {"1001", "1002", "1003"})],
)
def test_each_is_told_of_the_orders_they_chose(
    mia, retouching, shipping, make_order, wants, mailoutbox, scope, numbers
):
    mia.departments.add(retouching)
    for department, user in ((None, mia), (retouching, None), (shipping, None)):
        order = make_order(order_date=TODAY - timedelta(days=14))
        Order.objects.filter(pk=order.pk).update(department=department, assigned_user=user)
    wants(mia, scope)
    tick()
    assert set(re.findall(r"Order (\d+)", mailoutbox[0].body)) == numbers


def test_the_whole_studio_is_for_those_who_see_overdue(
    as_staff, as_manager, sam, mia, late, wants, mailoutbox
):
    assert "All orders of the studio" not in as_staff.get(PAGE).text
    assert as_staff.post(PAGE, {"scope": "studio"}).status_code == 422
    wants(mia, "studio")
    User.objects.filter(pk=mia.pk).update(role=Role.STAFF)
    tick()
    assert not mailoutbox  # nothing is of her departments: she has none


def test_who_left_and_who_has_no_address_gets_none(sam, mia, late, wants, mailoutbox):
    for person in (sam, mia):
        wants(person, "departments")
    User.objects.filter(pk=sam.pk).update(is_active=False)
    User.objects.filter(pk=mia.pk).update(email="")
    tick()
    assert not Delivery.objects.exists()
    assert MorningRound.objects.get().on == TODAY


def test_who_leaves_while_it_waits_gets_none(mia, late, wants, mailoutbox):
    wants(mia, "studio")
    mornings.go_on()
    User.objects.filter(pk=mia.pk).update(is_active=False)
    outbox.deliver_due()
    assert Delivery.objects.get().reason == "Mia Lindqvist does not work here any more."
    assert not mailoutbox


def test_a_mail_of_another_day_is_not_sent_whatever_is_pressed(mia, late, wants, mailoutbox):
    wants(mia, "studio")
    MessagePreferences.objects.create(pk=1, is_paused=True)
    tick()
    assert Delivery.objects.get().state == "pending"
    with at(9, days=1):
        MessagePreferences.objects.update(is_paused=False)
        tick()
        assert [mail.subject[-10:] for mail in mailoutbox] == [" 1 changed"]  # today's, which says it all
        old = Delivery.objects.get(on=TODAY)
        assert old.state == "expired"
        steering.retry([old], by=mia)
        outbox.deliver_due()
        old.refresh_from_db()
        assert (old.state, old.reason_code) == ("expired", "past_day")
    assert len(mailoutbox) == 1


def test_made_at_the_studios_hour_and_once_also_where_hour_or_zone_change(mia, late, wants, mailoutbox):
    wants(mia, "studio")
    with at(6):
        forecasts.go_on()
        tick()
        assert not mailoutbox
        CompanyPreferences.objects.update(morning_mail_hour=6)
        tick()
        assert len(mailoutbox) == 1
    CompanyPreferences.objects.update(morning_mail_hour=9)
    operations.advance_status(late, operations.plan_advance(late), expected=None, by=mia)
    with at(10):
        tick()
    for zone in ("Pacific/Honolulu", "UTC"):
        CompanyPreferences.objects.update(time_zone=zone)
        for hour in (11, 23):
            with at(hour):
                tick()
    assert len(mailoutbox) == 1
    with at(10, days=1):
        tick()
    assert "Gone since Wed 10 Jun 2026" in mailoutbox[1].body


def test_it_waits_for_the_forecasts_of_the_day_but_not_for_ever(mia, late, wants, mailoutbox):
    wants(mia, "studio")
    CompanyPreferences.objects.update(morning_mail_hour=8)
    assert not Forecast.objects.exists()
    tick()
    assert not mailoutbox
    with at(9):
        tick()
    assert len(mailoutbox) == 1


def test_it_is_one_screen(mia, make_order, wants, mailoutbox):
    for _ in range(18):
        make_order(order_date=TODAY - timedelta(days=14))
    wants(mia, "studio")
    tick()
    (mail,) = mailoutbox
    assert mail.subject.endswith("18 orders to look at, 18 changed")
    assert mail.body.count("\n- Order") == morning_mail.MOST["new"] == 15
    assert "- and 3 more" in mail.body


def test_each_fact_is_said(mia, sam, statuses, make_order, wants, mailoutbox):
    broken, held, risky = (make_order(order_date=TODAY) for _ in range(3))
    Order.objects.update(assigned_user=sam)
    Order.objects.filter(pk=broken.pk).update(needed_by=TODAY - timedelta(days=1))
    Order.objects.filter(pk=held.pk).update(held_on=TODAY - timedelta(days=8))
    Forecast.objects.create(
        order=risky, stay_id=risky.stay_id, version=risky.version, on=TODAY, age=9, cases=60, usual_half=2,
        usual_85=4, complete_cases=60, is_at_risk=True, chance=10, leave_chance=10,
    )  # fmt: skip
    wants(mia, "studio")
    tick()
    said = mailoutbox[0].body
    assert "promise broken: needed by Tue 9 Jun" in said
    assert "on hold for 6 business days" in said
    assert "at risk: 9 business days at Images selected; half leave by 2, 85 of 100 by 4" in said


def test_it_stands_in_the_queue_and_colleagues_without_the_right_do_not_read_it(
    as_staff, as_manager, mia, late, wants
):
    wants(mia, "studio")
    tick()
    row = Delivery.objects.get()
    queue = as_manager.get("/triggers/queue/?state=done")
    assert "Morning mail" in queue.text
    assert "Email to Mia Lindqvist" in queue.text
    assert as_manager.get("/triggers/queue/?state=done&export=xlsx").status_code == 200
    assert "Made in the morning" in as_manager.get(f"/triggers/queue/{row.pk}/").text
    assert as_staff.get(f"/triggers/queue/{row.pk}/").status_code == 403


def test_a_client_who_is_erased_stands_in_no_mail(ada, mia, sam, late, statuses, wants):
    wants(mia, "studio")
    tick()
    plan = operations.plan_advance(late, to=statuses["Delivered"])
    operations.advance_status(late, plan, expected=None, by=sam, note="Done")
    with at(8, days=1):
        mornings.go_on()  # says that it is gone, and waits
    assert all("Anna" in str(row.payload) for row in Delivery.objects.all())
    operations.erase_client(late.client, by=ada)
    for row in Delivery.objects.all():
        assert "Anna" not in str([row.payload, row.content])
        assert row.payload["told"]
        assert row.state in ("sent", "skipped")
