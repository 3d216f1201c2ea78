"""A program that makes plain rows of an Excel or CSV file, and is ended when it takes too much.

It is started for each file (files.py) as `python -m preproduction.moving_in.importing.reading FILE NAME`, imports
nothing of Django, and answers on its output in lines of JSON:

    {"sheet": "Clients"}                a sheet begins
    [7, ["Ann", 12, {"day": "2026-06-10"}, null, {"fault": "..."}]]     row 7 of it; rows without anything are left out
    {"refused": "..."}                  the file cannot be taken, and why; nothing follows
    {"end": true}                       all has been read
"""
