"""The small parts of a page: dates, badges, icons, links of a list."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.utils import timezone

from studio.templatetags.components import (
    NONE,
    badge,
    field_value,
    icon,
    may,
    shown,
    studio_date,
    studio_moment,
)

EVIL = '"><script>alert(1)</script>'


def draw(text, rf, query="", **context):
    request = rf.get(f"/orders/{query}")
    return Template("{% load components %}" + text).render(RequestContext(request, context))


def test_a_day_reads_the_same_everywhere():
    assert studio_date(date(2026, 3, 3)) == '<time datetime="2026-03-03">Tue 3 Mar 2026</time>'


def test_a_moment_is_shown_on_the_studios_clock():
    moment = datetime(2026, 3, 4, 3, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("America/New_York")):
        assert ">Tue 3 Mar 2026, 22:30<" in studio_moment(moment)
        assert ">Tue 3 Mar 2026<" in studio_date(moment)


@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_said_to_screen_readers_too(value):
    assert shown(value) == NONE
    assert "none</span>" in NONE


@pytest.mark.parametrize(("value", "words"), [(True, "Yes"), (False, "No"), (0, "0"), ("a<b", "a&lt;b")])
def test_values_are_shown_as_words(value, words):
    assert shown(value) == words


def test_a_fact_may_say_what_a_missing_value_means():
    assert "Unassigned" in field_value("User", None, "Unassigned")
    assert "Unassigned" not in field_value("User", "Mia", "Unassigned")


@pytest.mark.parametrize(
    "html",
    [
        badge(EVIL, "danger", title=EVIL),
        field_value(EVIL, EVIL),
        field_value("User", "", EVIL),
        Template(
            "{% load components %}{% panel title=evil id=evil url=evil action=evil %}{{ evil }}{% endpanel %}"
        ).render(Context({"evil": EVIL})),
        Template("{% load components %}{% empty_state evil evil evil evil %}").render(
            Context({"evil": EVIL})
        ),
    ],
)
def test_text_of_users_stays_text(html):
    assert "<script" not in html


def test_a_badge_has_only_the_tones_there_are():
    with pytest.raises(ValueError, match="no tone 'pink'"):
        badge("Late", "pink")


def test_icons_are_skipped_by_screen_readers():
    assert 'aria-hidden="true"' in icon("plus")


def test_asking_for_a_permission_nobody_has_is_an_error():
    assert may(AnonymousUser(), "advance_order") is False
    with pytest.raises(ValueError, match="advance_ordre"):
        may(AnonymousUser(), "advance_ordre")


def test_page_links_keep_the_filters(rf):
    page = Paginator(range(90), 25).page(2)
    html = draw('{% pagination page noun="orders" %}', rf, "?status=3&page=2", page=page)
    assert "26–50 of 90 orders" in html
    assert 'href="?status=3&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1


def test_exports_keep_the_filters_and_leave_the_page_out(rf):
    html = draw("{% export_links %}", rf, "?status=3&page=2")
    assert 'href="?status=3&amp;export=xlsx"' in html
    assert 'href="?status=3&amp;export=pdf"' in html
