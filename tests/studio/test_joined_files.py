"""One file of styles and one of scripts, where static files are collected."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from studio import joined_files
from studio.joined_files import Source

LINKS = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js))"')


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "studio.joined_files.JoinedStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def head():
    return render_to_string("components/head.html")


def test_a_page_asks_for_one_file_of_styles_and_one_of_scripts(collected):
    links = [link for link in LINKS.findall(head()) if "htmx" not in link]
    assert [re.sub(r"\.[0-9a-f]{12}\.", ".", link) for link in links] == ["css/joined.css", "js/joined.js"]
    for link, (name, files) in zip(links, joined_files.sources().items(), strict=True):
        text = (collected / link).read_text()
        for source in files:
            own = (Path("static") / source.path).read_text().strip().splitlines()
            assert {own[0], own[-1]} <= set(text.splitlines()), source
        assert (collected / f"{link}.gz").exists(), name


def test_while_one_works_each_file_is_its_own():
    files = [source.path for part in joined_files.sources().values() for source in part]
    assert [link for link in LINKS.findall(head()) if "htmx" not in link] == files
    assert len(files) > 30


def test_what_is_for_print_stays_for_print():
    texts = [(Source("a.css", ""), "a {}"), (Source("print.css", "print"), "b {}")]
    assert joined_files.join("joined.css", texts) == "a {}\n@media print {\nb {}\n}"


def test_a_script_that_ends_without_a_semicolon_runs_into_no_other():
    texts = [(Source("a.js", ""), "const a = 1"), (Source("b.js", ""), "(function () {})()")]
    assert "const a = 1\n;\n(function" in joined_files.join("joined.js", texts)
