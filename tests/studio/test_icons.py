"""A page says which icons it shows; they are drawn in one file, which everybody's browser keeps."""

import gzip
import re

from studio import icons
from studio.templatetags.components import icon


def symbols(drawing):
    return set(re.findall(r'<symbol[^>]* id="([^"]+)"', drawing))


def test_all_that_a_page_names_is_in_the_drawing(as_manager, order, preferences):
    drawing = as_manager.get(icons.address()).text
    for page in ("/", "/orders/", order.get_absolute_url(), "/more/", "/accounts/login/"):
        named = re.findall(r'<use href="([^"#]+)#([^"]+)"', as_manager.get(page, follow=True).text)
        assert named, page
        assert {address for address, _ in named} == {icons.address()}
        assert {symbol for _, symbol in named} <= symbols(drawing), page


def test_a_stranger_gets_the_drawing_compressed_and_keeps_it(client):
    answer = client.get(icons.address(), headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    assert "immutable" in answer["Cache-Control"]
    assert gzip.decompress(answer.content).decode() == icons.drawing()
    assert len(answer.content) < 8000
    assert "Set-Cookie" not in answer.headers


def test_it_is_there_with_the_database_away(client):
    """No fixture opens it here: a query would be an error."""
    assert client.get(icons.address()).status_code == 200


def test_a_rare_icon_is_drawn_where_it_stands():
    assert "beaker" not in icons.DRAWN_ONCE["micro"]
    assert "<path" in icon("beaker")
    assert "<path" not in icon("plus")
    assert 'width="14" height="14" aria-hidden="true"' in icon("plus", size=14)
