"""What leaves the studio as a file: lists as Excel and PDF, and whose paper it is.

An export function takes plain values or a table and returns bytes; it never
sees a request.  `responses` turns bytes into an answer.  openpyxl and ReportLab
are imported where they are first used: at the top they would cost a third of a
second of every command.
"""
