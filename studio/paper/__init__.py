"""The typesetter: text of any script, lists and documents on pages, as PDF.

It exists because ReportLab's own (platypus) reads text as markup, so that what a client is called could open a file,
and because it cannot set Arabic, Hebrew or Thai, nor break a word or a row that is longer than a page.  It takes plain
values and returns bytes, and knows nothing of the studio: no model, no request, no setting but the time zone.  From
the bottom up:

    values, columns      what a cell holds; shared with Excel, so that both agree on a list
    fonts, shaping       which font has a letter, and the glyphs of a line
    lettering            lines: measured, broken, drawn
    blocks, rows, table  what flows over pages
    logo, barcode        what is drawn beside text
    pages                what stands on every page
    pdf                  whole files

ReportLab costs a third of a second at its import, so callers import this where it is first used.
"""
