"""The address of a form, opened by itself, leads to the page from which the form is sent."""

import pytest
from django.urls import resolve

from studio import page_above
from tests.routes import all_routes
from tests.security.access_table import READ, ROUTES, SEND

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
@pytest.mark.usefixtures("preferences")
def test_the_address_of_a_form_leads_to_its_page_when_it_is_opened(as_staff, order):
    assert as_staff.get(f"/orders/{order.pk}/communication/")["Location"] == f"/orders/{order.pk}/"
    assert as_staff.get(f"/orders/{order.pk}/images/returned/")["Location"] == f"/orders/{order.pk}/images/"
    assert as_staff.get("/orders/views/7/delete/")["Location"] == "/orders/"
    assert as_staff.get("/seen/")["Location"] == "/"


def test_every_form_has_a_page_above_it():
    """It is Home for what stands on many pages."""
    for route in all_routes():
        address = f"/{route.pattern}".replace("<int:pk>", "7")
        while ROUTES[resolve(address).view_name][0] == SEND:
            address = page_above.find(address)
        assert ROUTES[resolve(address).view_name][0] >= READ or "password/set" in address
        assert address != "/" or route.name in {
            "preproduction:home",
            "preproduction:news_seen",
            "studio:pin_page",
            "triggers:refusal_lift",
        }
