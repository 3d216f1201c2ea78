"""A client's name through everything that is printed with it, looked at as pictures."""

import random
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from studio.models import Client
from studio.paper import coverage
from tests.pictures import NAMES, pictures_of
from triggers.models import Delivery, Letter, MessageTemplate

IN_THE_MAIN_FONT = ("Latin", "Vietnamese", "Greek", "Cyrillic")  # where no other is asked
MOMENT = datetime(2026, 6, 10, 9, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def prints_of(as_manager, order, make_delivery):
    """Return a function from a client's name to the pictures of all prints that bear it, by what they are."""
    delivery = make_delivery(Delivery.State.SENT, trigger_kind="letter")
    letter = Letter.objects.create(
        delivery=delivery, order_id=order.pk, layout=MessageTemplate.LetterLayout.WINDOW, created_at=MOMENT
    )
    addresses = {
        "list": "/orders/?export=pdf",
        "work order": f"/orders/{order.pk}/work-order/",
        "purchase order": f"/orders/{order.pk}/purchase-order/",
        "letter": f"/letters/{letter.pk}/pdf/",
    }

    def prints(name):
        Client.objects.update(name=name)
        Letter.objects.update(to_name=name, text=f"{name},\n\nthe proofs are here.")
        with time_machine.travel(MOMENT, tick=False):
            return {
                what: pictures_of(as_manager.get(url).content, scale=1) for what, url in addresses.items()
            }

    return prints


def alike(one, other):
    return {what for what in one if one[what] == other[what]}


def test_unequal_names_make_unequal_pictures_and_none_is_a_row_of_boxes(
    prints_of, monkeypatch, size, seed, record
):
    scripts = random.Random(seed).sample(sorted(NAMES), size("scripts printed"))
    drawn = {script: [prints_of(name) for name in NAMES[script]] for script in scripts}
    # Control: with a box for each letter, as prints were where the font was missing, no two can be told apart.
    monkeypatch.setattr(coverage, "drawn_as", lambda letter: "\u0378")
    for script, (one, other) in drawn.items():
        boxes, other_boxes = [prints_of(name) for name in NAMES[script]]
        assert (script, alike(one, other)) == (script, set())
        if script not in IN_THE_MAIN_FONT:
            assert (script, alike(one, boxes), alike(boxes, other_boxes)) == (script, set(), {*boxes})
    record(scripts=len(scripts))
