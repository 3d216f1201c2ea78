"""What machines ask: /healthz, whether the web server is alive, and /readyz, whether people can work.

A container engine or a proxy asks by http, by an address of its own network and with no cookie.  So these two are
answered before anything else looks at a request: names of hosts, https, sessions, signing in.  They say one word, the
same to everybody; why it is "not ready", administrators read on the page Health, and others in the log or from
`manage.py health`.
"""

import logging

from django.http import HttpResponse, HttpResponseNotAllowed

from studio import readiness

ALIVE, READY = "/healthz", "/readyz"
METHODS = ("GET", "HEAD")
logger = logging.getLogger(__name__)


class ProbeMiddleware:
    """The first of all."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.said: list[str] = []

    def __call__(self, request):
        if request.path_info not in (ALIVE, READY):
            return self.get_response(request)
        request.is_probe = True  # to studio/refusal_logs.py: asked every few seconds, it would fill the log
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.path_info == ALIVE:
            return _answer("alive", 200)
        found = [problem.sentence for problem in readiness.problems()]
        self.log(found)
        return _answer("not ready" if found else "ready", 503 if found else 200)

    def log(self, found):
        """Write a line when the answer is another than it was."""
        if found != self.said:
            self.said = found
            logger.warning("%s", f"not ready: {' '.join(found)}" if found else "ready again")


def _answer(word, status):
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(f"{word}\n", status=status, content_type="text/plain", headers=headers)
