"""Django's backends as this studio has them."""
