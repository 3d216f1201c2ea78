"""What a browser asks for that comes to the hub for the first time, and what all of it weighs on the wire.

    python benchmarks/first_visit.py

The files are collected as for production, and asked for with the encodings that browsers know.  The page itself is
compressed as the proxy in front does it (deploy/Caddyfile).
"""

import gzip
import re
import sys
import tempfile
from pathlib import Path

import copied_studio
import measuring

ORDERS = 60  # of which a page shows fifty
ASKED_FOR = re.compile(
    r'<link [^>]*rel="(?:icon|stylesheet|preload|manifest)"[^>]*>|<(?:script|img|use)\b[^>]*>', re.DOTALL
)
ADDRESS = re.compile(r'\b(?:href|src)="(/[^"#]*)')
KNOWN = "gzip, deflate, br, zstd"


def main():
    with tempfile.TemporaryDirectory() as folder:
        copied_studio.start_django(folder)
        from django.conf import settings
        from django.test import override_settings

        storages = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "studio.joined_files.JoinedStaticFilesStorage"},
        }
        with override_settings(DEBUG=False, STATIC_ROOT=Path(folder) / "static", STORAGES=storages):
            weights = weights_of("/orders/")
    for address, weight in weights.items():
        measuring.note(f"{weight:7,} {address}")
    table = measuring.Table()
    table.limit("requests of a first visit to the hub", len(weights), 8)
    weight = sum(weights.values())
    table.limit("weight of a first visit to the hub, compressed", weight, 120_000, measuring.kilobytes)
    return table.end()


def weights_of(path) -> dict[str, int]:
    """Return the bytes of the answer to each request, by its address."""
    from django.core.management import call_command
    from django.test import Client

    from studio.models import User

    copied_studio.make(ORDERS * 10)
    call_command("collectstatic", interactive=False, verbosity=0)
    browser = Client(headers={"accept-encoding": KNOWN})
    browser.force_login(User.objects.get(username="user0"))
    html = browser.get(path, headers={"accept-encoding": "identity"}).content.decode()
    found = {address for tag in ASKED_FOR.findall(html) for address in ADDRESS.findall(tag)}
    weights = {address: weight_of(browser, address) for address in sorted(found)}
    return {path: len(gzip.compress(html.encode(), 6)), **weights}


def weight_of(browser, address) -> int:
    answer = browser.get(address)
    assert answer.status_code == 200, f"{answer.status_code} {address}"
    return len(b"".join(answer) if answer.streaming else answer.content)


if __name__ == "__main__":
    measuring.arguments(__doc__)
    sys.exit(main())
