"""The words and small parts every page is made of: dates, icons, badges, panels, empty states, links of a list.

Tags that only put values into markup live here; tables and the navigation have modules of their own.
"""

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.template.defaulttags import querystring
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from studio import access, dates, icons, phones

register = template.Library()

NONE = mark_safe(
    '<span class="none"><span aria-hidden="true">—</span><span class="visually-hidden">none</span></span>'
)
NOTHING = mark_safe("<span></span>")  # for a cell that stays empty: "" would be shown as NONE
TONES = {"", "neutral", "danger", "warning", "success", "info", "accent", "plain"}


@register.filter
def may(user, permission: str) -> bool:
    """Ask `access.may`: {% if user|may:"advance_order" %}.  Raises ValueError for a permission nobody has."""
    return access.may(user, permission)


@register.filter
def studio_date(day: date | None) -> SafeString:
    """Show a studio-local calendar day as the studio writes it (studio/dates.py), with the ISO date for machines.

    None is a dash.
    An aware moment is shown as its day in the studio's time zone, which StudioTimeZoneMiddleware has in force.
    """
    if not day:
        return NONE
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return _day(day, dates.in_force())


@lru_cache(maxsize=2000)  # a list of 100 rows shows the same few weeks again and again
def _day(day: date, _style: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), dates.written(day))


@register.filter
def studio_moment(moment: datetime | None) -> SafeString:
    """Show an aware moment as "Tue 3 Mar 2026, 14:05" in the time zone in force; None as a dash."""
    if not moment:
        return NONE
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        dates.moment(local),
    )


@register.filter
def shown(value) -> SafeString:
    """Show any value of a record as a cell or a fact does.

    Dates and moments by the filters above, True and False as Yes and No, None and "" as a dash that is read as
    "none"; everything else escaped.
    """
    if value is None or value == "":
        return NONE
    if isinstance(value, SafeString):
        return value
    if isinstance(value, datetime):
        return studio_moment(value)
    if isinstance(value, date):
        return studio_date(value)
    if isinstance(value, bool):
        return conditional_escape("Yes" if value else "No")
    return conditional_escape(value)


@register.filter
def phone_link(number: str) -> SafeString:
    """Show a phone number as a link that calls it, its extension too; nothing as a dash, words as they are."""
    if not number:
        return NONE
    dialled = phones.dialled(number)
    if not dialled:
        return conditional_escape(number)
    return format_html('<a class="nowrap" href="{}">{}</a>', dialled, number)


@register.simple_tag
def field_value(label: str, value="", empty: str = "") -> SafeString:
    """Return one row of a <dl class="facts">: the label and the value as `shown` shows it.

    empty: words in place of the dash where the value is missing ("Unassigned").
    """
    text = (
        format_html('<span class="none">{}</span>', empty) if empty and value in (None, "") else shown(value)
    )
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', label, text)


@register.simple_tag
def icon(name: str, style: str = "micro", size: int | None = None) -> SafeString:
    """Return a heroicon as an SVG that screen readers skip; say the meaning in words beside it.

    style: "micro" (16 px, in buttons), "mini" (20), "outline" or "solid" (24).
    """
    return icons.icon(name, style, size)


@register.simple_tag
def badge(words: str, tone: str = "", icon: str = "", title: str = "") -> SafeString:
    """Return a badge.  The words carry the meaning; `tone` (danger, warning, success, info, accent) repeats it."""
    if tone not in TONES:
        raise ValueError(f"A badge has no tone {tone!r}.")
    return format_html(
        '<span class="badge{}"{}>{}{}</span>',
        f" badge-{tone}" if tone else "",
        format_html(' title="{}"', title) if title else "",
        icons.icon(icon, "micro", None) if icon else "",
        words,
    )


@register.simple_block_tag
def panel(
    content, title: str, id: str = "", tone: str = "", flush: bool = False, url: str = "", action: str = ""
):
    """Draw a bordered region with a heading: {% panel title="Status Notes" %} ... {% endpanel %}

    flush:       no padding, for a table that fills the panel.
    url, action: one link in the heading, at the right.
    """
    return format_html(
        '<section class="panel{}{}"{} aria-label="{}"><header class="panel-header"><h2>{}</h2>{}</header>'
        '<div class="panel-body">{}</div></section>',
        f" panel-{tone}" if tone else "",
        " panel-flush" if flush else "",
        format_html(' id="{}"', id) if id else "",
        title,
        title,
        format_html('<div class="panel-actions"><a href="{}">{}</a></div>', url, action) if url else "",
        content,
    )


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, text: str = "", url: str = "", action: str = "", icon: str = "inbox", small: bool = False
):
    """Say what is missing and what to do next.  `url` and `action` together make the button."""
    return {"title": title, "text": text, "url": url, "action": action, "icon": icon, "small": small}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page, key: str = "page", noun: str = ""):
    """Draw the page numbers of a Django `page`, keeping the rest of the query string; nothing for a single page.

    page: of a list that is longer than was counted it may have a negative number, counted from the end.
    key:  name of the page parameter.
    noun: what is counted, in the plural ("orders").
    """
    has_more = getattr(page.paginator, "has_more", False)
    return {
        "page": page,
        "where": _where(page),
        "count": page.paginator.count_words if has_more else page.paginator.count,
        "last": querystring(context, **{key: "last"}) if has_more else "",
        "noun": noun,
        "links": [
            (number, querystring(context, **{key: number}) if isinstance(number, int) else "")
            for number in _numbers(page, has_more)
        ],
        "previous": querystring(context, **{key: page.previous_page_number()}) if page.has_previous() else "",
        "next": querystring(context, **{key: page.next_page_number()}) if page.has_next() else "",
    }


def _where(page) -> str:
    """Say which rows a page holds."""
    if page.number > 0:
        return f"{page.start_index()}–{page.end_index()}"
    if page.number == -1:
        return f"Last {page.paginator.per_page}"
    return f"{-page.end_index()}–{-page.start_index()} from the end,"


def _numbers(page, has_more) -> list:
    """Return the numbers of pages to lead to, and "…" where some are left out."""
    if page.number < 0:
        return [1, page.paginator.ELLIPSIS]
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return numbers[:-1] if has_more else numbers  # there are more, and no number says how many


@register.inclusion_tag("components/export_links.html", takes_context=True)
def export_links(context, kinds: Collection[str] = ("xlsx", "pdf"), key: str = "export"):
    """Draw links that export what the page shows: its own address and filters, plus `?export=xlsx` or `pdf`."""
    words = {"xlsx": "Export to Excel", "pdf": "Print"}
    icons = {"xlsx": "table-cells", "pdf": "printer"}
    return {
        "links": [
            {
                "href": querystring(context, **{key: kind, "page": None}),
                "words": words[kind],
                "icon": icons[kind],
            }
            for kind in kinds
        ]
    }
