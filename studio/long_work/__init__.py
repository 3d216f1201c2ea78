"""Long work: what takes longer than a page may wait, as a row that says how far it is, done by the worker.

    rows       asking for it, how far it is, leaving it, and what is older than a day
    files      files of long lists, each written by a program of its own

What somebody asked for is seen by them alone.  What an app lets the worker do, it says in settings.LONG_WORK.
"""
