"""How numbers are computed: one thread for products, overflow without warnings, numbers near 0 flushed to 0.

- Shared out among threads, the last bits of a product depend on how many there are. One is also the fastest
  for networks of this size.
- Overflow is news from training (see `Trainer.diverged`), not a warning.
- Below 1.2e-38 float32 has only denormal numbers, for which processors take 10 to 100 times as long: weights
  under a strong penalty, or products of several small ones, would stop a run. So the processor treats them as
  0 (flush to zero), which costs nothing. It is the processor's mode, set for the block and put back after it.
"""

import ctypes
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

LIBRARIES = ThreadpoolController().select(user_api="blas")

FLUSH_BITS = {
    ("linux", "x86_64"): (8, 7, 0x8040),  # MXCSR: flush to zero, denormals are zeros
    ("linux", "aarch64"): (2, 0, 1 << 24),  # FPCR: flush to zero
    ("darwin", "x86_64"): (4, 1, 0x8040),
    ("darwin", "arm64"): (4, 2, 1 << 24),
}
"""Words of C's `fenv_t`, which of them controls the arithmetic, and its bits that flush to zero.

PyTorch's `set_flush_denormal` sets the same bits. On Windows such steps stay slow.
"""

FLUSH = FLUSH_BITS.get((sys.platform, platform.machine()))
LIBC: Any = ctypes.CDLL(None) if FLUSH else None
Environment: Any = ctypes.c_uint32 * FLUSH[0] if FLUSH else None


@contextmanager
def arithmetic() -> Iterator[None]:
    """A block in which numbers are computed like this."""
    single = all(library.get_num_threads() == 1 for library in LIBRARIES.lib_controllers)
    with np.errstate(all="ignore"), flush_to_zero(), nullcontext() if single else LIBRARIES.limit(limits=1):
        yield


@contextmanager
def flush_to_zero() -> Iterator[None]:
    """A block in which this thread flushes denormal numbers to 0, where the processor's mode can be set."""
    if FLUSH is None:
        yield
        return
    _, control, bits = FLUSH
    before = Environment()
    LIBC.fegetenv(before)
    during = Environment.from_buffer_copy(before)
    during[control] |= bits
    LIBC.fesetenv(during)
    try:
        yield
    finally:
        LIBC.fesetenv(before)
