"""Every random draw is a function of a seed, its purpose, the epoch and the layer; no generator lives on.

So training can stop anywhere and go on in another process: what comes next is drawn afresh from these four
numbers, not from a stream whose position somebody would have to remember.
"""

import numpy as np

PURPOSES = {"points": 0, "split": 1, "weights": 2, "biases": 3, "shuffle": 4, "dropout": 5}
"""Numbers that keep the draws of one seed apart. They are part of what a seed means: never change one."""


def generator(seed: int, purpose: str, *, epoch: int = 0, layer: int = 0) -> np.random.Generator:
    """Fresh generator for one of `PURPOSES`; the numbers are from 0 to 2**32 - 1."""
    # Always four words: SeedSequence pads with zeros, so lists of different lengths could coincide.
    try:  # as an array: SeedSequence takes thrice as long over a tuple, and makes the same of it
        words = np.array((seed, PURPOSES[purpose], epoch, layer), np.uint32)
    except OverflowError:
        message = f"Seed, epoch and layer must be from 0 to 2**32 - 1; got {seed}, {epoch} and {layer}."
        raise ValueError(message) from None
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))
