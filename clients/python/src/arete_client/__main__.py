"""python -m arete_client."""

import sys

from arete_client.cli import main

sys.exit(main())
