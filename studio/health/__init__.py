"""What the page Health says: whether the studio is in order, in words, and the way out where it is not.

findings: what one is
own:      the database, the disk, back-ups, files and keys; what triggers need, triggers says itself (settings.HEALTH)
"""

from studio.health.findings import Finding, State, findings

__all__ = ["Finding", "State", "findings"]
