"""What each role may do in this wing; see studio.access.  All else here is of Maintenance."""

from studio.access import Role

PERMISSIONS = {
    Role.MANAGER: {"export_client"},
    Role.ADMINISTRATOR: {"erase_client"},
}
