"""What each role may do with triggers and what they make; see studio.access."""

from studio.access import Role

PERMISSIONS = {
    Role.STAFF: {"do_tasks", "send_message"},
    Role.MANAGER: {"steer_triggers"},  # the Trigger Queue: process, skip, retry, pause all messages
}
