"""A form that is sent without a session is kept, and filled in again once whoever typed it has signed in.

origin     whose form it is, and on which page it stands: our signature in the form
rows       the sealed rows in which such forms wait
source     a page's source, read for its forms
filling    what was typed, put back into the source of its page

It is never sent for its user: the page comes with what was typed, and says that nothing was saved yet.
"""
