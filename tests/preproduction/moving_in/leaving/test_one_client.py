"""All about one client as one file."""

import io

import pytest
from openpyxl import load_workbook

from preproduction import operations
from studio.models import Client, PhotoSession
from tests.preproduction.moving_in.leaving.words import plant

pytestmark = pytest.mark.usefixtures("preferences")


def test_a_manager_downloads_all_about_a_client_and_nothing_about_another(
    order, session, sam, mia, statuses, as_manager, as_staff, make_order
):
    planted = plant(order, sam=sam, mia=mia, status=statuses["Sent to lab"])
    other = Client.objects.create(name="Somebody Else", notes="Not of this one")
    of_other = PhotoSession.objects.create(
        client=other, number="S-other", date=session.date, session_type=session.session_type
    )
    operations.write_note(operations.create_order(of_other, by=sam), by=sam, text="Not of this one")

    address = f"/clients/{session.client_id}/"
    assert "All as" in as_manager.get(address).content.decode()
    assert "All as" not in as_staff.get(address).content.decode()
    answer = as_manager.get(f"{address}export/")
    book = load_workbook(io.BytesIO(answer.content))
    text = repr([list(sheet.values) for sheet in book])
    assert [sheet.title for sheet in book] == [
        *("Clients", "Sessions", "Orders", "Status Notes", "Custom Fields", "Images", "Holds", "Reasons"),
        *(
            "Tasks and Calls",
            "Communication",
            "Messages",
            "Letters",
            "Sent nothing more",
            "What else happened",
        ),
    ]
    shown = {word for word in planted if word in text}
    # The HTML twin of a text, what an import or Maintenance noted for undoing, and what History has already.
    left_out = {"content html", "import", "Maintenance", "Delivery.reason_details", "Order.delay_reason"}
    assert {place for word, place in planted.items() if word not in shown} <= left_out
    assert other.name not in text
    assert "Not of this one" not in text
