"""The typesetter: text of any script, lists and documents on pages, as PDF.

It exists because ReportLab's own (platypus) reads text as markup, so that what a client is called could open a file,
and because it cannot set Arabic, Hebrew or Thai, nor break a word or a row that is longer than a page.  It takes plain
values and returns bytes, and knows nothing of the studio: no model, no request, no setting but the time zone.  From
the bottom up:

    values, columns      what a cell holds; shared with Excel, so that both agree on a list
    coverage             which font has a letter, and what stands in for one that none has
    fonts, shaping       fonts in a file, and the glyphs of a line
    lettering            lines: measured, broken, drawn
    blocks, rows, table  what flows over pages
    logo, barcode        what is drawn beside text
    pages                what stands on every page
    pdf                  whole files

ReportLab and HarfBuzz cost a third of a second at their import, so lettering loads them with the first line it sets.
"""
