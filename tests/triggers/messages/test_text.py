"""The language of messages: what is filled in, what is refused with a sentence, and that nothing else comes out."""

import sys

import pytest
from django.template import Context, Engine
from liquid import DictLoader, Environment

from tests.triggers.messages.attacks import BOMBS, FIELDS, HARMLESS, LITERAL, REFUSED
from triggers.channels.base import PermanentError
from triggers.messages import marks as message_marks
from triggers.messages import merge_fields
from triggers.messages import text as message_text
from triggers.messages.text import RenderError, problems, render

SAMPLES = merge_fields.samples()


def test_every_listed_field_is_filled_in():
    for name, value in SAMPLES.items():
        assert problems(f"{{{{ {name} }}}}") == []
        assert render(f"<{{{{ {name} }}}}>", SAMPLES) == f"<{value}>"


def test_the_fields_are_those_of_the_payload():
    """One for each of the contract of deliveries; what is missing in an old payload is empty."""
    groups = {name.split(".")[0] for name in merge_fields.NAMES}
    assert groups == {"client", "session", "order", "vendor", "status", "studio"}
    assert len(merge_fields.NAMES) == 32
    assert render("[{{ client.name }}{{ vendor.account }}]", {}) == "[]"


UNKNOWN = {
    "{{ client.nmae }}": "There is no field client.nmae. Did you mean client.name?",
    "{{ order.nuber | upcase }}": "There is no field order.nuber. Did you mean order.number?",
    "{{ client.phone | default: client.mobil }}": "There is no field client.mobil. Did you mean client.mobile?",
    "{% if staus.name %}x{% endif %}": "There is no field staus.name. Did you mean status.name?",
    "{{ client.shoe_size }}": "There is no field client.shoe_size.",
    "{{ client.name | upcse }}": "There is no filter upcse (line 1). Did you mean upcase?",
    "Dear\n{{ client.name ": "The {{ on line 2 is not closed by }}.",
    "a\nb\n{% if client.name %}x": "{% if %} on line 3 has no {% endif %}.",
    "x\n{% for i in client %}y": "{% for %} on line 2 cannot be used in a message. "
    "Only if, elsif, else and unless can.",
    "{ client.name }}": "The }} on line 1 closes nothing: fields stand in {{ and }}.",
    "{{ client.name client.phone }}": "Line 1 cannot be read near “client”.",
    "\n{{ }}": "There is nothing between {{ and }} on line 2.",
    "{{ client.name | truncate: 'x' }}": "The filter truncate on line 1 is given something that it cannot use.",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_wrong_is_said_in_a_sentence(text):
    assert problems(text)[0].startswith(UNKNOWN[text])
    with pytest.raises(RenderError, match=r".+"):
        render(text, SAMPLES)


def test_all_unknown_fields_are_named_at_once():
    assert len(problems("{{ client.nmae }} {{ client.fone }} {{ client.nmae }}")) == 2


def test_a_text_that_cannot_be_filled_in_is_no_reason_to_try_again():
    assert issubclass(RenderError, PermanentError)


def test_an_empty_field_counts_as_not_given():
    text = "{% if client.phone %}ring{% else %}write{% endif %}"
    assert render(text, {"client.phone": "555"}) == "ring"
    assert render(text, {"client.phone": ""}) == "write"
    assert render(text, {"client.phone": "  "}) == "write"


def test_lines_of_conditions_leave_no_gap():
    text = "Dear Ana\n\n{% if client.phone %}\nWe ring.\n{% endif %}\n\nBye\n"
    assert render(text, {}) == "Dear Ana\n\nBye"


def test_values_are_text_and_never_templates():
    """A client called {{ client.email }} keeps the name."""
    name = "{{ client.email }}{% include 'x' %}"
    assert render("{{ client.name }}", {**SAMPLES, "client.name": name}) == name


def test_values_in_html_are_escaped_and_the_authors_html_is_not():
    fields = {"client.name": '<script>alert(1)</script> & "Sons" \''}
    filled = render("<b>{{ client.name }}</b>", fields, html=True)
    assert filled == "<b>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Sons&#34; &#39;</b>"


@pytest.mark.parametrize("name", message_text.FILTERS)
def test_no_filter_undoes_the_escaping(name):
    given = {"default": ": client.email", "truncate": ": 200, '…'"}.get(name, "")
    for value in ("<script>alert(1)</script>", "&lt;script&gt;", "<<<\n>>>"):
        fields = {"client.name": value, "client.email": value}
        for text in (f"{{{{ client.name | {name}{given} }}}}", f"{{{{ client.phone | {name}{given} }}}}"):
            filled = render(text, fields, html=True).replace("<br />", "")
            assert "<" not in filled


def test_a_subject_is_one_line_and_not_too_long():
    fields = {"client.name": "Ana\r\nBcc: all@example.com\x00\u2028\u202egnp.\ud800"}
    assert render("Hi {{ client.name }}", fields, one_line=True) == "Hi Ana Bcc: all@example.com gnp."
    long = render("{{ client.name }}", {"client.name": "word " * 100}, one_line=True)
    assert len(long) <= 200
    assert long.endswith("…")


def test_what_cannot_be_sent_is_left_out_of_values():
    fields = {"client.name": "A\x00n\x07a\ud800 \u202eIris\r\nKim"}
    assert render("{{ client.name }}", fields) == "Ana Iris\nKim"


def test_a_message_is_not_longer_than_a_message_may_be():
    fields = {"client.address": "x" * 5_000}
    assert len(render("{{ client.address }}", fields)) == message_text.MAX_VALUE
    with pytest.raises(RenderError, match="longer than a message may be"):
        render("{{ client.address }}" * 100, fields)


# Three hundred attacks.


def test_there_are_enough_attacks():
    assert len({*REFUSED, *LITERAL, *HARMLESS}) >= 300


@pytest.mark.parametrize("html", [False, True])
def test_no_attack_is_accepted(html):
    assert [text for text in REFUSED if not problems(text, html=html)] == []


def test_no_attack_is_filled_in_though_it_was_stored():
    """A template may be older than our list, or have come with a back-up."""
    for text in REFUSED:
        with pytest.raises(RenderError):
            render(text, FIELDS)


@pytest.mark.parametrize("text", LITERAL)
def test_what_means_nothing_to_us_comes_out_as_it_is(text):
    assert render(text, FIELDS) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_accepted_gives_fields_and_nothing_else(text):
    assert render(text, FIELDS) == HARMLESS[text]


class Calls:
    """Counts the Python functions that are called: what a text costs, whatever the machine."""

    def __init__(self):
        self.count = 0

    def __enter__(self):
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _note(self, frame, event, argument):
        self.count += event == "call"


def test_no_attack_costs_more_than_its_length_allows(monkeypatch):
    """What reaches the engine is short; and nothing calls more functions than a long harmless text does."""
    reached = []
    engine = message_text._engine(False)
    parse = type(engine).from_string
    monkeypatch.setattr(
        type(engine), "from_string", lambda self, text: (reached.append(text), parse(self, text))[1]
    )
    message_text._parsed.cache_clear()
    costs = {}
    for text in [*REFUSED, *LITERAL, *HARMLESS]:
        with Calls() as calls:
            problems(text)
        costs[text] = calls.count
    worst = max(costs, key=costs.get)
    assert costs[worst] < 60_000, (costs[worst], worst[:80])
    assert reached
    for text in reached:
        marks, found = message_marks.marks_of(text)
        assert not found
        assert len(text) <= message_text.MAX_TEXT
        assert len(marks) <= message_marks.MAX_MARKS
        assert all(mark.end - mark.start <= message_marks.MAX_MARK + 2 for mark in marks)
        assert all(mark.inside.split()[0] in message_marks.TAGS for mark in marks if mark.kind == "{%")


def test_the_engine_holds_nothing_but_what_is_listed():
    engine = message_text._engine(False)
    assert set(engine.filters) == set(message_text.FILTERS)
    assert {name for name in engine.tags if name.isalpha() and name.islower()} <= {
        "if", "unless", "content", "output", "illegal", "statement", "literal",
    }  # fmt: skip
    assert not {"for", "include", "render", "capture", "assign", "tablerow", "raw", "liquid"} & set(
        engine.tags
    )
    assert engine.output_stream_limit == message_text.MAX_OUTPUT


# Controls: the same texts, given to engines that are not held back.  Those take bombs at their word.

WITHOUT_BOMBS = [text for text in REFUSED if text not in BOMBS and "000000" not in text]


class Person:
    """What a careless template is given: an object instead of texts."""

    name, password = "Ana", "pbkdf2-secret-hash"

    def __init__(self):
        self.deleted = False
        self.user = self

    def delete(self):
        self.deleted = True
        return "deleted"


def test_control_djangos_own_engine_gives_away_what_nobody_listed():
    person = Person()
    context = {"client": person, "order": {"session": {"client": person}}, "status": {"user": person}}
    filled = []
    for text in WITHOUT_BOMBS:
        try:
            filled.append(Engine().from_string(text).render(Context(context)))
        except Exception:  # its engine refuses some of them, each in its own way
            continue
    assert any(person.password in text for text in filled)
    assert person.deleted


def test_control_liquid_as_it_comes_accepts_many_attacks():
    engine = Environment(loader=DictLoader({"secret": "the secret", "x": "another"}))
    leaked = accepted = 0
    for text in WITHOUT_BOMBS:
        try:
            filled = engine.from_string(text).render(client={"name": "Ana", "password": "hash", "pk": 7})
        except Exception:
            continue
        accepted += 1
        leaked += "the secret" in filled or "hash" in filled or "202" in filled
    assert accepted > 100
    assert leaked > 3


def test_control_a_slip_in_the_list_would_be_noticed(monkeypatch):
    monkeypatch.setattr(message_marks, "TAGS", (*message_marks.TAGS, "include"))
    monkeypatch.setattr(merge_fields, "NAMES", merge_fields.NAMES | {"client.__class__", "now"})
    message_text._parsed.cache_clear()
    try:
        assert any(not problems(text) for text in REFUSED)
    finally:
        message_text._parsed.cache_clear()
