"""The studio with a bug planted before it, for a web server to serve: each breaks a promise about advances when killed."""

import io
import re
import threading
import time

from django.db import close_old_connections
from django.db.models import F

from studio.wsgi import application  # isort: skip: it sets Django up

from preproduction.models import Order  # isort: skip

LONG = 0.3  # seconds during which a kill shows the bug
ADVANCE = re.compile(r"^/orders/(\d+)/advance/$")


def in_halves(environ, start_response):
    """The order first, what is written about it later."""
    found = environ["REQUEST_METHOD"] == "POST" and ADVANCE.match(environ["PATH_INFO"])
    if found:
        order = Order.objects.filter(pk=found[1])
        order.update(status_sequence=F("status_sequence") + 1)
        time.sleep(LONG)
        order.update(status_sequence=F("status_sequence") - 1)
    return application(environ, start_response)


def answered_before_it_is_stored(environ, start_response):
    """Success is said at once; the work is done later."""
    if environ["REQUEST_METHOD"] != "POST":
        return application(environ, start_response)
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))

    def later():
        time.sleep(LONG)
        list(application({**environ, "wsgi.input": io.BytesIO(body)}, lambda *said: None))
        close_old_connections()

    threading.Thread(target=later).start()
    start_response("302 Found", [("Location", "/"), ("Content-Length", "0")])
    return []
