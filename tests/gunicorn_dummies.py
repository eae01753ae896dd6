"""gunicorn's settings for a server whose registries have a dummy of each family beside the real entries."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import dummies  # noqa: E402, F401 - before the application

exec(Path(__file__).parents[1].joinpath("gunicorn.conf.py").read_text())
