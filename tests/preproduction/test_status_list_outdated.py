"""Two administrators: a change against an outdated list is refused, the fresh list shown, what was typed kept."""

import pytest
from django.urls import reverse

from preproduction import operations
from preproduction.models import Status, StatusList

pytestmark = pytest.mark.django_db

SENTENCE = "Somebody has changed the list meanwhile. This is the list as it is now; do your change again."


def address(verb, *args):
    return reverse(f"preproduction:{verb}_status", args=args)


@pytest.fixture
def seen(statuses):
    """The version on one administrator's page, before the other moved Delivered up."""
    version = StatusList.current_version()
    operations.move_status(statuses["Delivered"], expected=version, by=-1)
    return version


@pytest.fixture
def acts(statuses):
    status = statuses["Sent to lab"].pk
    row = {"default_department": "", "default_user": "", "default_duration": ""}
    return {
        "create": (address("create"), {"place": "first", "description": "Archived", **row}),
        "insert": (address("create"), {"above": status, "description": "Archived", **row}),
        "edit a cell": (address("edit", status), {"description": "Sent off"}),
        "edit a row": (address("edit", status), {"whole_row": "on", "description": "Sent off", **row}),
        "tick": (address("edit", status), {"is_initial": "true"}),
        "move": (address("move"), {"status": status, "by": "1"}),
        "place": (address("place"), {"status": status, "before": ""}),
        "delete": (address("delete"), {"status": status, "confirmed": "on"}),
        "replace": (address("replace"), {"status": status, "replacement": statuses["Proofs received"].pk}),
    }


@pytest.mark.parametrize(
    "act",
    ["create", "insert", "edit a cell", "edit a row", "tick", "move", "place", "delete", "replace"],
)
def test_change_is_refused_with_the_sentence_and_the_fresh_list(as_administrator, seen, acts, act):
    where, data = acts[act]
    before = list(Status.objects.values())
    for version in (seen, "", "nonsense", 10**30):
        response = as_administrator.post(where, data | {"version": version})
        assert response.status_code == 409
        page = response.content.decode()
        assert SENTENCE in page
        assert page.index("Delivered") < page.index("Proofs received")
    assert list(Status.objects.values()) == before


@pytest.mark.parametrize("act", ["create", "insert", "edit a cell", "edit a row"])
def test_what_was_typed_is_kept_and_can_be_sent_again(as_administrator, seen, acts, act):
    where, data = acts[act]
    page = as_administrator.post(where, data | {"version": seen}).content.decode()
    assert f'value="{data["description"]}"' in page
    fresh = StatusList.current_version()
    assert f'name="version" value="{fresh}"' in page
    as_administrator.post(where, data | {"version": fresh})
    assert Status.objects.filter(description=data["description"]).exists()


@pytest.mark.parametrize("act", ["insert", "edit a cell", "edit a row", "move", "place", "delete", "replace"])
def test_row_deleted_by_the_other_is_no_error(as_administrator, statuses, seen, acts, act):
    operations.delete_status(statuses["Sent to lab"], expected=StatusList.current_version())
    where, data = acts[act]
    response = as_administrator.post(where, data | {"version": seen})
    assert response.status_code == 409
    assert "Somebody has deleted this status meanwhile." in response.content.decode()


def test_htmx_gets_the_fresh_list_only(as_administrator, seen, acts):
    where, data = acts["move"]
    response = as_administrator.post(where, data | {"version": seen}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 409
    assert 'data-outcome="outdated"' in page
    assert "<html" not in page
