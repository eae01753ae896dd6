"""gunicorn's settings for a server with a dummy of each family, and one of a frame's views."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import dummies  # noqa: E402, F401 - before the application
from dummy_view import OutputMean  # noqa: E402

from dl_core.frames import VIEWS  # noqa: E402

VIEWS[OutputMean.name] = OutputMean

exec(Path(__file__).parents[1].joinpath("gunicorn.conf.py").read_text())
