def studio(request):
    """Give every template the studio's preferences, which the middleware has read already."""
    return {"preferences": getattr(request, "preferences", None)}
