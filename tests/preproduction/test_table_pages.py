"""Lists whose pages have a set length: the address turns them, and does not say how long they are."""

import pytest

LISTS = ["/batches/", "/letters/", "/tasks/", "/triggers/queue/", "/maintenance/triggers/"]


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    "query", ["per_page=-1", "per_page=0", "page=0", "page=-1", "page=99", "page=x", "page=²"]
)
def test_no_number_in_an_address_breaks_a_list(address, query, preferences, as_administrator):
    assert as_administrator.get(f"{address}?{query}").status_code == 200
