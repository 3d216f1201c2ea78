"""Import of statuses, clients, vendors, sessions, orders and their Status Notes from Excel and CSV.

files        where an uploaded file waits, for its owner alone
reading      a program of its own that makes plain rows of a file, within limits
columns      by which words a column is known
kinds        what a sheet can hold, in which columns, with the rule of each
recognising  what the sheets of these files hold, and in which columns
rehearsal    what would become of every row; pure
work         what the worker does: reading, rehearsing, importing by fifties, taking back
"""
