"""The HTML part of an email: what an author may write, and that no value and no author makes it run anything."""

from html.parser import HTMLParser

import pytest

from tests.security.test_xss import PAYLOADS as XSS
from triggers.messages import html as message_html
from triggers.messages.html import problems
from triggers.messages.text import render

ALLOWED = (
    "<p>Dear {{ client.name }},</p>\n{% if client.phone %}<p>We ring <b>{{ client.phone }}</b>.</p>{% endif %}",
    '<!doctype html>\n<html lang="en"><head><title>x</title><style>p { color: #246 }</style></head><body></body></html>',
    "<style>@media (max-width: 600px) { p { margin: 0 }}</style>",
    '<a href="{{ studio.website }}">Our page</a> <a href="mailto:{{ studio.email }}">Write</a>',
    "<a href='https://example.com/?order={{ order.number | url_encode }}&amp;x=1'>Order</a>",
    '<table width="600" cellpadding="0"><tr><td align="center" style="padding: 4px">{{ client.address | newline_to_br }}'
    "</td></tr></table>",
    '<img src="https://example.com/logo.png" alt="{{ studio.name }}" width="120"/><br><br />',
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="">',
    "5 &lt; 6 &amp; 7 > 6",
)
REFUSED = {
    "<script>x</script>": "<script> on line 1 cannot be used in an email.",
    "<p>\n<iframe src='https://x.example'></iframe>": "<iframe> on line 2 cannot be used in an email.",
    "<form action='https://x.example'></form>": "<form> on line 1",
    "<meta http-equiv='refresh' content='0'>": "<meta> on line 1",
    "<link rel='stylesheet' href='https://x.example'>": "<link> on line 1",
    "<base href='https://x.example'>": "<base> on line 1",
    "<svg><a></a></svg>": "<svg> on line 1",
    "<p onclick='x()'>": "onclick in <p> on line 1 cannot be used in an email.",
    "<img src='https://x' ONERROR='x()'>": "onerror in <img>",
    "<a href='javascript:x()'>": "The address in <a> on line 1 must begin with https://",
    "<a href='java\tscript:x()'>": "The address in <a>",
    "<a href='&#106;avascript:x()'>": "The address in <a>",
    "<a href='  JaVaScRiPt:x()'>": "The address in <a>",
    "<a href='data:text/html,x'>": "The address in <a>",
    "<img src='data:image/svg+xml,x'>": "The address in <img>",
    "<a href='{{ client.name }}'>": "The address in <a>",
    "<a href='{{ studio.website | downcase }}'>": "The address in <a>",
    "<p style='background: url(x)'>": "The style on line 1 holds “url(”",
    "<p style='width: expression(x)'>": "The style on line 1",
    "<p style='color: {{ client.name }}'>": "The style on line 1 holds a field",
    "<style>@import 'x';</style>": "The style on line 1",
    "<style>p { color: {{ client.name }} }</style>": "The style on line 1 holds a field",
    "<style>p {}": "A <style> has no </style>.",
    "<{{ client.name }}>": "The tag on line 1 is not complete",
    "<p {{ client.name }}>": "The tag on line 1 is not complete",
    "<p class={{ client.name }}>": "The tag on line 1 is not complete",
    "<p {% if client.name %}class='x'{% endif %}>": "The tag on line 1 is not complete",
    "<p class='{% if client.name %}x{% endif %}'>": "The condition inside of <p> on line 1",
    "<scr{% if client.name %}{% endif %}ipt>": "The tag on line 1 is not complete",
    "<img src=x onerror=x()>": "The < on line 1 begins no complete tag",
    "<p/onclick='x'>": "The < on line 1",
    "<p class='a'onclick='x'>": "The < on line 1",
    "<p class='a": "The < on line 1",
    "a < b": "The < on line 1 begins no complete tag: write &lt;",
    "<!-- x -->": "Remove the comment or instruction on line 1",
    "<!--[if mso]><p><![endif]-->": "Remove the comment",
    "<?php x ?>": "Remove the comment",
    "<![CDATA[<p>]]>": "Remove the comment",
    "<p>{{ client.nmae }}</p>": "There is no field client.nmae. Did you mean client.name?",
}


@pytest.mark.parametrize("html", ALLOWED)
def test_what_an_email_needs_may_be_written(html):
    assert problems(html) == []


@pytest.mark.parametrize("html", REFUSED)
def test_what_could_do_harm_is_refused_with_a_sentence(html):
    assert problems(html)[0].startswith(REFUSED[html])


class Seen(HTMLParser):
    """What a mail program might run or fetch."""

    def __init__(self, source):
        super().__init__()
        self.found = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "object", "embed", "form", "svg", "math", "link", "meta", "base"):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in "".join((value or "").split()).lower():
                self.found.append(f"{tag} {name}")


def test_no_value_becomes_markup():
    for payload in XSS:
        fields = dict.fromkeys(("client.name", "client.phone", "client.address", "order.number"), payload)
        for html in ALLOWED:
            assert (
                Seen(render(html, {**fields, "studio.website": "https://x.example"}, html=True)).found == []
            )


def test_what_attacks_pages_is_refused_from_an_author_too():
    accepted = [payload for payload in XSS if not problems(payload)]
    assert [payload for payload in accepted if Seen(payload).found] == []


def test_control_the_eye_sees_what_it_looks_for():
    assert sum(bool(Seen(payload).found) for payload in XSS) > 50


@pytest.mark.parametrize(
    "beginning", ["<", "<a", "<a ", "<a b", "<a b=", "<a b='", "<!", "<!--", "</", "<a b='c'", "{{ x }}<"]
)
def test_many_broken_tags_are_told_by_the_first(beginning):
    assert len(problems((beginning * 20_000)[:20_000])) <= 5


def test_html_that_is_refused_is_not_half_looked_at():
    """One sentence for each place, and not a page of them."""
    assert len(problems("<script>" * 500)) == 5
    assert message_html.problems("") == []
