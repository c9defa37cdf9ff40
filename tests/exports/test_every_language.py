"""What is published does not depend on the language in which somebody reads pages."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from exports.actions.gates import check_gates
from exports.models import Release
from tests.exports.judged import frozen, make_recipe, written
from tests.exports.test_papers import make_panel

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house_of_files")]
OTHERS = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def files_of(release: Release, folder: Path) -> dict[str, bytes]:
    papers = written(release, folder).papers
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return files | papers


def test_a_release_is_the_same_bytes_in_every_language(tmp_path: Path):
    release = frozen(make_recipe(make_panel().project))
    check_gates(release)
    english = files_of(release, tmp_path / "en")

    assert {"README.md", "manifest.json"} <= set(english)
    for language in OTHERS:
        with translation.override(language):
            assert files_of(release, tmp_path / language) == english
