"""What a web worker takes to start: `import studio.wsgi`, against Django with the same apps and middleware of others.

    python benchmarks/starting.py [--rounds 15]

Each is a Python process of its own; the two take turns.
"""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import measuring

ROOT = Path(__file__).resolve().parents[1]
OUR_OWN = ("studio", "preproduction", "triggers")
OURS = "import studio.wsgi"
FLOOR = """
import json, sys
from django.conf import settings
settings.configure(ROOT_URLCONF="django.contrib.auth.urls", SECRET_KEY="x" * 50, **json.loads(sys.argv[1]))
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
"""


def main(rounds):
    theirs = json.dumps(of_others())
    ours, floor = measuring.medians(
        rounds, partial(seconds_of, OURS), partial(seconds_of, FLOOR.strip(), theirs)
    )
    table = measuring.Table()
    table.row("starting, against Django with the same apps of others", ours, floor, 1.15)
    return table.end()


def of_others() -> dict:
    """Return the settings that name what others have written."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    sys.path.insert(0, str(ROOT))
    from django.conf import settings

    named = ("INSTALLED_APPS", "MIDDLEWARE")
    theirs = {
        name: [each for each in getattr(settings, name) if each.partition(".")[0] not in OUR_OWN]
        for name in named
    }
    return theirs | {"TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]}


def seconds_of(code, *arguments) -> float:
    start = partial(subprocess.run, [sys.executable, "-c", code, *arguments], cwd=ROOT, check=True)
    return measuring.seconds_of(start)


if __name__ == "__main__":
    sys.exit(main(measuring.arguments(__doc__, rounds=15).rounds))
