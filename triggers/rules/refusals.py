"""Which addresses of clients take nothing more."""

from collections.abc import Iterable
from functools import cached_property

from triggers.models import Refusal


class Refusals:
    """Those of some clients, read together when one of them is first asked for.  One query."""

    def __init__(self, clients: Iterable[int]):
        self._clients = clients

    def of(self, client: int, channel: str, address: str) -> Refusal | None:
        return self._found.get((client, channel, address.lower()))

    @cached_property
    def _found(self) -> dict[tuple[int, str, str], Refusal]:
        rows = Refusal.objects.open().filter(client__in=list(self._clients))
        return {(row.client_id, row.channel, row.address): row for row in rows}
