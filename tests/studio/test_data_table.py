"""A declared table, drawn quickly: the same cells as django-tables2 draws, and what it does not."""

from datetime import UTC, date, datetime

import django_tables2 as tables
import pytest
from django.template import RequestContext, Template
from django.utils.html import format_html
from django_tables2 import RequestConfig

from studio.models import Client, Department, User
from studio.templatetags.components import NONE


class PersonTable(tables.Table):
    username = tables.Column(
        linkify=lambda record: f"/people/{record.pk}/",
        attrs={"a": {"class": "who"}, "td": {"class": "card-title"}},
    )
    last_name = tables.Column("Family name")
    role = tables.Column()
    departments = tables.ManyToManyColumn()
    doubled = tables.Column(accessor="username", orderable=False)
    buttons = tables.TemplateColumn("{{ record.username|upper }}", empty_values=(), orderable=False)
    place = tables.Column(empty_values=(), orderable=False)

    class Meta:
        row_attrs = {
            "class": lambda record: "is-muted" if record.role == "staff" else "",
            "data-pk": lambda record: record.pk,
        }

    def render_doubled(self, value, record, bound_row):
        return format_html("<b>{}</b>{}", value, bound_row.record.pk - record.pk)

    def render_place(self, record):
        return f"<{record.username}>"


def draw(rf, table, query="", tag='{% data_table table "People" %}', **context):
    request = rf.get(f"/people/{query}")
    RequestConfig(request, paginate={"per_page": 25}).configure(table)
    return Template("{% load tables %}" + tag).render(RequestContext(request, {"table": table, **context}))


@pytest.fixture
def everybody(sam, mia, ada):
    return User.objects.order_by("pk").prefetch_related("departments")


def test_cells_are_those_of_django_tables2(rf, everybody):
    table = PersonTable(everybody)
    html = draw(rf, table)
    for row in table.rows:
        for column, cell in row.items():
            if column.name not in {"username", "place"}:
                assert f">{NONE if cell == '—' else cell}</td>" in html


def test_links_escape_and_carry_their_attributes(rf, everybody, sam):
    html = draw(rf, PersonTable(everybody))
    assert f'<a href="/people/{sam.pk}/" class="who">sam</a>' in html
    assert "&lt;sam&gt;" in html
    assert "<sam>" not in html


def test_a_row_carries_its_attributes_and_each_cell_the_name_of_its_column(rf, everybody, sam):
    html = draw(rf, PersonTable(everybody))
    assert f'<tr class="is-muted" data-pk="{sam.pk}">' in html
    assert 'data-label="Family name"' in html


def test_choices_are_shown_in_words(rf, everybody):
    assert ">Manager<" in draw(rf, PersonTable(everybody))


def test_a_misspelt_accessor_is_an_error_and_not_a_dash(rf, sam):
    class Misspelt(tables.Table):
        nmae = tables.Column()

    with pytest.raises(AttributeError, match="nmae"):
        draw(rf, Misspelt(User.objects.all()))


def test_a_missing_relation_on_the_way_is_a_dash(rf, db):
    class Table(tables.Table):
        name = tables.Column(accessor="parent__name")

    class Record:
        parent = None

    assert "none</span>" in draw(rf, Table([Record()]))


def test_sort_links_turn_round_keep_the_filters_and_leave_the_page(rf, everybody):
    html = draw(rf, PersonTable(everybody), "?role=staff&sort=last_name&page=1")
    assert 'aria-sort="ascending"' in html
    assert 'href="?role=staff&amp;sort=-last_name"' in html
    assert 'href="?role=staff&amp;sort=username"' in html


def test_rows_can_be_ticked_for_a_form(rf, everybody, sam):
    html = draw(rf, PersonTable(everybody), tag='{% data_table table "People" select="bulk" %}')
    assert f'name="selected" value="{sam.pk}" form="bulk"' in html
    assert 'aria-label="Select Sam Okafor"' in html


def test_no_rows_say_what_to_do_next(rf, db):
    tag = '{% when_empty "Nobody yet" url="/new/" action="Add" as empty %}{% data_table table "People" empty=empty %}'
    html = draw(rf, PersonTable(User.objects.none()), tag=tag)
    assert "Nobody yet" in html
    assert '<a class="button button-primary" href="/new/">Add</a>' in html
    assert "<table" not in html


def test_dates_need_no_rendering_of_their_own(rf, db):
    class Table(tables.Table):
        day = tables.Column()

    assert ">Tue 3 Mar 2026<" in draw(rf, Table([{"day": date(2026, 3, 3)}]))


def test_dates_and_truth_of_a_model_are_shown_the_products_way(rf, sam):
    class Table(tables.Table):
        class Meta:
            model = User
            fields = ("date_joined", "is_active")

    sam.date_joined = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
    sam.save()
    html = draw(rf, Table(User.objects.filter(pk=sam.pk)))
    assert ">Tue 3 Mar 2026, 14:05<" in html
    assert ">Yes<" in html


def test_names_of_clients_stay_text(rf, db):
    class Table(tables.Table):
        name = tables.Column(linkify=lambda value: f"/?name={value}")

    evil = "<img src=x onerror=alert(1)>"
    html = draw(
        rf, Table([Client.objects.create(name=evil)]), tag='{% data_table table "Clients" select="f" %}'
    )
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


def test_the_number_of_queries_does_not_grow_with_the_rows(rf, db, django_assert_num_queries):
    class Table(tables.Table):
        name = tables.Column()

    for size in (3, 20):
        Department.objects.bulk_create(Department(name=f"{size}-{n}") for n in range(size))
        with django_assert_num_queries(2):
            draw(rf, Table(Department.objects.order_by("pk")))


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "People found: 0"),
        (1, "People found: 1"),
        (1000, "People found: 1,000"),
        (1001, "People found: 1,000+"),
    ],
)
def test_how_many_rows_there_are_is_told_to_screen_readers_up_to_a_thousand(rf, count, words):
    class NameTable(tables.Table):
        name = tables.Column()

    table = NameTable([{"name": "Sam"}] * count)
    html = draw(rf, table, tag='{% data_table table "People" noun="people" %}')
    assert f'data-said="found">{words}</p>' in html
