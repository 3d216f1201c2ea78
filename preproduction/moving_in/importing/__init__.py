"""Import of clients, vendors, sessions and orders from Excel and CSV.

files        where an uploaded file waits, for its owner alone
reading      a program of its own that makes plain rows of a file, within limits
sheets       what a sheet can hold, by which words its columns are known, and how its cells are read
recognising  what the sheets of these files hold, and in which columns
rehearsal    what would become of every row; pure
work         what the worker does: reading, rehearsing, importing by fifties, taking back
"""
