"""Before somebody prints: what the page says of letters that no font has."""

import pytest
from django.template import Context, Template

from studio.templatetags.prints import MOST_NAMED

pytestmark = pytest.mark.any_database


def shown(content, further=""):
    page = Template("{% load prints %}{% printed further %}<p>{{ content }}</p>{% endprinted %}")
    return page.render(Context({"content": content, "further": further}))


def test_letters_without_a_font_are_named_above_what_is_printed():
    page = shown("Anna <བད>")
    words = " ".join(page.split())
    assert "No font here has བ (tibetan letter ba), ད (tibetan letter da). Prints show" in words
    assert "instead: [0F56]." in page
    assert page.endswith("<p>Anna &lt;བད&gt;</p>")


def test_what_is_printed_and_not_shown_counts_too():
    assert "ད (tibetan letter da)" in shown("Anna", "ད")


def test_many_letters_are_counted():
    letters = [chr(code) for code in range(0x13A0, 0x13A0 + MOST_NAMED + 3)]
    page = " ".join(shown("".join(letters)).split())
    assert "and 3 more. Prints" in page
    assert letters[MOST_NAMED - 1] + " (" in page
    assert letters[MOST_NAMED] + " (" not in page


@pytest.mark.parametrize("text", ["", "Åsa", "王小明", "முருகன் 🎉", "Nguyễn → ✓", "\u200b\u202e"])
def test_nothing_is_said_of_letters_that_have_a_font(text):
    assert shown(text) == f"<p>{text}</p>"
