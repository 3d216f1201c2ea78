"""Phone numbers: what a tap dials, and what finds them."""

import pytest

from studio import phones


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("(732) 555-0199", "tel:7325550199"),
        ("+1 732 555 0199", "tel:+17325550199"),
        ("732‑555‑0199", "tel:7325550199"),
        ("732–555—0199", "tel:7325550199"),
        ("+44 (0)20 7946 0958", "tel:+442079460958"),
        ("+44(0) 20 7946 0958", "tel:+442079460958"),
        ("(020) 7946 0958", "tel:02079460958"),
        ("555-0100 ext. 12", "tel:5550100;ext=12"),
        ("555-0100 x12", "tel:5550100;ext=12"),
        ("555-0100 x 12", "tel:5550100;ext=12"),
        ("555 0100 Ext 7", "tel:5550100;ext=7"),
        ("555 0100 extension 7", "tel:5550100;ext=7"),
        ("555 0100 #7", "tel:5550100;ext=7"),
        ("555 0100,,7", "tel:5550100;ext=7"),
        ("+1-732-555-0199;ext=44", "tel:+17325550199;ext=44"),
        ("089/123456 DW 7", "tel:089123456;ext=7"),
        ("089/123456-7", "tel:0891234567"),
        ("5550100 / 5550199", "tel:5550100"),
        ("555 0100 (after five)", "tel:5550100"),
        ("Mobile: 555 0100", "tel:5550100"),
        ("555 0100 or 555 0199", "tel:5550100"),
        ("1-800-FLOWERS", "tel:18003569377"),
        ("٠٥٥ ١٢٣ ٤٥٦٧", "tel:0551234567"),
        ("＋１ ７３２ ５５５ ０１９９", "tel:+17325550199"),
        ("+1\u200b732\u00a05550199\u202c", "tel:+17325550199"),
        ("112", "tel:112"),
        ("12", ""),
        ("ask Mia", ""),
        ("", ""),
    ],
)
def test_a_tap_dials_what_is_written(written, dialled):
    assert phones.dialled(written) == dialled


def is_found(written, typed, region="US"):
    kept = phones.found_by(written, region)
    return any(run in line for run in phones.looked_for(typed, region) for line in kept)


@pytest.mark.parametrize(
    ("written", "typed", "region"),
    [
        ("(732) 555-0199", "0199", "US"),
        ("(732) 555-0199", "+1 732 555 0199", "US"),
        ("(732) 555-0199", "1 732 555 0199", "US"),
        ("(732) 555-0199", "732.555.0199", "US"),
        ("(732) 555-0199", "732‑555‑0199", "US"),
        ("(732) 555-0199", "(732) 555", "US"),
        ("+1 732 555 0199", "(732) 555-0199", "US"),
        ("555-0100 ext. 12", "0100", "US"),
        ("020 7946 0958", "+44 20 7946 0958", "GB"),
        ("020 7946 0958", "+44 (0)20 7946 0958", "GB"),
        ("020 7946 0958", "0044 20 7946 0958", "GB"),
        ("+44 20 7946 0958", "020 7946 0958", "GB"),
        ("+44 (0)20 7946 0958", "020 7946 0958", "US"),
        ("+44 (0)20 7946 0958", "0958", "US"),
        ("089 1234567", "+49 89 1234567", "US"),
        ("٠٥٥ ١٢٣ ٤٥٦٧", "1234567", "SA"),
        ("5550100", "٠١٠٠", "US"),
    ],
)
def test_any_four_digits_find_a_number_however_it_is_written(written, typed, region):
    assert is_found(written, typed, region)


@pytest.mark.parametrize("typed", ["199", "0198", "anna", "0199 anna", "", "+", "555-0199-7777"])
def test_what_is_no_part_of_the_number_does_not(typed):
    assert not is_found("(732) 555-0199", typed)
