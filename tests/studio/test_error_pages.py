"""Our own error pages.  None needs a user, a request or a database: those may be what has failed."""

import logging
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from studio.views.errors import server_error
from studio.wsgi import application

CODES = ["400", "403", "404", "405", "409", "413", "429", "500", "503"]


@pytest.mark.parametrize("code", CODES)
def test_an_error_page_needs_nothing_and_shows_the_way_out(code):
    html = render_to_string(f"{code}.html")
    assert f"Error {code}" in html
    assert html.count("<h1>") == 1
    assert 'class="button' in html
    assert "<title> " not in html


def test_there_is_a_page_for_each_code():
    templates = Path(__file__).parents[2] / "templates"
    assert {page.stem for page in templates.glob("[0-9]*.html")} == set(CODES)


def test_a_refusal_says_its_reason():
    assert "Only managers put orders on hold." in render_to_string(
        "403.html", {"reason": "Only managers put orders on hold."}
    )
    assert "expired" in render_to_string("403.html", {"form_expired": True})


def test_a_fault_is_shown_without_asking_the_database(rf):
    # No db fixture here: a query would fail the test.
    response = server_error(rf.get("/orders/"))
    assert response.status_code == 500
    assert b"Go to Home" in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["zip", "base64", "rot13", "idna", "utf-16"])
def test_what_no_codec_of_text_can_read_is_refused_with_a_page(charset, rf):
    environ = rf.get("/accounts/login/", {"q": "ÿ" * 99}).environ
    environ["CONTENT_TYPE"] = f"text/plain; charset={charset}"
    answer = application.get_response(application.request_class(environ))
    assert answer.status_code == 400
    assert "Error 400" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/no-such-page/", {}),
        ("/accounts/login/", {"host": "evil.example"}),
        ("/accounts/login/", {"content-type": "text/plain; charset=zip"}),
    ],
)
def test_what_a_stranger_sends_writes_one_line_and_no_traceback(address, headers, client, printed):
    assert 400 <= client.post(address, headers=headers).status_code < 500
    assert len(printed().splitlines()) == 1


def test_control_a_fault_of_ours_is_printed_with_its_traceback(printed):
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("django.request").exception("Internal Server Error: /", extra={"status_code": 500})
    assert "Traceback" in printed()
