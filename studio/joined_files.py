"""The styles and the scripts of every page, joined to one file each when static files are collected.

They are written in small files, one to a component or a behaviour, and while one works each is its own; a browser that
comes for the first time asks for two instead of forty.  The list stands once, in templates/components/head.html,
between {% joined "css/joined.css" %} and {% endjoined %} (templatetags/joined.py).
"""

import re
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

HEAD = Path("templates/components/head.html")
_PARTS = re.compile(r'{% joined "(?P<name>[^"]+)" %}(?P<files>.*?){% endjoined %}', re.DOTALL)
_FILE = re.compile(r'{% static "(?P<path>[^"]+)" %}"(?: media="(?P<media>[^"]+)")?')


class Source(NamedTuple):
    """path: of a file of static/.  media: of a style sheet for print and the like; "" for all."""

    path: str
    media: str


def sources() -> dict[str, list[Source]]:
    """Return the files of each joined one, in their order."""
    head = (settings.BASE_DIR / HEAD).read_text()
    return {
        part["name"]: [Source(found["path"], found["media"] or "") for found in _FILE.finditer(part["files"])]
        for part in _PARTS.finditer(head)
    }


def join(name: str, texts: list[tuple[Source, str]]) -> str:
    """Return the files as one.  A statement that a script leaves open would run on into the next."""
    if name.endswith(".js"):
        return "".join(f"{text}\n;\n" for _, text in texts)
    return "\n".join(
        f"@media {source.media} {{\n{text}\n}}" if source.media else text for source, text in texts
    )


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    is_joined = True

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for name, files in sources().items():
                texts = []
                for source in files:
                    storage, path = paths[source.path]
                    with storage.open(path) as file:
                        texts.append((source, file.read().decode()))
                self.delete(name)
                self.save(name, ContentFile(join(name, texts).encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
