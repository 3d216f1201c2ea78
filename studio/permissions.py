"""What each role may do in the studio's own pages; see access."""

from studio.access import Role

PERMISSIONS = {
    Role.STAFF: {
        "see_work",  # whatever everybody here may look at
        "change_clients",  # clients and sessions
    },
    Role.ADMINISTRATOR: {"maintain", "manage_people", "set_preferences"},
}
