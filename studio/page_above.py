"""The page above an address that takes forms only: that from which its form is sent.

Our addresses are verbs below the page of what they are about: /orders/7/notes/ is sent from /orders/7/.
"""

from django.urls import Resolver404, resolve


def find(path: str) -> str:
    """Return the nearest address above `path` that there is; Home at last.  It may lead on to the one above itself."""
    parts = path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:count])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
