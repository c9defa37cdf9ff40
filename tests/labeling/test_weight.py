"""What the labeling session weighs on the wire: style sheets and scripts of ours, as they are sent."""

import gzip
import re

import pytest
from django.test import Client

from tests.labeling.modes import make_mode
from tests.labeling.pages import open_session
from tests.labeling.scenes import make_member, signed_in

pytestmark = pytest.mark.django_db

BUDGET = 20_000


def sent(client: Client, name: str) -> bytes:
    response = client.get(f"/static/{name}", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def files_of(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)


def test_styles_and_scripts_of_the_session_stay_within_20_kb() -> None:
    project = make_mode("everything", items=1)
    client = signed_in(make_member(project))

    page = open_session(client, project)

    weights = {name: len(sent(client, name)) for name in files_of(page)}
    print(f"{sum(weights.values()):,} of {BUDGET:,} bytes gzipped: {weights}")  # noqa: T201
    assert "arete.css" in weights
    assert "session/session.js" in weights
    assert sum(weights.values()) <= BUDGET


def test_the_script_of_the_session_comes_with_all_that_it_imports() -> None:
    script = sent(Client(), "session/session.js")

    assert not re.search(rb"\bimport\b", gzip.decompress(script))
