"""What may not be loaded before it is needed."""

import subprocess
import sys

HEAVY = (
    "datasets",
    "pyarrow",
    "huggingface_hub",
    "adbc_driver_postgresql",
    "numpy",
    "httpx",
    "httpx2",
    "label_studio_sdk",
)


def loaded_after(code: str) -> list[str]:
    program = f"{code}\nimport sys\nprint('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.rpartition("loaded:")[2].split()


def test_the_checks_load_no_heavy_package():
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\nimport django; django.setup()\n"
    )
    code += "from django.core.management import call_command; call_command('check', verbosity=0)"

    assert loaded_after(code) == []


def test_the_web_application_with_all_its_pages_loads_no_heavy_package():
    code = "import config.wsgi\nfrom django.urls import get_resolver\nget_resolver().url_patterns"

    assert loaded_after(code) == []
