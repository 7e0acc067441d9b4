"""`python -m segue.learning JSON`: learn as the studio asks, and tell how far it is, as JSON lines.

The argument has `source`, `out` and `steps` (or null). Lines have `stage`, `done`, `total` and
`words`; the last one `report` and `is_better`, or `error`, with exit status 2. It gives way to all
else that the machine does.
"""

import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from segue.errors import SegueError

__all__ = ["main"]

_FAILED: Final = 2
_NICE: Final = 10
_EVERY_S: Final = 0.2


def main(argument: str) -> int:
    """Learn; returns the exit status."""
    import torch

    from segue.learning import Learning, Stage, Teaching, learn_folder

    if hasattr(os, "nice"):
        os.nice(_NICE)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # who listened is gone: end without a word
    torch.set_num_threads(1)
    asked = json.loads(argument)
    settings = Learning()
    if asked["steps"] is not None:
        settings = replace(settings, steps=asked["steps"])
    last_name, told_at = "", 0.0

    def on_stage(stage: Stage) -> None:
        nonlocal last_name, told_at
        if stage.name == last_name and time.monotonic() - told_at < _EVERY_S:
            return
        last_name, told_at = stage.name, time.monotonic()
        _tell(stage=stage.name, done=stage.done, total=stage.total, words=stage.words)

    try:
        report = learn_folder(
            Teaching(source=Path(asked["source"]), out=Path(asked["out"]), settings=settings),
            on_stage=on_stage,
        )
    except SegueError as error:
        _tell(error=str(error))
        return _FAILED
    _tell(report=report.words, is_better=report.is_better)
    return 0


def _tell(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
