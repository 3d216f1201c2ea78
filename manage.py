#!/usr/bin/env python3
import os
import sys
from pathlib import Path

from studio import installation


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    said = installation.choose(os.environ, Path(__file__).resolve().parent)
    if said:
        sys.stderr.write(f"{said}\n")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
