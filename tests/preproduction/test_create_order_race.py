"""Several people, or one with a quick finger, make orders at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from preproduction import operations
from preproduction.models import Order, StatusChange

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("preferences", "statuses")]
PEOPLE = 8


def at_once(session, by, keywords):
    """Make an order in each of several threads; return what came out: orders and refusals."""

    def make(mine):
        try:
            return operations.create_order(session, by=by, **mine)
        except operations.OperationRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(make, keywords))


def test_the_same_form_sent_many_times_makes_one_order(session, sam):
    key = uuid4()
    made = at_once(session, sam, [{"request_key": key}] * PEOPLE)
    assert len(set(made)) == 1
    assert Order.objects.count() == StatusChange.objects.count() == 1


def test_one_number_goes_to_one_order_and_the_others_read_a_sentence(session, sam):
    made = at_once(session, sam, [{"number": "A-7"}] * PEOPLE)
    refused = [answer for answer in made if isinstance(answer, operations.OperationRefused)]
    assert Order.objects.count() == StatusChange.objects.count() == 1
    assert {str(refusal) for refusal in refused} == {"Another order has the number A-7."}
    assert len(refused) == PEOPLE - 1


def test_assigned_numbers_have_no_gap_and_no_twin(session, sam):
    at_once(session, sam, [{} for _ in range(3 * PEOPLE)])
    numbers = sorted(map(int, Order.objects.values_list("number", flat=True)))
    assert numbers == list(range(numbers[0], numbers[0] + 3 * PEOPLE))


def test_a_number_typed_by_two_at_once_stays_with_one(session, sam):
    orders = [operations.create_order(session, by=sam) for _ in range(PEOPLE)]

    def rename(order):
        try:
            return operations.edit_order(
                order, by=order.entered_by, changed={"number": "B-1"}, seen={"number": order.number}
            )
        except operations.OperationRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(rename, orders))
    assert Order.objects.filter(number="B-1").count() == 1
    refused = [str(answer) for answer in answers if not isinstance(answer, Order)]
    assert refused == ["Another order has the number B-1."] * (PEOPLE - 1)
