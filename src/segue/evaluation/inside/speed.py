"""How long takes take on this machine: a prompt of real music, eight bars, 1, 4 and 8 takes.

Sampling alone is timed in this process, with the model loaded; the whole command, from its start to
the files, as a process of its own.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from segue.evaluation.music.excerpts import Songs, draw_excerpts
from segue.generation.composer import Composer
from segue.midi import score_to_bytes, write_file
from segue.score import Score, slice_bars

BARS: Final = 8
TAKES: Final = (1, 4, 8)
_COMMAND_TAKES: Final = 4
_PROMPTS: Final = 5


def measure_speed(composer: Composer, songs: Songs, *, split: str, model: str) -> dict[str, Any]:
    """By number of takes: seconds, notes a second, seconds to the first event and the first bar.

    Each is the median over some prompts. `command_s`: `segue continue --model MODEL`, four takes.
    """
    excerpts = draw_excerpts(
        songs, split=split, count=_PROMPTS, seed=1, n_bars=BARS, context_bars=BARS
    )
    prompts = [slice_bars(songs.score(e.song), e.first_bar - BARS, e.first_bar) for e in excerpts]
    composer.continue_(prompts[0], bars=1, takes=1)  # the first use of a model is slower
    found: dict[str, Any] = {"threads": composer.network.threads}
    for takes in TAKES:
        timings = [timed(composer, prompt, takes) for prompt in prompts]
        found[f"{takes} takes"] = {key: median(t[key] for t in timings) for key in timings[0]}
    return found | {"command_s": median(_time_command(prompt, model) for prompt in prompts)}


def timed(composer: Composer, prompt: Score, takes: int) -> dict[str, float]:
    """How long takes after a prompt take: seconds of the wall, and notes."""
    begun = time.perf_counter()
    bars: list[float] = []
    events: list[float] = []

    def clock(into: list[float]) -> None:
        into.append(time.perf_counter() - begun)

    made = composer.continue_(
        prompt,
        bars=BARS,
        takes=takes,
        on_bar=lambda *_: clock(bars),
        cancelled=_after_events(lambda: clock(events)),
    )
    seconds = time.perf_counter() - begun
    notes = sum(take.n_new_notes for take in made)
    return {
        "seconds": seconds,
        "first_event_s": min(events),
        "first_bar_s": min(bars),
        "notes": notes,
        "notes_per_s": notes / seconds,
    }


def _after_events(clock: Callable[[], None]) -> Callable[[], bool]:
    """Clocks the events, from the first on: each writing thread asks before each of its own.

    The thread that wants the takes asks before them, too, and writes if no other does.
    """
    left = {threading.get_ident(): 2}

    def asked() -> bool:
        mine = threading.get_ident()
        left[mine] = left.get(mine, 1) - 1
        if left[mine] < 0:
            clock()
        return False

    return asked


def _time_command(prompt: Score, model: str) -> float:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "prompt.mid"
        write_file(file, score_to_bytes(prompt))
        options = ["--bars", BARS, "--takes", _COMMAND_TAKES, "--model", model, "-o", folder]
        command = [sys.executable, "-m", "segue", "continue", str(file), *map(str, options)]
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - begun
