"""Work for the harness of damaged files that ends in every way."""

import os
import signal

END = "done"


def act(number: int) -> tuple[str, str]:
    """End well; crash (1), go wrong (2), be ended by the timer (3), or take over 1 GiB (4)."""
    if number == 1:
        os._exit(3)
    if number == 2:
        raise KeyError(number)
    if number == 3:
        os.kill(os.getpid(), signal.SIGPROF)
    if number == 4:
        _take(1100 * 2**20)
    return END, ""


def _take(n_bytes: int) -> None:
    taken = bytearray(n_bytes)
    for page in range(0, n_bytes, 4096):
        taken[page] = 1
