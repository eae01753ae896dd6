"""One thread for NumPy's products: shared out among several, their last bits depend on how many there are.

It is also the fastest way for networks of this size.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

LIBRARIES = ThreadpoolController().select(user_api="blas")


def one_thread() -> AbstractContextManager[Any]:
    """A block in which products are computed by one thread; free where that is so anyway."""
    if all(library.get_num_threads() == 1 for library in LIBRARIES.lib_controllers):
        return nullcontext()
    limits: AbstractContextManager[Any] = LIBRARIES.limit(limits=1)
    return limits
