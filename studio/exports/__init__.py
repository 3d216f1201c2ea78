"""What leaves the studio as a file: lists as Excel and PDF, and whose paper it is.

An export function takes plain values or a table and returns bytes; it never
sees a request.  `responses` turns bytes into an answer.  openpyxl is imported
where it is first used, for at the top it would cost every command its time, and
the typesetter loads ReportLab with the first line it sets.
"""
