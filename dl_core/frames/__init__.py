"""Pictures of training for a browser: metrics, maps and weights of one moment as plain JSON."""

from dl_core.compiler.inference import InferenceCache
from dl_core.frames.dataset_pictures import dataset, gallery
from dl_core.frames.painter import FramePainter
from dl_core.frames.views import DEFAULT_VIEWS, MOST_VIEWS, VIEWS, frame_schema, request_schema, view_error

__all__ = [
    "DEFAULT_VIEWS",
    "MOST_VIEWS",
    "VIEWS",
    "FramePainter",
    "InferenceCache",
    "dataset",
    "frame_schema",
    "gallery",
    "request_schema",
    "view_error",
]
