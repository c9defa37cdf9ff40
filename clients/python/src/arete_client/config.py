"""Where the command line keeps address and token: in a file that only its owner reads."""

import json
import os
from pathlib import Path
from typing import NamedTuple


class NoLogin(Exception):
    """Nobody said yet which server to ask, or with which token."""


class Login(NamedTuple):
    """A server and a token."""

    url: str
    token: str


def config_path() -> Path:
    """Return where the file is."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "arete" / "client.json"


def save_login(login: Login) -> Path:
    """Keep a login, readable by its owner alone from the first byte on."""
    path = config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(login._asdict(), file)
    fresh.replace(path)
    return path


def find_login() -> Login:
    """Return the login of the environment (ARETE_URL and ARETE_TOKEN), else the stored one.

    Raises:
        NoLogin: there is none, or the file can't be read.
    """
    url, token = os.environ.get("ARETE_URL"), os.environ.get("ARETE_TOKEN")
    if url and token:
        return Login(url, token)
    try:
        kept = json.loads(config_path().read_text())
        return Login(url or kept["url"], token or kept["token"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NoLogin("Say which server first: arete-client login --url https://…") from None
