"""The lists of the foundation: search, order, inactive rows, pages, files, and who may see them."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from studio import tables
from studio.models import Client, Department, PhotoSession, SessionType, User, Vendor

LISTS = {
    "studio:client_list": tables.ClientTable,
    "studio:session_list": tables.SessionTable,
    "studio:department_list": tables.DepartmentTable,
    "studio:session_type_list": tables.SessionTypeTable,
    "studio:vendor_list": tables.VendorTable,
    "studio:user_list": tables.UserTable,
}
NONSENSE = (
    "sort=nothing",
    "sort=pk;drop",
    "sort=../../etc/passwd",
    "sort=--name",
    "sort=departments",
    "page=0",
    "page=-3",
    "page=x",
    "page=99999999999999",
    "export=exe",
    "q=%00",
    "q=" + "x" * 500,
    "inactive=2&q=%F0%9F%98%80",
    "q=a+b+c+d+e+f+g+h+i+j+k",
    "sort=&page=&q=",
)


@pytest.fixture
def rows(session, vendor, sam, mia, retouching, shipping):
    """At least two rows of each list."""
    other = Client.objects.create(name="Élodie Ångström", is_inactive=True, do_not_contact=True)
    wedding = SessionType.objects.create(name="Wedding", is_inactive=True)
    PhotoSession.objects.create(
        number="S-101", client=other, date=date(2026, 6, 2), session_type=wedding, location="Harbour"
    )
    Vendor.objects.create(name="Own Lab", is_in_house=True, is_inactive=True, email="lab@example.com")
    Department.objects.create(name="Sales", is_inactive=True)


def rows_in_file(response):
    sheet = load_workbook(BytesIO(response.content)).active
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("name", "table"), LISTS.items())
def test_every_list_sorts_by_every_column(as_administrator, rows, name, table):
    columns = [column for column, declared in table.base_columns.items() if declared.orderable is not False]
    assert columns
    for column in columns:
        for sort, ordered in ((column, "ascending"), (f"-{column}", "descending")):
            response = as_administrator.get(reverse(name), {"sort": sort, "inactive": "on"})
            assert response.status_code == 200
            assert f'aria-sort="{ordered}"' in response.text, sort


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_every_list_leaves_as_a_file(as_administrator, rows, name, kind):
    response = as_administrator.get(reverse(name), {"export": kind, "inactive": "on"})
    assert response.status_code == 200
    assert response.content.startswith(b"PK" if kind == "xlsx" else b"%PDF")


@pytest.mark.parametrize("name", LISTS)
def test_nonsense_in_the_address_is_ignored(as_administrator, rows, name):
    for query in NONSENSE:
        assert as_administrator.get(f"{reverse(name)}?{query}").status_code == 200, query


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_same_few_questions_for_more_rows(
    as_administrator, rows, name, django_assert_max_num_queries
):
    as_administrator.get("/help/")  # what the studio has set up is read once in a process
    with django_assert_max_num_queries(12) as few:
        as_administrator.get(reverse(name))
    asked = len(few)
    Client.objects.bulk_create(Client(name=f"Client {n}") for n in range(20))
    Department.objects.bulk_create(Department(name=f"Department {n}") for n in range(20))
    Vendor.objects.bulk_create(Vendor(name=f"Vendor {n}") for n in range(20))
    SessionType.objects.bulk_create(SessionType(name=f"Type {n}") for n in range(20))
    people = User.objects.bulk_create(User(username=f"user{n}") for n in range(20))
    for person in people:
        person.departments.add(*Department.objects.all()[:2])
    session = PhotoSession.objects.first()
    PhotoSession.objects.bulk_create(
        PhotoSession(
            number=f"N{n}", client=session.client, date=session.date, session_type=session.session_type, photographer=person
        )
        for n, person in enumerate(people)
    )  # fmt: skip
    as_administrator.get("/help/")
    with django_assert_max_num_queries(asked):
        as_administrator.get(reverse(name))


def test_search_finds_every_word_in_any_column_whatever_its_case(as_staff, rows):
    def found(words):
        return as_staff.get(reverse("studio:client_list"), {"q": words, "inactive": "on"}).text

    assert "Anna &lt;3" in found("bob 0142")
    assert "No clients match" in found("bob 9999")
    assert "Ångström" in found("élodie")
    assert "Ångström" in found("ÅNGSTRÖM")


def test_somebody_of_two_departments_is_found_once(as_administrator, sam, shipping):
    sam.departments.add(shipping)
    page = as_administrator.get(reverse("studio:user_list"), {"q": "ing"})
    assert [row.record for row in page.context["table"].paginated_rows] == [sam]


def test_inactive_rows_are_hidden_until_asked_for(as_administrator, rows):
    page = as_administrator.get(reverse("studio:vendor_list"))
    assert "Northlight Lab" in page.text
    assert "Own Lab" not in page.text
    shown = as_administrator.get(reverse("studio:vendor_list"), {"inactive": "on"})
    assert "Own Lab" in shown.text
    assert "is-muted" in shown.text
    assert [
        row["Name"] for row in rows_in_file(as_administrator.get("/maintenance/vendors/?export=xlsx"))
    ] == ["Northlight Lab"]


def test_a_file_holds_what_the_page_is_narrowed_to_and_values_not_markup(as_administrator, rows):
    response = as_administrator.get(
        reverse("studio:client_list"), {"export": "xlsx", "q": "anna", "inactive": "on"}
    )
    (row,) = rows_in_file(response)
    assert row["Name"] == "Anna <3 & Bob <b>"
    assert row["Last Session"].date() == date(2026, 6, 1)
    assert row["Sessions"] == 1
    assert row["Do Not Contact"] == "No"


def test_long_lists_have_pages_that_never_repeat_a_row(as_staff, session):
    PhotoSession.objects.bulk_create(
        PhotoSession(
            number=f"N{n:03}", client=session.client, date=session.date, session_type=session.session_type
        )
        for n in range(119)
    )
    seen = []
    for page in (1, 2, 3):
        response = as_staff.get(reverse("studio:session_list"), {"page": page, "sort": "date"})
        seen += [row.record.number for row in response.context["table"].paginated_rows]
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("client_list", "No clients yet"),
        ("session_list", "No sessions yet"),
        ("department_list", "No departments yet"),
        ("vendor_list", "No vendors yet"),
        ("session_type_list", "No session types yet"),
    ],
)
def test_an_empty_list_says_what_to_do_next(as_administrator, name, words):
    page = as_administrator.get(reverse(f"studio:{name}"))
    assert words in page.text
    assert "button-primary" in page.text


@pytest.mark.parametrize(
    "name", ["department_list", "session_type_list", "vendor_list", "user_list", "preferences"]
)
def test_maintenance_is_for_administrators(as_staff, as_manager, client, name):
    address = reverse(f"studio:{name}")
    assert as_staff.get(address).status_code == 403
    assert as_manager.get(address).status_code == 403
    assert client.get(address).url == f"/accounts/login/?next={address}"


def test_an_email_address_is_one_link(as_administrator, rows):
    page = as_administrator.get(f"{reverse('studio:vendor_list')}?inactive=on").content.decode()
    assert page.count('href="mailto:lab@example.com"') == 1
