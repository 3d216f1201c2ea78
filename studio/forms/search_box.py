from django import forms


class SearchBox(forms.TextInput):
    """Where the words are typed that a list is narrowed by: "/" goes there from anywhere on the page.

    opens_exact: whether Enter opens the order of just that number (static/js/search_box.js).
    """

    input_type = "search"

    def __init__(self, placeholder: str = "", *, opens_exact: bool = False, autofocus: bool = False):
        given = {"placeholder": placeholder, "data-opens-exact": opens_exact, "autofocus": autofocus}
        given = {name: value for name, value in given.items() if value}
        super().__init__({**given, "data-shortcut": "/", "data-shortcut-words": "Search"})
