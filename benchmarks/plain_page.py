"""The floor of a page that lists orders: the same HTML from one plain template, behind the same middleware.

The page is opened once, and a template is made of its HTML.  In the rows of the list each text and each value of an
attribute that is not the same in all of them is a variable; everything around the rows stands there as it is, which no
page can beat.  The view reads the rows as objects, sends the page's other statements as they were recorded, and renders;
it knows no rules, no dates, no addresses and no forms.
"""

import re
from collections import defaultdict
from html import unescape

ROW = re.compile(r'<tr data-row="(\d+)".*?</tr>\s*', re.DOTALL)
VALUE = re.compile(r'((?<=>)[^<]+(?=<)|(?<==")[^"]*(?="))')
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<="X-CSRFToken": ")\w+')
# What is another one each time that the page is opened; the template has one of them.
ONCE = re.compile(TOKEN.pattern + r'|(?<=name="request_key" value=")[^"]+|(?<=name="form_page" value=")[^"]+')


def add(browser, address) -> str:
    """Serve the plain page beside the real one, and return its address."""
    from django.http import HttpResponse
    from django.template import engines
    from django.urls import clear_url_caches, path

    from preproduction.models import Order
    from studio import urls

    own, keys, said = [], [], {}

    def view(request):
        Order.objects.for_table().in_bulk(keys)
        send(own)
        return HttpResponse(said["template"].render({"rows": said["rows"]}, request) if said else "")

    plain = f"/plain{address}"
    urls.urlpatterns.insert(0, path(plain[1:], view))
    clear_url_caches()
    browser.get(address)
    browser.get(plain)
    of_middleware = statements_of(browser, plain)
    html, own[:] = (
        browser.get(address).content.decode(),
        statements_of(browser, address)[len(of_middleware) :],
    )
    # The longest one reads the rows of the page, with all that is beside an order.
    own.remove(max(own, key=lambda statement: len(statement[0])))
    source, said["rows"] = template_of(html)
    said["template"] = engines["django"].from_string(source)
    keys[:] = [int(row[1]) for row in ROW.finditer(html)]
    same = [ONCE.sub("", browser.get(each).content.decode()) for each in (address, plain)]
    assert len(keys) == 50
    assert same[0] == same[1], "The plain page is another one."
    return plain


def statements_of(browser, address) -> list:
    from django.db import connection

    found = []

    def record(execute, sql, parameters, many, context):
        found.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(record):
        browser.get(address)
    return found


def send(statements):
    from django.db import connection

    with connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)
            cursor.fetchall()


def template_of(html) -> tuple[str, list]:
    """Return the source of a template, and the rows to give it."""
    shapes, rows = defaultdict(list), []
    for row in ROW.finditer(html):
        pieces = VALUE.split(row[0])
        shapes[tuple(pieces[::2])].append([unescape(value) for value in pieces[1::2]])
        rows.append((tuple(pieces[::2]), len(shapes[tuple(pieces[::2])]) - 1))
    numbers = {shape: number for number, shape in enumerate(shapes)}
    given = [
        {"shape": numbers[shape], **{f"v{at}": value for at, value in enumerate(shapes[shape][place])}}
        for shape, place in rows
    ]
    found = list(ROW.finditer(html))
    drawn = "".join(
        f"{{% if row.shape == {numbers[shape]} %}}{row_source(shape, values)}{{% endif %}}"
        for shape, values in shapes.items()
    )
    before, after = (
        TOKEN.sub("{{ csrf_token }}", part) for part in (html[: found[0].start()], html[found[-1].end() :])
    )
    return f"{before}{{% for row in rows %}}{drawn}{{% endfor %}}{after}", given


def row_source(shape, values) -> str:
    """Return a row with a variable for each value that is not the same in all rows of its shape."""
    source = shape[0]
    for at, column in enumerate(zip(*values, strict=True)):
        is_same = len(set(column)) == 1 and len(column) > 1
        source += (escaped(column[0]) if is_same else f"{{{{ row.v{at} }}}}") + shape[at + 1]
    return source


def escaped(text) -> str:
    from django.utils.html import escape

    return escape(text)
