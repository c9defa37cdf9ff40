"""Brings the database up to date in one process: schema, starter pack, and the first sign-in link on stdout."""

import argparse
import contextlib
import os
import sys

import django
from django.core.management import call_command, get_commands

from config.backups.house import refuse_half_restored


def main() -> None:
    """Run the commands that make a data folder ready for its web server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-demo", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    refuse_half_restored()
    known = get_commands()
    # Only the link belongs on stdout, where the supervisor reads it.
    with contextlib.redirect_stdout(sys.stderr):
        call_command("migrate", interactive=False, verbosity=1)
        if not options.no_demo and "load_starter_pack" in known:
            call_command("load_starter_pack")
    if "first_administrator" in known:
        call_command("first_administrator")


if __name__ == "__main__":
    main()
