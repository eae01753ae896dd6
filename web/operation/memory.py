"""Memory that runs have freed goes back to the system at once, where the C library is glibc.

Left alone, it keeps what large runs needed for as long as any small object lies behind it. The environment
variables that say so must be set before a process starts; this holds however the server was started.
"""

import ctypes
from contextlib import suppress

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # names of glibc's mallopt
LARGE_BYTES = 65_536
"""What is as large has pages of its own, and so much may be left free at the end of the others."""


def return_freed_memory() -> None:
    """Set the limits of the allocator, for this process and those that it forks."""
    with suppress(OSError, AttributeError, TypeError):  # another C library has none
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(TRIM_THRESHOLD, LARGE_BYTES)
