"""Compression lets no stranger guess a token (BREACH): what is secret in a page is written differently in each answer.

A page says what was searched for.  Whoever gets a victim's browser to search for guesses, and sees how long the
compressed answers are, learns a secret letter by letter if it stands in the page as it is: a right guess is shorter.
"""

import random
import re
import zlib
from statistics import median

import pytest
from django.middleware.csrf import _unmask_cipher_token as unmasked

from tests.security.crawl import Browser

TOKEN = re.compile(r'(?:csrfmiddlewaretoken" value="|X-CSRFToken": ")(\w+)"')
# As the guess would stand beside the token in the answer.
BEFORE = 'name="csrfmiddlewaretoken" value="'
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def page_after(browser, guess=""):
    answer = browser.get("/orders/", {"q": BEFORE + guess})
    assert guess in answer.content.decode()
    return answer.content.decode()


def secrets_of(browser, page):
    """Return what a stranger would like to know: what signs this person in, and what proves a form to be theirs."""
    [token, *_] = TOKEN.findall(page)
    return browser.cookies["sessionid"].value, unmasked(token)


def length(page):
    return len(zlib.compress(page.encode(), 9))


def test_no_secret_stands_in_a_page_as_it_is_and_no_token_twice(sam, order):
    browser = Browser(sam)
    pages = [page_after(browser) for _ in range(2)]
    tokens = [set(TOKEN.findall(page)) for page in pages]
    assert all(tokens)
    assert not tokens[0] & tokens[1]
    for page in pages:
        for secret in secrets_of(browser, page):
            assert secret not in page
    assert secrets_of(browser, pages[0]) == secrets_of(browser, pages[1])


def test_a_page_that_says_a_token_is_no_shorter_than_one_that_says_any_other_word(sam, order):
    browser = Browser(sam)
    _, token = secrets_of(browser, page_after(browser))
    chance = random.Random(0)
    wrong = ["".join(chance.choices(LETTERS, k=len(token))) for _ in range(9)]
    told, untold = ([page_after(browser, guess) for guess in guesses] for guesses in ([token] * 9, wrong))
    # The masks of each answer move its length by a few bytes.
    assert median(map(length, told)) > median(map(length, untold)) - 12

    def as_it_is(page):
        return TOKEN.sub(lambda found: found[0].replace(found[1], token), page)

    # Control: were tokens written as they are, the right guess would be a repetition.
    told, untold = ([length(as_it_is(page)) for page in pages] for pages in (told, untold))
    assert median(told) < median(untold) - 15
