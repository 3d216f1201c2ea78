"""The set-up of a studio as one readable file: downloaded, looked at, carried to another studio, applied there.

    reading.py     what somebody uploads, as plain values, each mistake with its place
    writing.py     plain values as TOML
    fields.py      what a thing says in the file, and how that is read
    section.py     one kind of things: how it is matched, compared and stored
    single.py      a table of which there is one, such as the preferences
    days.py        the calendar
    triggers.py    triggers, some of which come switched off
    sections.py    the others, and all of them in the order of the file: the place to add one
    exporting.py   the set-up as it is
    comparing.py   what is made, changed and left between two set-ups
    applying.py    rehearsed, or done: one path, rolled back for a rehearsal
    ready_made.py  the lists that come with the program, which are such files

Things are matched by their names as people compare them, never by keys.  Nothing is deleted, and what a file does not
name stays.  People, addresses and secrets are never in it.
"""
