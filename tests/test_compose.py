"""The container files: parsed and compared with the settings, since no engine runs them here."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
EXAMPLE = (ROOT / ".env.example").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("prepare", "web", "worker", "beat", "labelstudio")
FILLED_IN = {
    "SECRET_KEY": "k7PqX" * 20,
    "SECRETS_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "POSTGRES_PASSWORD": "letters",
}


def settings_in_the_code() -> set[str]:
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))


def settings_in_the_example() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))


def interpolated(value: str, environment: dict[str, str]) -> str:
    def fill(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(3)
        return environment.get(name) or default or pytest.fail(f"{name} is required and not set")

    return re.sub(r"\$\{(\w+)(:-|:\?)([^}]*)\}", fill, value)


def test_every_process_of_a_deployment_is_a_service() -> None:
    assert set(COMPOSE["services"]) == {*OURS, "postgres", "valkey"}
    assert COMPOSE["services"]["postgres"]["image"] == "postgres:18"
    assert COMPOSE["services"]["valkey"]["image"].startswith("valkey/valkey:")


@pytest.mark.parametrize("name", [name for name in COMPOSE["services"] if name != "prepare"])
def test_every_service_that_stays_is_watched_and_restarted(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_take_secrets_from_the_env_file_and_refuse_to_start_without(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["env_file"] == ".env"
    assert service["environment"]["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert service["environment"]["SECRETS_KEYS"].startswith("${SECRETS_KEYS:?")


@pytest.mark.parametrize("name", ["web", "worker", "beat", "labelstudio"])
def test_nothing_serves_before_the_database_is_prepared(name: str) -> None:
    needs = COMPOSE["services"][name]["depends_on"]

    assert needs["prepare"]["condition"] == "service_completed_successfully"
    assert needs["valkey"]["condition"] == "service_healthy"


def test_the_database_keeps_its_data_where_version_18_puts_it() -> None:
    assert "database:/var/lib/postgresql" in COMPOSE["services"]["postgres"]["volumes"]
    assert set(COMPOSE["volumes"]) == {"database", "files"}


def test_no_file_of_the_deployment_holds_a_secret() -> None:
    for name in ("SECRET_KEY", "SECRETS_KEYS", "POSTGRES_PASSWORD"):
        assert re.search(rf"^{name}=$", EXAMPLE, re.MULTILINE)
    assert not re.search(r"(SECRET_KEY|PASSWORD)\s*[:=]\s*[\"']?[A-Za-z0-9]{8,}", DOCKERFILE)


def test_the_image_is_built_in_stages_and_does_not_run_as_root() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)

    assert len(stages) == 2
    assert all(stage.startswith("python:3.") and stage.endswith("-slim") for stage in stages)
    assert users == ["arete"]
    assert "uv sync --frozen" in DOCKERFILE


def test_the_example_lists_every_setting() -> None:
    assert settings_in_the_code() - settings_in_the_example() == set()


def test_the_deployment_passes_the_checks_for_deployment() -> None:
    example = dict(re.findall(r"^([A-Z_]+)=(.+)$", EXAMPLE, re.MULTILINE))
    known = {**example, **FILLED_IN}
    service = {
        name: interpolated(value, known) for name, value in COMPOSE["services"]["web"]["environment"].items()
    }
    environment = {**known, **service, "PATH": os.environ["PATH"]}

    outcome = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr
