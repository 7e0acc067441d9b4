"""A listening test: blind pairs of a real and a written continuation, a page, and its analysis.

Each pair has one prompt, and after it what really came next and what was written, for as many bars,
through the same encoding, the same sounds and at the same length in seconds. Which of both is A is
drawn. The page plays them, asks which one is real and which one is liked better, keeps the answers
in the browser and saves them to a file. It does not hold the key, which is `key.json` in the same
folder: do not look before you have listened.

**Analysis.** *Told apart*: the share of answers that name the real one, ties left out; a half is
chance. *Preferred*: the share that likes the written one better, ties left out. Both with exact
(Clopper and Pearson) 95 % intervals, and the p-value of the exact binomial test against a half.
*Trap:* answers of one listener are kin; with few listeners the intervals are too narrow, so the
figures of each listener stand beside.
"""

import hashlib
import json
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Any, Final

import numpy as np
from scipy.stats import binomtest  # type: ignore[import-untyped]

from segue.errors import InputError
from segue.evaluation.candidates import Candidate, Task
from segue.evaluation.excerpts import after_prompt
from segue.files import make_folder, replacing, write_bytes
from segue.midi import score_to_bytes
from segue.score import Score
from segue.sound import render

__all__ = ["Analysis", "Share", "analyse", "write_kit"]

KEY_NAME: Final = "key.json"
PAGE_NAME: Final = "index.html"
_PAGE: Final = Path(__file__).with_name("listening.html")
_RINGING_S: Final = 1.5
"""After the last bar."""
_QUESTIONS: Final = ("real", "liked")
_CHOICES: Final = ("a", "b", "same")

Render = Callable[[bytes, Path], float]


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of answers."""

    count: int
    of: int
    """Ties left out."""
    ties: int
    share: float | None
    """None without answers."""
    low: float | None
    high: float | None
    p_value: float | None
    """Of a half."""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What listeners said."""

    kit: str
    n_listeners: int
    told_apart: Share
    prefer_written: Share
    by_listener: dict[str, dict[str, Share]]

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


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
        InputError: there is no FluidSynth, `out` cannot be written or holds another kit, or the
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
    page = Template(_PAGE.read_text(encoding="utf-8")).substitute(
        kit=json.dumps(answered_as), pairs=json.dumps(sorted(truth))
    )
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


def analyse(folder: Path, answers: Sequence[Path]) -> Analysis:
    """Hold the saved answers of listeners against the key of their kit.

    Raises:
        InputError: no kit in the folder, or a file that holds no answers to it.
    """
    try:
        key = json.loads((folder / KEY_NAME).read_text(encoding="utf-8"))
        truth: dict[str, str] = key["real"]
        kit, answered_as = str(key["kit"]), str(key["answered_as"])
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{folder}: no listening test of `segue evaluate --listening`") from error
    if not answers:
        raise InputError(f"{folder}: name the files of answers that listeners saved")
    told: dict[str, dict[str, dict[str, str]]] = {}
    for path in answers:
        listener, found = _answers(path, truth, answered_as)
        if listener in told:
            raise InputError(
                f"{path}: {listener} has answered in another of these files; give the latest "
                "alone, or another name to a second listener"
            )
        told[listener] = found
    return Analysis(
        kit=kit,
        n_listeners=len(told),
        told_apart=_told_apart(list(told.values()), truth),
        prefer_written=_preferred(list(told.values()), truth),
        by_listener={
            name: {
                "told_apart": _told_apart([found], truth),
                "prefer_written": _preferred([found], truth),
            }
            for name, found in told.items()
        },
    )


def _answers(
    path: Path, truth: Mapping[str, str], answered_as: str
) -> tuple[str, dict[str, dict[str, str]]]:
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        kit = saved["kit"]
        found: dict[str, dict[str, str]] = saved["answers"]
        listener = str(saved["listener"]) or path.stem
        wrong = [
            f"pair {pair}: {question} = {choice!r}"
            for pair, given in found.items()
            for question, choice in given.items()
            if pair not in truth or question not in _QUESTIONS or choice not in _CHOICES
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: holds no answers of a listening test's page") from error
    if kit != answered_as:
        raise InputError(f"{path}: answers to another test, {kit}; this one is {answered_as}")
    if wrong:
        raise InputError(f"{path}: no answer to this test: {wrong[0]}")
    return listener, found


def _told_apart(told: Sequence[dict[str, dict[str, str]]], truth: Mapping[str, str]) -> Share:
    choices = [
        (given["real"], truth[pair])
        for found in told
        for pair, given in found.items()
        if "real" in given
    ]
    return _share([choice == real for choice, real in choices if choice != "same"], choices)


def _preferred(told: Sequence[dict[str, dict[str, str]]], truth: Mapping[str, str]) -> Share:
    choices = [
        (given["liked"], truth[pair])
        for found in told
        for pair, given in found.items()
        if "liked" in given
    ]
    return _share([choice != real for choice, real in choices if choice != "same"], choices)


def _share(yes: Sequence[bool], choices: Sequence[object]) -> Share:
    ties = len(choices) - len(yes)
    if not yes:
        return Share(count=0, of=0, ties=ties, share=None, low=None, high=None, p_value=None)
    test = binomtest(sum(yes), len(yes))
    low, high = test.proportion_ci(0.95)
    return Share(
        count=sum(yes),
        of=len(yes),
        ties=ties,
        share=sum(yes) / len(yes),
        low=float(low),
        high=float(high),
        p_value=float(test.pvalue),
    )


def _seconds(score: Score, bars: int) -> float:
    end = score.bar_grid(n_bars=bars).end_tick
    return float(score.tempo_map.seconds_at(end, score.ticks_per_quarter))


def _fit(path: Path, seconds: float) -> None:
    """Bring a WAV file to a length, so that its length tells nothing."""
    with wave.open(str(path), "rb") as file:
        parameters = file.getparams()
        frames = file.readframes(file.getnframes())
    wanted = round(seconds * parameters.framerate) * parameters.nchannels * parameters.sampwidth
    with replacing(path) as temporary, wave.open(str(temporary), "wb") as file:
        file.setparams(parameters)
        file.writeframes(frames[:wanted].ljust(wanted, b"\0"))
