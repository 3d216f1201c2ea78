"""Addresses of records that are put together are those that reverse() gives."""

import pytest
from django.urls import get_script_prefix, reverse, set_script_prefix

from studio import addresses
from tests.routes import all_routes


@pytest.mark.parametrize("prefix", ["/", "/studio-1/"])
def test_an_address_is_the_same_as_by_reverse(prefix):
    names = [
        route.name for route in all_routes() if route.pattern.count("<") == 1 and "<int:" in route.pattern
    ]
    assert len(names) > 50
    usual = get_script_prefix()
    set_script_prefix(prefix)
    try:
        for name in names:
            for key in (0, 7, 7_259_314_806):
                assert addresses.of_record(name, key) == reverse(name, args=[key])
    finally:
        set_script_prefix(usual)
