from django.db import models


class Cause(models.TextChoices):
    """What caused a row of Status Notes or of History."""

    CREATED = "created", "Order created"
    BY_HAND = "by_hand", "By hand"
    MANY = "many", "Many at once"
    SCAN = "scan", "Scan"
    UNDO = "undo", "Undo"
    REPLACED = "replaced", "Replaced status"
    CALENDAR = "calendar", "Calendar"
    ZONE = "zone", "Time zone"
    DURATION = "duration", "Default Duration"
    VENDOR = "vendor", "Another vendor"
    BEHIND = "behind", "Vendor behind"
    HANDOVER = "handover", "Handed over"
    IMPORT = "import", "Import"
