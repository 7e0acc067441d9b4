"""A loaded model and what a musician can ask of it; `segue.load` gives one.

Every method returns takes that are functions of (prompt, options, seed, model) and of their own
number; `Asking` has the keyword arguments that all of them have in common. Every method builds the
request of its name (`segue.generation.request`), and `write` does what a request asks.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.errors import InputError
from segue.generation.arrangement import arrangement
from segue.generation.between import arrangement_between
from segue.generation.bounds import AMOUNT, BARS, BPM, OPENING_BARS, STEPS
from segue.generation.cells import varied_cells, without_cells
from segue.generation.following import Callbacks, Following
from segue.generation.latents import interpolate, latents_of, vary
from segue.generation.network import Float32Array, Network
from segue.generation.options import Options
from segue.generation.perform import Result, perform
from segue.generation.piece import Piece, Prompt
from segue.generation.request import (
    Compose,
    Continue,
    Infill,
    Interpolate,
    Request,
    Vary,
)
from segue.generation.take import Take, ranked
from segue.generation.task import CellsOf, Task, allowed_parts, palette_of
from segue.generation.window import Region, cut_window
from segue.novelty.known import known_music_of
from segue.score import Score
from segue.units import DEFAULT_METRE
from segue.version import __version__

DEFAULT_MODEL: Final = "band"


class _Wishes(TypedDict, total=False):
    """The fields that every request has."""

    takes: int | Sequence[int]
    """How many takes (4), or the numbers of those that are wanted: [3] is the third alone."""
    seed: int
    """The same seed (1), the same takes."""
    options: Options
    """How they are drawn."""


class Asking(_Wishes, Callbacks, total=False):
    """The keyword arguments that every task takes."""


def load(model: str = DEFAULT_MODEL, *, threads: int | None = None) -> "Composer":
    """A model by the name of a shipped one, or by the folder that training wrote.

    Raises:
        CheckpointError: there is no such model, or it is damaged or of another version.
    """
    from segue.generation.torch_network import load_network
    from segue.models.checkpoint import WEIGHTS_NAME, model_folder, read_card

    folder = model_folder(model)
    network = load_network(folder, threads=threads)
    digest = hashlib.sha256((folder / WEIGHTS_NAME).read_bytes()).hexdigest()
    known_music_of(folder)  # if that is damaged it is told now, and not after the takes
    name = f"{Path(model).resolve().name}@{digest[:12]}"
    context = _trained_context(read_card(folder), network.context)
    return Composer(network, name=name, context=context, folder=folder)


def _trained_context(card: dict[str, Any], most: int) -> int:
    """As many events as the windows had that the model was trained on, where its card says so.

    Attention over distances that were never trained is worse than none.
    """
    told: Any = card
    for key in ("training", "data", "events"):
        told = told.get(key) if isinstance(told, dict) else None
    return min(told, most) if isinstance(told, int) else most


class Composer:
    """What can be asked of a model."""

    def __init__(
        self,
        network: Network,
        *,
        name: str,
        context: int | None = None,
        folder: Path | None = None,
    ) -> None:
        """A composer from a model in memory.

        Args:
            network: the model.
            name: what provenance calls it.
            context: the most events that the model is shown; by default what it is made for.
            folder: where it is from, for the novelty report of takes.
        """
        self.network = network
        self.name = name
        self.context = context or network.context
        self.folder = folder

    @property
    def n_parameters(self) -> int:
        """How many numbers the model has learned."""
        return self.network.n_parameters

    def continue_(
        self, prompt: Prompt, *, bars: int = BARS.default, **asking: Unpack[Asking]
    ) -> list[Take]:
        """Takes of exactly `bars` new bars after the last bar in which the prompt begins a note.

        A prompt without notes gives its metre and tempo, and the new bars begin at once.

        Raises:
            InputError: a file that cannot be read, or a wish out of range.
        """
        wishes, following = _parted(asking)
        return self.write(Continue(bars=bars, **wishes), prompt, following=following)

    def infill(
        self,
        prompt: Prompt,
        *,
        first: int,
        last: int,
        tracks: Sequence[int] | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes with the bars [first, last), counted from 0, replaced in all or some tracks.

        Raises:
            InputError: as `continue_`, or bars or tracks that the piece does not have.
        """
        wishes, following = _parted(asking)
        request = Infill(first=first, last=last, tracks=_tuple(tracks), **wishes)
        return self.write(request, prompt, following=following)

    def vary(
        self,
        prompt: Prompt,
        *,
        amount: float = AMOUNT.default,
        first: int = 0,
        last: int | None = None,
        tracks: Sequence[int] | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes in which about `amount` of the region, at least one bar of one part, is new.

        Raises:
            InputError: as `infill`, or an amount out of range.
        """
        wishes, following = _parted(asking)
        request = Vary(amount=amount, first=first, last=last, tracks=_tuple(tracks), **wishes)
        return self.write(request, prompt, following=following)

    def compose(
        self,
        *,
        bars: int = BARS.default,
        bpm: float = BPM.default,
        metre: tuple[int, int] = DEFAULT_METRE,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes from nothing but a tempo and a metre, and instruments where options name them.

        Raises:
            InputError: a wish out of range.
        """
        wishes, following = _parted(asking)
        return self.write(Compose(bars=bars, bpm=bpm, metre=metre, **wishes), following=following)

    def interpolate(
        self,
        start: Prompt,
        end: Prompt,
        *,
        bars: int = OPENING_BARS.default,
        steps: int = STEPS.default,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes that lead from the first bars of one piece to those of another by their latents.

        Each of the `steps` takes is `bars` bars in the start's metre and tempo, for the instruments
        of both.

        Raises:
            InputError: as `continue_`, or a piece without notes.
        """
        wishes, following = _parted(asking)
        request = Interpolate(bars=bars, steps=steps, **wishes)
        return self.write(request, start, end, following=following)

    def write(
        self, request: Request, *prompts: Prompt, following: Following | None = None
    ) -> list[Take]:
        """The takes that a request asks for: of one prompt, of none (`Compose`), of two
        (`Interpolate`).

        Raises:
            InputError: a file that cannot be read, or bars or tracks that it does not have.
        """
        following = following or Following()
        task, own = self._task(request, [Piece.of(prompt) for prompt in prompts])
        takes = []
        for result in perform(self.network, task, request, following, context=self.context):
            take = Take(
                number=result.number,
                score=result.score,
                region=task.region,
                log_probability=result.log_probability,
                rank=result.number,
                provenance=self._provenance(task, request, result),
                document=task.piece.document,
                own=(task.piece.score, *own),
                model_folder=self.folder,
            )
            takes.append(take)
            following.on_take(take)
        return ranked(takes)

    def _task(self, request: Request, pieces: list[Piece]) -> tuple[Task, tuple[Score, ...]]:
        """What the model is to do, and what the musician gave besides the task's piece."""
        match request, pieces:
            case Continue(), [piece]:
                task = Task.of(request.placed(piece))
                return replace(task, arrangement=_arrangement_of(task, request)), ()
            case Infill(), [piece]:
                task = Task.of(request.placed(piece))
                return replace(task, arrangement=_arrangement_between(task, request)), ()
            case Vary(), [piece]:
                return self._variation(request, Task.of(request.placed(piece))), ()
            case Compose(), []:
                return Task.of(request.placed()), ()
            case Interpolate(), [start, end]:
                openings = request.openings(start, end)
                return self._way(request, Task.of(request.placed(start, end)), openings), openings
        raise TypeError(f"{type(request).__name__} does not take {len(pieces)} prompts")

    def _variation(self, request: Vary, task: Task) -> Task:
        """The task with the cells that each take replaces, and the latents of what was there."""
        score, region, seed, amount = task.score, task.region, request.seed, request.amount

        @cache
        def cells(number: int) -> BoolArray:
            return varied_cells(score, region, amount=amount, seed=seed, take=number)

        @cache
        def latents_of(number: int) -> Float32Array:
            mean = self._means(without_cells(score, region, ~cells(number)), region)
            return vary(mean, amount, seed=seed, take=number)

        def latents(numbers: Sequence[int]) -> Float32Array:
            return np.stack([latents_of(number) for number in numbers])

        return replace(task, latents=latents, cells=cells)

    def _way(self, request: Interpolate, task: Task, openings: tuple[Score, Score]) -> Task:
        """The task with the latents between two openings, for the instruments of both."""
        first, second = (self._means(opening, task.region) for opening in openings)
        # A bar of more than eight quarters has several latents: the end's follow the start's.
        second = second[np.arange(len(first)) * len(second) // len(first)]
        path = interpolate(first, second, request.steps)

        def latents(numbers: Sequence[int]) -> Float32Array:
            return path[[min(number, request.steps) - 1 for number in numbers]]

        palette = np.union1d(*(palette_of(opening) for opening in openings))
        return replace(task, palette=palette, latents=latents)

    def _means(self, score: Score, region: Region) -> Float32Array:
        """The posterior means of a region's bars as they are, (bars, Z).

        Raises:
            InputError: the model has no latents.
        """
        if not self.network.n_latents:
            raise InputError(
                f"{self.name} has no latents, so it can neither vary nor interpolate; "
                "ask a model that has them, such as band"
            )
        window = cut_window(score, region, events=0, max_bars=0)
        return latents_of(self.network, window)

    def _provenance(self, task: Task, request: Request, result: Result) -> dict[str, Any]:
        """Version, model, task and wishes, bars and tracks counted from 1 as musicians do."""
        region = task.region
        options = {k: v for k, v in vars(request.options).items() if v is not None}
        programs = request.options.programs(task.palette.tolist())
        named = {} if programs is None else {"instruments": programs}
        tracks = {} if region.tracks is None else {"tracks": [t + 1 for t in region.tracks]}
        return {
            "version": __version__,
            "model": self.name,
            "task": request.task,
            "bars": [region.first + 1, region.last],
            **tracks,
            **request.details,
            "seed": request.seed,
            "take": result.number,
            "options": options | named,
        }


def _tuple(tracks: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if tracks is None else tuple(tracks)


def _parted(asking: Asking) -> tuple[_Wishes, Following]:
    """Keyword arguments as the fields of a request, and the callbacks."""
    wishes: Any = {key: value for key, value in asking.items() if key in _Wishes.__annotations__}
    callbacks: Any = {key: value for key, value in asking.items() if key not in wishes}
    return wishes, Following(**callbacks)


def _arrangement_of(task: Task, request: Request) -> CellsOf | None:
    """Who plays where in each take; None where any instrument may join, or nothing is known."""
    region = task.region
    if request.options.new_instruments or not len(task.palette) or not region.first:
        return None
    allowed = allowed_parts(task, request.options)

    @cache
    def plays(number: int) -> BoolArray:
        n_bars = region.last - region.first
        return arrangement(
            task.score, region.first, n_bars, allowed=allowed, seed=request.seed, take=number
        )

    return plays


def _arrangement_between(task: Task, request: Infill) -> CellsOf:
    """Who plays where in each take of bars that are replaced."""
    region, options = task.region, request.options
    allowed = allowed_parts(task, replace(options, new_instruments=False))
    named = region.tracks is not None or options.instruments is not None

    @cache
    def plays(number: int) -> BoolArray:
        return arrangement_between(
            task.score, region, allowed=allowed, named=named, seed=request.seed, take=number
        )

    return plays
