"""Sizes of type, widths of lines and distances, in points."""

from studio.paper.lettering import Style

BODY = Style(9.5, 13.5)
TITLE = Style(17, 21, bold=True)
HEADING = Style(10.5, 14, bold=True)
LABEL = Style(8, 13.5, gray=0.42)
SMALL = Style(8, 11, gray=0.42)

# Table text, from the size that is liked to the smallest that is still read.
TABLE_STYLES = (Style(8.5, 11.5), Style(7.75, 10.5), Style(7, 9.5), Style(6.25, 8.5))

HAIRLINE, RULE = 0.4, 0.8  # widths of lines
LIGHT, DARK = 0.82, 0.35  # and their grays
ROW_PADDING = 2.2  # above and below the text of a row
COLUMN_GAP = 12

BASELINE = 0.73  # how far down its line, as a share of the leading; small type beside large stays level
