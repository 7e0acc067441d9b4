"""The trials of `segue evaluate`: holes in pieces, variations, long takes, and wishes obeyed.

That is --infill FOLDER, --vary FOLDER, --long and --obedience FOLDER.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from segue.cli.messages import say
from segue.errors import InputError

if TYPE_CHECKING:
    from segue.evaluation.trials.trial import Trial
    from segue.generation.composer import Composer

__all__ = ["TrialOptions", "ask_for_long_takes", "fill_holes", "see_who_obeys", "turn_the_dial"]

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class TrialOptions:
    """What every trial needs; None is the trial's own default."""

    models: tuple[str, ...]
    split: str
    n: int | None
    takes: int | None
    bars: int | None
    seed: int
    workers: int
    out: Path | None


def fill_holes(folders: list[str], asked: TrialOptions) -> None:
    """Let models fill holes in the pieces of a folder, and show how close they come.

    Raises:
        InputError: several folders, or none of their pieces has a place for a hole.
    """
    from segue.evaluation.music.reference import open_songs
    from segue.evaluation.trials import infilling

    if len(folders) != 1:
        raise InputError(f"--infill makes holes in the pieces of one folder, got {len(folders)}")
    kind, songs, unreadable = open_songs(Path(folders[0]), split=asked.split)
    holes = infilling.draw_holes(
        songs,
        split=asked.split,
        count=asked.n or infilling.HOLES,
        n_bars=asked.bars or infilling.HOLE_BARS,
        seed=asked.seed,
    )
    with _loaded(asked) as (composers, on_progress):
        found = infilling.measure_infilling(
            holes,
            composers,
            takes=asked.takes or infilling.TAKES,
            seed=asked.seed,
            about=kind,
            unreadable=[each.reason for each in unreadable],
            workers=asked.workers,
            on_progress=on_progress,
        )
    _report(found, asked.out)


def ask_for_long_takes(against: Path, asked: TrialOptions) -> None:
    """Let models write long takes, and show how often they go wrong, compared with real songs.

    Raises:
        InputError: no song is long enough.
    """
    from segue.evaluation.music.reference import open_reference
    from segue.evaluation.trials import long_takes

    reference = open_reference(
        against,
        split=asked.split,
        n_bars=asked.bars or long_takes.LONG_BARS,
        prompt_bars=long_takes.LONG_PROMPT_BARS,
        seed=asked.seed,
    )
    with _loaded(asked) as (composers, on_progress):
        found = long_takes.measure_long_takes(
            reference,
            composers,
            prompts=asked.n or long_takes.PROMPTS,
            takes=asked.takes or long_takes.TAKES,
            seed=asked.seed,
            workers=asked.workers,
            on_progress=on_progress,
        )
    _report(found, asked.out)


def turn_the_dial(folders: list[str], asked: TrialOptions) -> None:
    """Let models vary the pieces of a folder by amounts from 0 to 1, and show how much stays.

    Raises:
        InputError: several folders, or no song is long enough.
    """
    from segue.evaluation.music.reference import open_reference
    from segue.evaluation.trials import dial

    if len(folders) != 1:
        raise InputError(f"--vary varies the pieces of one folder, got {len(folders)}")
    bars = asked.bars or dial.DIAL_BARS
    reference = open_reference(
        Path(folders[0]), split=asked.split, n_bars=2 * bars, seed=asked.seed
    )
    with _loaded(asked) as (composers, on_progress):
        found = dial.measure_dial(
            reference,
            composers,
            passages=asked.n or dial.PASSAGES,
            takes=asked.takes or dial.TAKES,
            seed=asked.seed,
            workers=asked.workers,
            on_progress=on_progress,
        )
    _report(found, asked.out)


def see_who_obeys(folders: list[str], asked: TrialOptions) -> None:
    """Ask a model for everything that can be asked after real prompts, and show what it obeys.

    Raises:
        InputError: not one folder and one model, or no song is long enough.
    """
    from segue.cli.evaluate_display import show_obedience
    from segue.evaluation.music.reference import open_reference
    from segue.evaluation.report.obedience import NOTEBOOK_NAME, write_obedience
    from segue.evaluation.trials import obedience

    if len(folders) != 1 or len(asked.models) != 1:
        raise InputError(
            f"--obedience asks one model to continue the pieces of one folder or corpus, got "
            f"{len(folders)} folders and {len(asked.models)} models: segue evaluate --obedience "
            "FOLDER --model NAME"
        )
    reference = open_reference(
        Path(folders[0]),
        split=asked.split,
        n_bars=asked.bars or obedience.BARS,
        prompt_bars=obedience.PROMPT_BARS,
        seed=asked.seed,
    )
    kept = None if asked.out is None else asked.out / NOTEBOOK_NAME
    with _loaded(asked) as (composers, on_progress):
        found = obedience.measure_obedience(
            reference,
            next(iter(composers.values())),
            prompts=asked.n or obedience.PROMPTS,
            takes=asked.takes or obedience.TAKES,
            seed=asked.seed,
            path=kept,
            workers=asked.workers,
            on_progress=on_progress,
        )
    show_obedience(found)
    if asked.out is not None:
        for path in write_obedience(found, asked.out):
            say(str(path))


@contextmanager
def _loaded(asked: TrialOptions) -> "Iterator[tuple[dict[str, Composer], OnProgress]]":
    """The models by their names, and bars that show how far the trial is."""
    from segue.cli.asking import try_folder
    from segue.cli.progress import named_bars
    from segue.generation.composer import load

    if asked.out is not None:
        try_folder(asked.out)
    with named_bars() as on_progress:
        yield {Path(name).name: load(name) for name in asked.models}, on_progress


def _report(found: "Trial", out: Path | None) -> None:
    from segue.cli.evaluate_display import show_trial
    from segue.evaluation.report.trial import write_trial

    show_trial(found)
    if out is not None:
        say(str(write_trial(found, out)))
