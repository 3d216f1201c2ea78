"""Text messages: whom they reach and how long they may be."""

import pytest

from tests.triggers.channels.outcomes import outcome
from triggers.channels import sms
from triggers.channels.sms import SmsChannel
from triggers.channels.sms_length import length_of

CLIENT = "+12125550142"
DONE = ("done", None, "")


def permanent(sentence):
    return "permanent", None, sentence


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("(212) 555-0142", "US", CLIENT),
        ("+1 212.555.0142", "US", CLIENT),
        ("１-２１２-５５５-０１４２", "US", CLIENT),
        ("tel:+1-212-555-0142", "US", CLIENT),
        ("030 12345678", "DE", "+493012345678"),
        ("0171 1234567", "DE", "+491711234567"),
        ("+49 171 1234567", "US", "+491711234567"),
        ("00 49 171 1234567", "FR", "+491711234567"),
        ("020 7946 0123", "GB", "+442079460123"),
    ],
)
def test_numbers_are_brought_into_one_form(typed, region, number, settings):
    settings.SMS_REGION = region
    assert sms.e164(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "call me",
        "555 0142",
        "911",
        "12",
        "212 555 0142 x 17",
        "+999 123456789",
        "1" * 300,
        "+1 212 555 014234 5",
    ],
)
def test_what_is_no_number_fails_and_says_so(typed, make_message):
    assert outcome(SmsChannel(), make_message(typed, text="Hello")) == permanent(
        f"{typed} is not a number that text messages can be sent to."
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("Grüße Åse ¿qué?", 1),
        ("写" * 70, 1),
        ("写" * 71, 2),
        ("写" * 134, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        # A letter of two places is not cut in the middle: 306 places make three parts, and 134 as well.
        ("x" * 152 + "€" + "x" * 152, 3),
        ("x" * 66 + "😀" + "x" * 66, 3),
        ("x" * 159 + "ş", 3),
    ],
)
def test_parts_are_counted_as_networks_count_them(text, count):
    assert length_of(text).segments == count


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no text."),
        (" \n", "There is no text."),
        ("x" * 1531, "The text would take 11 messages; at most 10 are sent."),
        ("写" * 671, "The text would take 11 messages; at most 10 are sent."),
        ("Hello \ud800", "It holds a character that no text message can carry."),
        ("Hello \0", "It holds a character that no text message can carry."),
    ],
)
def test_a_text_that_cannot_be_sent_fails_and_says_so(text, sentence, make_message):
    assert outcome(SmsChannel(), make_message(CLIENT, text=text)) == permanent(sentence)


def test_the_longest_text_is_sent(make_message, capsys):
    assert outcome(SmsChannel(), make_message(CLIENT, text="x" * 1530)) == DONE


def test_without_a_number_there_is_nobody_to_send_to(make_message):
    assert outcome(SmsChannel(), make_message(text="Hello")) == permanent("There is no phone number.")
