"""Lists and documents as Excel and PDF files.

An export function takes plain values or a table and returns bytes; it never
sees a request.  `responses` turns bytes into an answer.  openpyxl and ReportLab
are imported where they are first used: at the top they would cost a third of a
second of every command.
"""
