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
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("prepare", "web", "worker", "beat", "backup", "labelstudio-worker")
BY_PROFILE = {name for name, service in SERVICES.items() if "profiles" in service}
STAY = [name for name in SERVICES if name not in ("prepare", "backup")]
SECRETS = {
    "secret_key": "k7PqX" * 20,
    "secrets_keys": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "postgres_password": "letters",
    "metrics_token": "letters",
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
    assert set(SERVICES) - BY_PROFILE == {"prepare", "web", "worker", "beat", "postgres", "valkey"}
    assert {"backup", "labelstudio", "labelstudio-worker", "minio"} == BY_PROFILE
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["valkey"]["image"].startswith("valkey/valkey:")


@pytest.mark.parametrize("name", STAY)
def test_every_service_that_stays_is_watched_and_restarted(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_has_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]

    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    assert service.keys().isdisjoint({"privileged", "cap_add", "network_mode", "pid"})
    # What others publish writes where it likes; it comes with a profile alone.
    assert service.get("read_only") is True or name in ("labelstudio", "minio")
    assert "build" in service or service.get("user", "root") != "root" or name in ("labelstudio", "minio")


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_published_is_published_on_loopback_alone(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert interpolated(port, {}).startswith("127.0.0.1:")


@pytest.mark.parametrize("name", OURS)
def test_our_services_take_their_secrets_from_files(name: str) -> None:
    service = SERVICES[name]

    given = {
        variable: value for variable, value in service["environment"].items() if variable.endswith("_FILE")
    }
    assert {variable: Path(value).name for variable, value in given.items()} == {
        "SECRET_KEY_FILE": "secret_key",
        "SECRETS_KEYS_FILE": "secrets_keys",
        "DATABASE_PASSWORD_FILE": "postgres_password",
        "METRICS_TOKEN_FILE": "metrics_token",
    }
    assert {Path(value).name for value in given.values()} == set(service["secrets"])
    assert set(service["secrets"]) <= set(COMPOSE["secrets"])


def test_the_folders_of_secrets_and_backups_stay_out_of_image_and_repository() -> None:
    assert {"secrets", "backups", ".env"} <= set((ROOT / ".dockerignore").read_text().split())
    assert {"/secrets/", "/backups/", ".env"} <= set((ROOT / ".gitignore").read_text().split())
    assert {path["file"].rpartition("/")[0] for path in COMPOSE["secrets"].values()} == {"./secrets"}


@pytest.mark.parametrize("name", ["web", "worker", "beat", "labelstudio-worker"])
def test_nothing_serves_before_the_database_is_prepared(name: str) -> None:
    needs = SERVICES[name]["depends_on"]

    assert needs["prepare"]["condition"] == "service_completed_successfully"
    assert needs["valkey"]["condition"] == "service_healthy"


def test_the_database_keeps_its_data_where_version_18_puts_it() -> None:
    assert "database:/var/lib/postgresql" in COMPOSE["services"]["postgres"]["volumes"]
    assert {"database", "files"} <= set(COMPOSE["volumes"])


def test_no_file_of_the_deployment_holds_a_secret() -> None:
    secret = r"^#?\w*(?:SECRET_KEY|SECRETS_KEYS|PASSWORD|TOKEN)=(.+)$"
    assert re.findall(secret, EXAMPLE, re.MULTILINE) == []
    assert not re.search(r"(SECRET_KEY|PASSWORD)\s*[:=]\s*[\"']?[A-Za-z0-9]{8,}", DOCKERFILE)


def test_the_image_is_built_in_stages_and_does_not_run_as_root() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)

    assert len(stages) == 2
    assert all(stage.startswith("python:3.") and stage.endswith("-slim") for stage in stages)
    assert users == ["10001:10001"]
    assert "uv sync --frozen" in DOCKERFILE


def test_the_example_lists_every_setting() -> None:
    assert settings_in_the_code() - settings_in_the_example() == set()


def test_the_deployment_passes_the_checks_for_deployment(tmp_path: Path) -> None:
    known = dict(re.findall(r"^([A-Z_]+)=(.+)$", EXAMPLE, re.MULTILINE))
    for name, secret in SECRETS.items():
        (tmp_path / name).write_text(f"{secret}\n")
    service = {
        name: interpolated(value, known).replace("/run/secrets", str(tmp_path))
        for name, value in SERVICES["web"]["environment"].items()
    }
    there = {"TMPDIR": str(tmp_path), "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    environment = {**known, **service, **there}

    outcome = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize(("name", "value"), [("SECRET_KEY", "from a file"), ("DATABASE_PASSWORD", "p w")])
def test_a_setting_may_come_from_a_file(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / "held").write_text(f"{value}\n")
    program = "from config import settings as s; print(s.SECRET_KEY, s.DATABASES['default']['PASSWORD'])"
    environment = {
        "SECRET_KEY": "x",
        f"{name}_FILE": str(tmp_path / "held"),
        "DATABASE_URL": "postgresql://arete@db/arete",
    }

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert value in said


def test_a_file_that_is_not_there_is_said() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env={"SECRET_KEY_FILE": "/nowhere/at/all"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "SECRET_KEY_FILE must be a readable file path" in said.stderr
