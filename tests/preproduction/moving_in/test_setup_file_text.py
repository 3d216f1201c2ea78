"""What the set-up as a file rests on: its text, and the order of a list that is merged with another."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preproduction.moving_in.setup_file import applying
from preproduction.moving_in.setup_file.writing import write


@pytest.mark.parametrize(
    ("there", "wanted", "order"),
    [
        ([], [1, 2], [1, 2]),
        ([1, 2, 3], [], [1, 2, 3]),
        ([1, 2, 3], [2], [1, 2, 3]),
        ([1, 2, 3], [3, 1], [3, 2, 1]),
        ([1, 2, 3], [1, 9, 3], [1, 9, 2, 3]),
        ([1, 2, 3], [9, 2], [1, 9, 2, 3]),
        ([1, 2, 3], [8, 9], [1, 2, 3, 8, 9]),
        ([1, 2, 3], [3, 9, 2, 8], [1, 3, 9, 2, 8]),
    ],
)
def test_the_order_of_a_list_is_that_of_the_file_and_what_it_does_not_name_keeps_its_place(
    there, wanted, order
):
    assert applying.merged(there, wanted) == order
    assert applying.merged(order, wanted) == order


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from("a\"'\\\n\t\r #[=é{\x00\x7f\U0001f4f7")), st.integers(), st.booleans(), st.dates()
)
def test_whatever_is_written_is_read_as_it_was(text, number, truth, day):
    table = {"text": text, "number": number, "truth": truth, "day": day, "list": [text, "b", ""]}
    document = {"version": 1, "table": table, "things": [table, {"text": text}]}
    assert tomllib.loads(write(document)) == document
