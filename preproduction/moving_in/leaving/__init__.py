"""Leaving: everything as workbooks, all about one client as one file, and a client erased.

sheets       what each sheet holds, and which of them an import takes back
files        where an export lies, for its owner alone, and for a day
work         what the worker does: a file of a sheet at a time
one_client   the same sheets, of one client
erasing      what goes with a client, what stays, and what still holds their words
"""
