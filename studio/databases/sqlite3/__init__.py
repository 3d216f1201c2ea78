"""Django's own backend for SQLite, where the threads of a process write in turn and statements may be long."""
