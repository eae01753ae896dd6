"""Arrays, their types, and their form in JSON: dtype, shape, and the bytes in base64."""

import base64
import binascii
import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
"""Floating-point array: float32 in training, float64 when gradients are checked."""

DTYPES = ("float32", "int8", "uint8")
NAMES = {np.dtype(name).newbyteorder("<"): name for name in DTYPES}
MOST_AXES = 3
LONGEST = 2**20


def encode(array: NDArray[Any]) -> dict[str, Any]:
    """Array as a JSON object; the bytes are little-endian and in C order."""
    if array.dtype.str.startswith(">"):
        array = array.astype(array.dtype.newbyteorder("<"))
    name = NAMES.get(array.dtype)
    if name is None:
        raise TypeError(f"Only {', '.join(DTYPES)} arrays have a form in JSON; got {array.dtype.name}.")
    data = base64.b64encode(array.tobytes()).decode()
    return {"dtype": name, "shape": list(array.shape), "data": data}


def decode(value: object, path: str = "array") -> NDArray[Any]:
    """Array from its JSON object, bit for bit. `ValueError` says in a sentence what is wrong at `path`."""
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data"}:
        raise ValueError(f"`{path}` must be an object with dtype, shape and data.")
    name, shape, data = value["dtype"], value["shape"], value["data"]
    if name not in DTYPES:
        raise ValueError(f"`{path}.dtype` must be one of {', '.join(DTYPES)}; got {name!r:.60}.")
    lengths = shape if isinstance(shape, list) else [None]
    if len(lengths) > MOST_AXES or not all(type(n) is int and 0 <= n <= LONGEST for n in lengths):
        raise ValueError(f"`{path}.shape` must be a list of at most {MOST_AXES} lengths from 0 to 2^20.")
    try:
        raw = base64.b64decode(data, validate=True) if isinstance(data, str) else None
    except (binascii.Error, ValueError):
        raw = None
    if raw is None:
        raise ValueError(f"`{path}.data` must be text in base64.")
    dtype = np.dtype(name)
    if len(raw) != math.prod(shape) * dtype.itemsize:
        wanted = math.prod(shape) * dtype.itemsize
        raise ValueError(f"`{path}.data` must hold the {wanted} bytes of its shape; got {len(raw)}.")
    return np.frombuffer(raw, dtype.newbyteorder("<")).astype(dtype).reshape(shape)
