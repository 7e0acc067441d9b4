"""A listening test: blind pairs of a real and a written continuation, with a page to answer on.

Each pair has one prompt, and after it what really came next and what was written, for as many bars,
through the same encoding, the same sounds and at the same length in seconds. Which of both is A is
drawn. The page plays them, asks which one is real and which one is liked better, keeps the answers
in the browser and saves them to a file. It does not hold the key, which is `key.json` in the same
folder: do not look before you have listened.
"""

import hashlib
import json
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from segue.errors import InputError
from segue.evaluation.candidates.task import Candidate, Task
from segue.evaluation.music.excerpts import after_prompt
from segue.files import make_folder, replacing, write_bytes
from segue.midi import score_to_bytes
from segue.page import render_page
from segue.score import Score
from segue.sound import render

__all__ = ["KEY_NAME", "PAGE_NAME", "write_kit"]

KEY_NAME: Final = "key.json"
PAGE_NAME: Final = "index.html"
_PAGE: Final = Path(__file__).with_name("kit.html")
_RINGING_S: Final = 1.5
"""After the last bar."""

Render = Callable[[bytes, Path], float]


def write_kit(
    task: Task,
    candidate: Candidate,
    out: Path,
    *,
    make_sound: Render = render,
    on_pair: Callable[[int], None] = lambda _: None,
) -> Path:
    """Write a kit with a pair for each prompt of a task; returns the page's path.

    Raises:
        InputError: the sound cannot be made, `out` cannot be written or holds another kit, or the
            candidate's set was not written for prompts.
    """
    make_folder(out)
    if (out / KEY_NAME).exists():
        raise InputError(f"{out}: holds a listening test already; name another folder")
    given = candidate.write(task, lambda _: None)
    if given.prompts is None:
        raise InputError(f"{given.name} was not written for the prompts, so there are no pairs")
    pairs = _pairs(task, dict(zip(given.prompts, given.scores, strict=True)))
    digest = hashlib.sha256(b"".join(score_to_bytes(score) for pair in pairs for score in pair))
    # Of the music, so that two kits of one seed are not confused, nor have the same sides.
    generator = np.random.default_rng(int.from_bytes(digest.digest()[:8], "big"))
    truth: dict[str, str] = {}
    for number, both in enumerate(pairs, start=1):
        is_a_real = bool(generator.random() < 0.5)
        pair = f"{number:02d}"
        seconds = max(_seconds(score, 2 * task.n_bars) for score in both) + _RINGING_S
        for side, score in zip("ab", both if is_a_real else both[::-1], strict=True):
            path = out / f"{pair}-{side}.wav"
            make_sound(score_to_bytes(score), path)
            _fit(path, seconds)
        truth[pair] = "a" if is_a_real else "b"
        on_pair(number)
    kit = f"{given.name}, {len(truth)} pairs, seed {task.seed}"
    answered_as = f"listening-{digest.hexdigest()[:12]}"
    key = {"kit": kit, "answered_as": answered_as, "what": given.what, "real": truth}
    write_bytes(out / KEY_NAME, (json.dumps(key, indent=1) + "\n").encode())
    page = render_page(_PAGE, kit=answered_as, pairs=sorted(truth))
    write_bytes(out / PAGE_NAME, page.encode())
    return out / PAGE_NAME


def _pairs(task: Task, written: Mapping[int, Score]) -> list[tuple[Score, Score]]:
    """What really came next and what was written, after each prompt."""
    pairs = []
    for number, score in sorted(written.items()):
        prompt, real = task.comparable_prompts[number], task.comparable_real[number]
        pairs.append(
            (
                after_prompt(prompt, real, task.n_bars),
                after_prompt(prompt, score, task.n_bars),
            )
        )
    return pairs


def _seconds(score: Score, bars: int) -> float:
    end = score.bar_grid(n_bars=bars).end_tick
    return float(score.tempo_map.seconds_at(end, score.ticks_per_quarter))


def _fit(path: Path, seconds: float) -> None:
    """Bring a WAV file to a length, so that its length gives nothing away."""
    with wave.open(str(path), "rb") as file:
        parameters = file.getparams()
        frames = file.readframes(file.getnframes())
    wanted = round(seconds * parameters.framerate) * parameters.nchannels * parameters.sampwidth
    with replacing(path) as temporary, wave.open(str(temporary), "wb") as file:
        file.setparams(parameters)
        file.writeframes(frames[:wanted].ljust(wanted, b"\0"))
