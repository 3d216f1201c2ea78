"""Public holidays of countries, to be offered to a studio and picked from.

Names and dates only, from the `holidays` package.  Its arithmetic of working days is not used: it never ends on an
empty work week (ran, 0.109).
"""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=1)
def countries() -> list[tuple[str, str]]:
    """Return (code, English name) of the countries there are holidays for, by name."""
    # Loaded where used first: at the top it would slow every command down.
    import holidays
    from holidays.registry import COUNTRIES

    names = {entry[1]: module.replace("_", " ").title() for module, entry in COUNTRIES.items()}
    codes = holidays.list_supported_countries(include_aliases=False)
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1])


def subdivisions(country: str) -> list[tuple[str, str]]:
    """Return (code, name) of the states or regions of `country` with holidays of their own, by name."""
    import holidays

    entity = getattr(holidays, country)
    names = {code: name for name, code in entity.subdivisions_aliases.items()}
    return sorted(((code, names.get(code, code)) for code in entity.subdivisions), key=lambda pair: pair[1])


def of(country: str, subdivision: str, year: int) -> list[tuple[date, str]]:
    """Return the public holidays of one year, in English where the package knows it, else in the country's words.

    country, subdivision: codes as the functions above give them; subdivision may be "".
    """
    import holidays

    languages = getattr(holidays, country).supported_languages
    english = next((code for code in languages if code.startswith("en")), None)
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=english)
    return sorted(found.items())
