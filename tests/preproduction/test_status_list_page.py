"""The page of the status list, with scripts off: every tool is a form."""

import pytest
from django.urls import reverse

from preproduction import operations
from preproduction.models import Status, StatusList

pytestmark = pytest.mark.django_db

LIST = "/maintenance/preproduction-statuses/"
ROW = {"default_department": "", "default_user": "", "default_duration": ""}


def address(verb, *args):
    return reverse(f"preproduction:{verb}_status", args=args)


def version():
    return StatusList.current_version()


def send(browser, verb, *args, follow=True, **data):
    data.setdefault("version", version())
    return browser.post(address(verb, *args), data, follow=follow)


def descriptions(**where):
    return list(Status.objects.filter(**where).values_list("description", flat=True))


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_page_shows_the_columns_letter_for_letter(as_administrator, statuses):
    page = as_administrator.get(LIST).content.decode()
    columns = ["Description", "Default Department", "Default User", "Default Duration"]
    columns += ["Initial Status", "Final Status", "Inactive"]
    places = [page.index(f">{column}</th>") for column in columns]
    assert places == sorted(places)


def test_rows_stand_in_the_order_of_the_list(as_administrator, statuses):
    operations.move_status(statuses["Delivered"], expected=version(), by=-1)
    rows = as_administrator.get(LIST).context["rows"]
    assert [row.description for row in rows] == descriptions()
    assert descriptions()[-2:] == ["Delivered", "Proofs received"]


def test_page_offers_every_tool(as_administrator, statuses):
    page = as_administrator.get(LIST).content.decode()
    tools = [
        "New",
        "Insert",
        "Move Up",
        "Move Down",
        "Delete",
        "Hide Inactive",
        "Print",
        "Export to Excel",
        "Close",
    ]
    for tool in tools:
        assert f"<span>{tool}</span>" in page
    assert "Click here to add a new record." in page


def test_only_administrators_come_in(as_staff, as_manager, statuses):
    for browser in (as_staff, as_manager):
        assert browser.get(LIST).status_code == 403
        assert send(browser, "move", status=statuses["Delivered"].pk, by=-1).status_code == 403
    assert descriptions()[-1] == "Delivered"


def test_nothing_changes_by_a_link(as_administrator, statuses):
    for verb in ("create", "move", "place", "delete", "replace"):
        assert as_administrator.get(address(verb))["Location"] == LIST
    assert as_administrator.get(address("edit", statuses["Delivered"].pk))["Location"] == LIST


def test_empty_list_says_what_to_do(as_administrator):
    response = as_administrator.get(LIST)
    assert response.status_code == 200
    assert "The status list is empty" in response.content.decode()


def test_first_row_adds_at_the_bottom(as_administrator, statuses):
    response = send(as_administrator, "create", place="first", description="Archived", **ROW)
    assert said(response) == ["Archived added."]
    assert descriptions()[-1] == "Archived"


def test_first_row_adds_to_an_empty_list(as_administrator):
    send(as_administrator, "create", place="first", description="Images selected", **ROW)
    assert list(Status.objects.values_list("description", "position")) == [("Images selected", 1)]


def test_new_shows_a_row_at_the_bottom_and_adds_there(as_administrator, statuses):
    response = send(as_administrator, "create", ask="bottom", status=statuses["Sent to lab"].pk)
    page = response.content.decode()
    assert page.index('data-draft="row"') > page.index(f'data-row="{statuses["Delivered"].pk}"')
    assert len(descriptions()) == 5
    send(as_administrator, "create", above="", description="Archived", **ROW)
    assert descriptions()[-1] == "Archived"


