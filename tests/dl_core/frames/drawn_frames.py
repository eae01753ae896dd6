"""Frames of a new trainer, as the browser gets them."""

import json

import numpy as np
from wire import strict_json

from dl_core import Config, Trainer
from dl_core.data.datasets import EXTENT
from dl_core.frames import FramePainter

ALL = ["boundary", "neurons", "weights"]


def new_trainer(epochs=0, **parts):
    trainer = Trainer(Config.parse(parts))
    trainer.train(epochs=epochs)
    return trainer


def over_the_wire(value):
    """What the browser gets; fails on NaN and on what JSON does not know."""
    return strict_json(json.dumps(value, allow_nan=False))


def painted(trainer, views, resolution=80):
    """One frame, by a painter of its own."""
    return over_the_wire(FramePainter(trainer, views, resolution).frame())


def cell_centers(n):
    along = -EXTENT + (np.arange(n) + 0.5) * 2 * EXTENT / n
    return np.array([[x1, x2] for x2 in along for x1 in along])
