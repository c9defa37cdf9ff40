"""Who freezes the demo's recipe sees every config, and nothing holds the release back."""

from collections import Counter

import pytest
from django.core.management import call_command

from exports.actions.gates import why_held
from exports.models import Release
from exports.schema import CONFIGS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house_of_files")]


def test_the_demo_has_rows_in_every_config_and_passes_its_gates() -> None:
    call_command("load_starter_pack")

    call_command("release", "demo", "--json")

    release = Release.objects.get()
    rows = Counter[str]()
    for path, count in release.files.filter(path__startswith="data/").values_list("path", "rows"):
        rows[path.split("/")[1]] += count or 0
    assert {name for name, count in rows.items() if count} == {config.name for config in CONFIGS}
    assert (rows["rankings"], rows["sft"], rows["benchmark"], rows["adversarial"]) == (3, 3, 2, 5)
    assert why_held(release) == ""
