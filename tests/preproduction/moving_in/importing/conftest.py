import pytest


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(request, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("preferences")