def test_insert_adds_above_the_selected_row(as_administrator, statuses, retouching):
    selected = statuses["Sent to lab"]
    page = send(as_administrator, "create", ask="above", status=selected.pk).content.decode()
    draft = page.index('data-draft="row"')
    assert (
        page.index(f'data-row="{statuses["Images selected"].pk}"')
        < draft
        < page.index(f'data-row="{selected.pk}"')
    )
    row = ROW | {"default_department": retouching.pk, "default_duration": 4}
    send(as_administrator, "create", above=selected.pk, description="Retouched", **row)
    assert descriptions()[:3] == ["Images selected", "Retouched", "Sent to lab"]
    added = Status.objects.get(description="Retouched")
    assert (added.default_department, added.default_duration) == (retouching, 4)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"description": " "}, "Type a description."),
        ({"description": "x" * 61}, "Ensure this value has at most 60 characters (it has 61)."),
        ({"description": "SENT TO LAB"}, "Another active status has this description."),
        ({"description": "Two\u202elines"}, "Remove the invisible character"),
        (
            {"description": "Good", "default_duration": "366"},
            "Ensure this value is less than or equal to 365.",
        ),
        (
            {"description": "Good", "default_duration": "-1"},
            "Ensure this value is greater than or equal to 0.",
        ),
        ({"description": "Good", "default_duration": "three"}, "Enter a whole number."),
        (
            {"description": "Good", "is_initial": "on", "is_final": "on"},
            "The initial status cannot be final.",
        ),
        (
            {"description": "Good", "is_initial": "on", "is_inactive": "on"},
            "The initial status cannot be inactive.",
        ),
        ({"description": "Good", "default_user": "99999"}, "Select a valid choice."),
    ],
)
def test_row_that_is_not_valid_is_refused_and_kept(as_administrator, statuses, typed, sentence):
    response = send(as_administrator, "create", place="first", **ROW | typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert f'value="{typed["description"].strip() or " "}"' in page or "\u202e" in typed["description"]
    assert len(descriptions()) == 5
    assert Status.objects.initial() == statuses["Images selected"]


def test_whole_row_is_edited_without_scripts(as_administrator, statuses, shipping):
    status = statuses["Proofs received"]
    page = as_administrator.get(LIST, {"edit": status.pk}).content.decode()
    assert f'data-instead-of="{status.pk}"' in page
    typed = {
        "description": "Proofs in",
        "default_department": shipping.pk,
        "default_user": "",
        "default_duration": "",
    }
    response = send(as_administrator, "edit", status.pk, whole_row="on", is_inactive="on", **typed)
    assert said(response) == ["Proofs in saved."]
    status.refresh_from_db()
    assert (status.description, status.default_department, status.default_user) == (
        "Proofs in",
        shipping,
        None,
    )
    assert (status.default_duration, status.is_inactive, status.position) == (None, True, 4)


def test_one_cell_is_edited_and_the_others_stay(as_administrator, statuses, retouching):
    status = statuses["Proofs received"]
    send(as_administrator, "edit", status.pk, default_duration="9")
    status.refresh_from_db()
    assert (status.default_duration, status.default_department, status.is_final) == (9, retouching, False)


def test_cell_that_is_not_valid_shows_the_sentence_and_what_was_typed(as_administrator, statuses):
    response = send(as_administrator, "edit", statuses["Proofs received"].pk, description="sent TO lab")
    assert response.status_code == 422
    page = response.content.decode()
    cell = page[page.index("data-editing") :]
    assert cell.index('value="sent TO lab"') < cell.index("Another active status has this description.")
    assert statuses["Proofs received"].pk == response.context["selected"]


def test_refused_tick_says_why_at_its_cell(as_administrator, order):
    status = Status.objects.initial()
    response = send(as_administrator, "edit", status.pk, is_inactive="true")
    assert response.status_code == 422
    assert "The initial status cannot be inactive." in response.content.decode()
    operations.advance_status(order, operations.plan_advance(order), expected=1, by=order.entered_by)
    response = send(as_administrator, "edit", order.__class__.objects.get().status_id, is_final="true")
    assert response.status_code == 422
    assert "1 order stands at Sent to lab" in response.content.decode()


def test_move_up_passes_the_next_visible_row(as_administrator, statuses):
    moving = statuses["Proofs received"]
    send(as_administrator, "move", status=moving.pk, by=-1, hide_inactive="on")
    assert descriptions() == [
        "Images selected",
        "Proofs received",
        "On the shelf",
        "Sent to lab",
        "Delivered",
    ]
    send(as_administrator, "move", status=moving.pk, by=1)
    assert descriptions() == [
        "Images selected",
        "On the shelf",
        "Proofs received",
        "Sent to lab",
        "Delivered",
    ]


def test_move_keeps_the_row_selected_and_the_rest_hidden(as_administrator, statuses):
    response = send(as_administrator, "move", status=statuses["Delivered"].pk, by=-1, hide_inactive="on")
    assert response.redirect_chain[-1][0].startswith(
        f"{LIST}?hide_inactive=on&status={statuses['Delivered'].pk}"
    )
    assert response.context["selected"] == statuses["Delivered"].pk
    assert "On the shelf" not in response.content.decode()


@pytest.mark.parametrize(
    ("description", "by", "sentence"),
    [
        ("Images selected", -1, "Images selected is first already."),
        ("Delivered", 1, "Delivered is last already."),
    ],
)
def test_move_over_the_end_says_so(as_administrator, statuses, description, by, sentence):
    response = send(as_administrator, "move", status=statuses[description].pk, by=by)
    assert response.status_code == 409
    assert sentence in response.content.decode()


def test_tools_ask_for_a_row(as_administrator, statuses):
    for verb in ("move", "place", "delete", "replace"):
        response = send(as_administrator, verb)
        assert response.status_code == 409
        assert "Select a row first." in response.content.decode()


def test_row_is_dropped_before_another_and_at_the_end(as_administrator, statuses):
    delivered, selected = statuses["Delivered"], statuses["Images selected"]
    send(as_administrator, "place", status=delivered.pk, before=statuses["Sent to lab"].pk)
    assert descriptions()[:3] == ["Images selected", "Delivered", "Sent to lab"]
    send(as_administrator, "place", status=selected.pk, before="")
    assert descriptions()[-1] == "Images selected"
    assert list(Status.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]


def test_hide_inactive_hides_and_reveals(as_administrator, statuses):
    hidden = as_administrator.get(LIST, {"hide_inactive": "on"}).content.decode()
    assert "On the shelf" not in hidden
    assert 'aria-pressed="true"' in hidden
    assert "On the shelf" in as_administrator.get(LIST).content.decode()


def test_row_made_inactive_while_hidden_selects_the_next(as_administrator, statuses):
    response = send(
        as_administrator, "edit", statuses["Sent to lab"].pk, is_inactive="true", hide_inactive="on"
    )
    assert said(response) == ["Sent to lab is inactive now, and hidden."]
    assert "Sent to lab" not in response.content.decode().split("</table>")[0].split("<table")[1]


def test_marking_another_row_initial_moves_the_mark(as_administrator, statuses):
    send(as_administrator, "edit", statuses["Sent to lab"].pk, is_initial="true")
    assert descriptions(is_initial=True) == ["Sent to lab"]


def test_open_orders_are_counted_and_linked(as_administrator, make_order):
    status = [make_order(), make_order()][0].status
    page = as_administrator.get(LIST).content.decode()
    assert f'href="{reverse("preproduction:order_list")}?status={status.pk}"' in page
    assert "2<span" in page


def test_close_goes_back_to_where_one_came_from(as_administrator, statuses):
    def close(referer=None, **data):
        headers = {"Referer": referer} if referer else {}
        return as_administrator.get(LIST, data, headers=headers).context["back"]

    assert close() == "/"
    assert close("http://testserver/orders/?late=any") == "/orders/?late=any"
    assert close("http://elsewhere.example/orders/") == "/"
    assert close("http://[nonsense") == "/"
    assert close("http://testserver//evil.example/") == "/"
    assert close(f"http://testserver{LIST}?hide_inactive=on", back="/sessions/") == "/sessions/"
    for foreign in ("//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"):
        assert close(back=foreign) == "/"


def test_page_costs_the_same_for_any_number_of_rows(as_administrator, statuses, django_assert_num_queries):
    as_administrator.get(LIST)
    with django_assert_num_queries(14):  # one for open orders without a status, one for what orders took
        as_administrator.get(LIST)
    for number in range(30):
        Status.objects.create(description=f"Step {number}", position=10 + number, default_duration=number)
    as_administrator.get(LIST)  # reads what was set up anew
    with django_assert_num_queries(14):  # one for open orders without a status, one for how long orders took
        as_administrator.get(LIST)


def test_nonsense_in_the_address_is_ignored(as_administrator, statuses):
    nonsense = {
        "status": "x" * 300,
        "edit": "-1",
        "export": "docx",
        "hide_inactive": "maybe",
        "version": "9" * 40,
    }
    assert as_administrator.get(LIST, nonsense).status_code == 200
    assert as_administrator.get(LIST, {"edit": "9" * 30, "status": "\x00"}).status_code == 200
