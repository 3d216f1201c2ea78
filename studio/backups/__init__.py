"""Back-ups: one zip file with the rows of every table, the uploaded files, and a note of what all of it should be.

A back-up is data and not a program: nothing in it is ever run.  Its tables are made by our own migrations, to the state
that the note names; its rows are lines of JSON, read by the columns that those migrations declare.  So it goes back to
either engine, whichever it came from.

The note holds the number of rows and a digest of each member.  They show damage, and not who wrote the file: whoever can
change a back-up can change what it says, so it has to be kept as the database is.

archive:   the zip file, read with a cap on everything that it claims
note:      what it should be
tables:    rows as plain values, and back
databases: one moment of a database that people work on; an empty one to fill
writing, restoring: the two acts; what is written can be tried without touching anything
folder:    where those of each night lie, and how long
nightly:   when they are made
"""

from studio.backups.archive import BackupRefused
from studio.backups.folder import KeptBackup, kept, made_before
from studio.backups.restoring import restore_backup
from studio.backups.writing import write_backup

__all__ = ["BackupRefused", "KeptBackup", "kept", "made_before", "restore_backup", "write_backup"]
