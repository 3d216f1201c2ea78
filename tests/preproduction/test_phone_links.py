"""Every number shown can be tapped, and dials what is written."""

import html
import re

import pytest

from studio import phones
from studio.models import User
from triggers.models import Task

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a [^>]*href="(tel:[^"]*)"[^>]*>([^<]*)</a>')
NUMBERS = ("+44 (0)20 7946 0958 ext. 12", "(732) 555‑0199 x7", "089/123456 DW 3")


def test_every_link_dials_what_is_written(as_administrator, order, vendor, sam):
    client = order.session.client
    client.phone, client.mobile_phone, vendor.phone, sam.phone = *NUMBERS, NUMBERS[0]
    for each in (client, vendor, sam):
        each.save()
    type(order).objects.filter(pk=order.pk).update(vendor=vendor, status_due_date="2020-01-01")
    call = Task.objects.create(
        kind=Task.Kind.CALL, title="x", call_name="Anna", call_number=NUMBERS[1], order=order
    )
    User.objects.create_user("words", phone="ask Mia")
    expected = {
        order.get_absolute_url(): {client.phone, vendor.phone, call.call_number},
        client.get_absolute_url(): {client.phone, client.mobile_phone},
        order.session.get_absolute_url(): {client.phone, client.mobile_phone},
        f"/sessions/{order.session.pk}/edit/": {client.phone},
        "/clients/": {client.phone},
        "/orders/overdue/": {client.phone, client.mobile_phone, vendor.phone},
        "/maintenance/vendors/": {vendor.phone},
        "/maintenance/users/": {sam.phone},
        "/calls/?show=all": {call.call_number},
        call.done_url: {call.call_number},
    }
    for address, numbers in expected.items():
        answer = as_administrator.get(address)
        assert answer.status_code == 200, address
        links = {html.unescape(text): to for to, text in LINK.findall(answer.text)}
        assert links.keys() == numbers, address
        for number, to in links.items():
            assert to == phones.dialled(number), (address, number)
        for number in numbers:
            outside = LINK.sub("", answer.text).count(html.escape(number))
            assert outside == 0 or "value=" in answer.text, (address, number)
