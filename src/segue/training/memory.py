"""Keeping freed memory for the next step.

A training step allocates and frees the same large blocks again and again. glibc gives each of them
back to the kernel at once, and every page of the next one is faulted in and cleared again: on a
small virtual machine that took more than half of a step. Other C libraries do better and are left
alone.
"""

import ctypes
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_TOP_PAD: Final = -2
_M_MMAP_MAX: Final = -4
"""Names and numbers of malloc.h."""

_NEVER: Final = -1
_GROW_BY: Final = 256 * 2**20
"""Bytes that the heap grows by, at least."""


def keep_freed_memory() -> bool:
    """Make this process's malloc keep what is freed; whether it is one that can.

    The process then never shrinks below the most that it has used.
    """
    try:
        libc = ctypes.CDLL(None)
        libc.gnu_get_libc_version  # noqa: B018  # musl has a mallopt too, and it means nothing
        mallopt = libc.mallopt
    except (OSError, AttributeError, TypeError):  # TypeError: Windows, where None is no library
        return False
    mallopt.argtypes, mallopt.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
    settings = ((_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, _NEVER), (_M_TOP_PAD, _GROW_BY))
    return all(mallopt(name, value) == 1 for name, value in settings)
