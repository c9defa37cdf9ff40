"""Style sheets and scripts as they are sent: smaller, and still the same."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

OURS = sorted(
    path.relative_to(settings.STATICFILES_DIRS[0]).as_posix()
    for path in Path(settings.STATICFILES_DIRS[0]).rglob("*.css")
)


def sent(name: str) -> str:
    return b"".join(Client().get(f"/static/{name}").streaming_content).decode()  # type: ignore[attr-defined]


def selectors(css: str) -> list[str]:
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = re.findall(r"[^{};]+(?=\{)", bare)
    return [re.sub(r"\s*([>,])\s*|(?<=:) ", r"\1", " ".join(each.split())) for each in found]


@pytest.mark.parametrize("name", OURS)
def test_a_smaller_style_sheet_has_the_selectors_of_its_source(name: str) -> None:
    source = (settings.STATICFILES_DIRS[0] / name).read_text()

    assert selectors(sent(name)) == selectors(source)
    assert re.findall(r'"[^"]*"', sent(name)) == re.findall(
        r'"[^"]*"', re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    )


def test_the_copy_of_a_script_is_smaller_and_as_old_as_its_source() -> None:
    source = settings.STATICFILES_DIRS[0] / "passkeys.js"

    response = Client().get("/static/passkeys.js")

    assert int(response["Content-Length"]) < source.stat().st_size
    again = Client().get("/static/passkeys.js", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_what_others_made_is_sent_as_it_is() -> None:
    source = settings.STATICFILES_DIRS[0] / "vendor" / "htmx.min.js"

    assert sent("vendor/htmx.min.js") == source.read_text()
