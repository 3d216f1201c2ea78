from django.conf import settings


def studio(request):
    """Give every template the studio's preferences, which the middleware has read already, and whether a proxy was
    forgotten.

    The latter only administrators are told: anybody can send the header, but only to themselves.
    """
    return {
        "preferences": getattr(request, "preferences", None),
        "is_proxy_forgotten": not settings.BEHIND_PROXY and "X-Forwarded-For" in request.headers,
    }
