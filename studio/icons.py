"""The icons of every day as one file, which a browser keeps; a page only says which of them it shows, and where.

Drawn in place they were 40 of the 180 kB of a list of 50 orders.  One that is not among DRAWN_ONCE is drawn where it
stands, so a rare one need not be in the file that everybody gets.  Nothing in it is the studio's: as static files are, it
is served to anybody, before signing in and with the database away.
"""

import hashlib
from functools import cache

from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.html import format_html
from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_mini, heroicon_outline, heroicon_solid

PATH = "/icons.svg"
A_YEAR = 31_536_000  # seconds; another drawing has another address
STYLES = {
    "micro": (heroicon_micro, 16),
    "mini": (heroicon_mini, 20),
    "outline": (heroicon_outline, 24),
    "solid": (heroicon_solid, 24),
}
_DRAWN_ONCE = {
    "micro": (
        "arrow-down arrow-down-tray arrow-path arrow-right arrow-right-start-on-rectangle arrow-up arrow-uturn-left "
        "bars-3 bookmark calendar check check-circle chevron-down chevron-left chevron-right chevron-up clock "
        "command-line computer-desktop ellipsis-horizontal envelope exclamation-circle exclamation-triangle eye funnel "
        "hand-raised information-circle key magnifying-glass moon no-symbol pause pencil pencil-square phone photo play "
        "plus printer question-mark-circle shield-check sun table-cells trash truck user user-plus users view-columns "
        "x-mark"
    ),
    # The menu's, and what stands in rows.
    "outline": (
        "bars-3 bookmark calendar clock clipboard-document-list ellipsis-horizontal-circle envelope home inbox "
        "inbox-stack magnifying-glass phone question-mark-circle queue-list user-circle users wrench-screwdriver"
    ),
}
DRAWN_ONCE = {style: names.split() for style, names in _DRAWN_ONCE.items()}


@cache  # drawing one costs a hundred times as much as a look-up
def icon(name: str, style: str, size: int | None) -> SafeString:
    """Return a heroicon as an SVG that screen readers skip.

    style: a key of STYLES.
    size:  in pixels; that of the style if None.
    """
    draw, usual_size = STYLES[style]
    size = size or usual_size
    if name not in DRAWN_ONCE.get(style, ()):
        return draw(name, size=size, aria_hidden="true")
    return format_html(
        '<svg width="{0}" height="{0}" aria-hidden="true"><use href="{1}#{2}-{3}"/></svg>',
        size,
        address(),
        style,
        name,
    )


@cache
def drawing() -> str:
    """Return the file: each icon of DRAWN_ONCE as a symbol, called by its style and name."""
    symbols = (
        STYLES[style][0](name, size=None, id=f"{style}-{name}")
        .replace("<svg", "<symbol")
        .replace("</svg>", "</symbol>")
        for style, names in DRAWN_ONCE.items()
        for name in names
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


@cache
def address() -> str:
    """Return where the drawing is: an address that changes with it, so that browsers may keep it for ever."""
    return f"{PATH}?v={hashlib.sha256(drawing().encode()).hexdigest()[:8]}"


class IconsMiddleware:
    """Serve the drawing, beside static files."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.compressed = GZipMiddleware(_answer)

    def __call__(self, request):
        if request.path_info != PATH or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        return self.compressed(request)


def _answer(request):
    keep = f"public, max-age={A_YEAR}, immutable"
    return HttpResponse(drawing(), content_type="image/svg+xml", headers={"Cache-Control": keep})
