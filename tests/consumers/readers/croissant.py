"""The release's croissant.json, validated by mlcroissant."""

import json
import sys
from pathlib import Path

import mlcroissant

if __name__ == "__main__":
    found = mlcroissant.Dataset(jsonld=str(Path(sys.argv[1]) / "croissant.json"))
    names = [each.name for each in found.metadata.record_sets]
    sys.stdout.write(
        "\n" + json.dumps({"record_sets": names, "errors": list(found.metadata.ctx.issues.errors)})
    )
