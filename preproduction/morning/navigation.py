"""The link to one's own morning mail; settings.MENUS puts it in order."""

from studio.navigation import MenuItem

YOU = (MenuItem("Morning mail", "morning:morning_mail", "see_work", "sun"),)
