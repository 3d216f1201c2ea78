import os
from contextlib import suppress

import django
from django.core.exceptions import TooManyFieldsSent
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")


class Request(WSGIRequest):
    """A request that can be refused though nobody can read it.

    "charset=zip" names a codec of Python, but none of text.  Django takes it, and reading the query then raises before
    there is anybody to answer; PlainRequestMiddleware refuses it a moment later, as it does all but UTF-8.
    """

    def _set_content_type_params(self, meta):
        # The last is how Django takes every other error of a codec.
        with suppress(LookupError, UnicodeError, TooManyFieldsSent):
            super()._set_content_type_params(meta)


class Headers:
    """An answer to HEAD: nothing is sent, and what the answer holds open is closed."""

    def __init__(self, response):
        self.close = getattr(response, "close", lambda: None)

    def __iter__(self):
        return iter(())


class Handler(WSGIHandler):
    request_class = Request

    def __call__(self, environ, start_response):
        """Leave out the body after HEAD: not every server does, and the next answer on the connection would be lost."""
        response = super().__call__(environ, start_response)
        return Headers(response) if environ["REQUEST_METHOD"] == "HEAD" else response


django.setup(set_prefix=False)
application = Handler()
