"""Saves a model of a few thousand weights beside its tokenizer, for scripts that name one by its folder."""

import sys
from pathlib import Path

import tiny

if __name__ == "__main__":
    tiny.saved(tiny.tokenizer(Path(sys.argv[1])), Path(sys.argv[2]))
    sys.stdout.write("\n{}")
