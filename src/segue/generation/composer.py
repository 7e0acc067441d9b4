"""A loaded model and what a musician can ask of it; `segue.load` gives one.

Every method returns takes that are functions of (prompt, options, seed, model) and of their own
number; `Asking` has the keyword arguments that all of them have in common.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Unpack

import numpy as np
import torch
from torch import Tensor

from segue.encoding.sequence import BoolArray
from segue.errors import InputError
from segue.generation.arrangement import arrangement
from segue.generation.cells import varied_cells, without_cells
from segue.generation.joins import a_tempo
from segue.generation.latents import interpolate, posterior_of, vary
from segue.generation.perform import Result, perform
from segue.generation.piece import Piece, Prompt
from segue.generation.request import MAX_TAKES, Asking, Request, check_bars
from segue.generation.take import Take, ranked
from segue.generation.task import CellsOf, Task, allowed_parts, palette_of
from segue.generation.window import Region, cut_window
from segue.models.checkpoint import WEIGHTS_NAME, load_model, model_folder, read_card
from segue.models.segue_vae import SegueVAE
from segue.score import MetreMap, Notes, Score, TempoMap, slice_bars
from segue.units import DEFAULT_TICKS_PER_QUARTER, US_PER_MINUTE
from segue.version import __version__

DEFAULT_MODEL: Final = "band"
_SLOWEST_BPM: Final = 10.0
_FASTEST_BPM: Final = 500.0


def load(model: str = DEFAULT_MODEL, *, threads: int | None = None) -> "Composer":
    """A model by the name of a shipped one, or by the folder that training wrote.

    Raises:
        CheckpointError: there is no such model, or it is damaged or of another version.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    folder = model_folder(model)
    loaded = load_model(folder)
    digest = hashlib.sha256((folder / WEIGHTS_NAME).read_bytes()).hexdigest()
    name = f"{Path(model).resolve().name}@{digest[:12]}"
    return Composer(loaded, name=name, context=_trained_context(loaded, folder), folder=folder)


def _trained_context(model: SegueVAE, folder: Path) -> int:
    """As many events as the windows had that the model was trained on, where its card says so.

    Attention over distances that were never trained is worse than none.
    """
    told: Any = read_card(folder)
    for key in ("training", "data", "events"):
        told = told.get(key) if isinstance(told, dict) else None
    return min(told, model.config.context) if isinstance(told, int) else model.config.context


class Composer:
    """What can be asked of a model."""

    def __init__(
        self,
        model: SegueVAE,
        *,
        name: str,
        context: int | None = None,
        folder: Path | None = None,
    ) -> None:
        """A composer from a model in memory.

        Args:
            model: the model.
            name: what provenance calls it.
            context: the most events that the model is shown; by default what it is made for.
            folder: where it is from, for the novelty report of takes.
        """
        self.model = model.eval()
        self.name = name
        self.context = context or model.config.context
        self.folder = folder

    @property
    def n_parameters(self) -> int:
        """How many numbers the model has learned."""
        return sum(parameter.numel() for parameter in self.model.parameters())

    def continue_(self, prompt: Prompt, *, bars: int = 8, **asking: Unpack[Asking]) -> list[Take]:
        """Takes of exactly `bars` new bars after the last bar in which the prompt begins a note.

        A prompt without notes gives its metre and tempo, and the new bars begin at once.

        Raises:
            InputError: a file that cannot be read, or a wish out of range.
        """
        check_bars(bars)
        piece = Piece.of(prompt)
        first = piece.score.n_bars
        score = a_tempo(piece.score, first)
        region = Region(first, first + bars)
        task = Task("continue", piece, score, region, palette_of(score))
        return self._takes(replace(task, arrangement=_arrangement_of(task, asking)), asking)

    def infill(
        self,
        prompt: Prompt,
        *,
        first: int,
        last: int,
        tracks: Sequence[int] | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes with the bars [first, last), counted from 0, written anew in all or some tracks.

        Raises:
            InputError: as `continue_`, or bars or tracks that the piece does not have.
        """
        piece = Piece.of(prompt)
        region = piece.region(first, last, tracks)
        task = Task("infill", piece, piece.score, region, palette_of(piece.score))
        return self._takes(task, asking)

    def vary(
        self,
        prompt: Prompt,
        *,
        amount: float = 0.3,
        first: int = 0,
        last: int | None = None,
        tracks: Sequence[int] | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes in which about `amount` of the region, at least one bar of one part, is new.

        What is new follows the latents of what was there, the less the greater the amount; at 1
        nothing is kept, and no latent either.

        Raises:
            InputError: as `infill`, or an amount out of range.
        """
        if not 0 <= amount <= 1:
            raise InputError(f"amount must be in 0..1, got {amount}")
        piece = Piece.of(prompt)
        score = piece.score
        region = piece.region(first, score.n_bars if last is None else last, tracks)
        seed = Request.of(**asking).seed

        @cache
        def cells(number: int) -> BoolArray:
            return varied_cells(score, region, amount=amount, seed=seed, take=number)

        @cache
        def latents_of(number: int) -> Tensor:
            mean = self._means(without_cells(score, region, ~cells(number)), region)
            return vary(mean, amount, seed=seed, take=number)

        def latents(numbers: Sequence[int]) -> Tensor:
            return torch.stack([latents_of(number) for number in numbers])

        details = {"amount": amount}
        task = Task(
            "vary", piece, score, region, palette_of(score), latents, cells, details=details
        )
        return self._takes(task, asking)

    def compose(
        self,
        *,
        bars: int = 8,
        bpm: float = 120.0,
        metre: tuple[int, int] = (4, 4),
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes from nothing but a tempo and a metre, and instruments where options name them.

        Raises:
            InputError: a wish out of range.
        """
        check_bars(bars)
        if not _SLOWEST_BPM <= bpm <= _FASTEST_BPM:
            raise InputError(f"bpm must be in {_SLOWEST_BPM:g}..{_FASTEST_BPM:g}, got {bpm}")
        empty = Score(
            ticks_per_quarter=DEFAULT_TICKS_PER_QUARTER,
            tracks=(),
            tempo_map=TempoMap.constant(round(US_PER_MINUTE / bpm)),
            metre_map=MetreMap.constant(numerator=metre[0], denominator=metre[1]),
        )
        details = {"bpm": bpm, "metre": list(metre)}
        piece, nothing = Piece.of(empty), palette_of(empty)
        task = Task("compose", piece, empty, Region(0, bars), nothing, details=details)
        return self._takes(task, asking)

    def interpolate(
        self,
        start: Prompt,
        end: Prompt,
        *,
        bars: int = 4,
        steps: int = 5,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes that lead from the first bars of one piece to those of another by their latents.

        Each of the `steps` takes is `bars` bars in the start's metre and tempo, for the instruments
        of both.

        Raises:
            InputError: as `continue_`, or a piece without notes.
        """
        check_bars(bars)
        if not 2 <= steps <= MAX_TAKES:
            raise InputError(f"steps must be in 2..{MAX_TAKES}, got {steps}")
        openings = [_opening(Piece.of(prompt), bars) for prompt in (start, end)]
        region = Region(0, bars)
        first, second = (self._means(opening, region) for opening in openings)
        # A bar of more than eight quarters has several latents: the end's follow the start's.
        second = second[torch.arange(len(first)) * len(second) // len(first)]
        path = interpolate(first, second, steps)

        def latents(numbers: Sequence[int]) -> Tensor:
            return path[[min(number, steps) - 1 for number in numbers]]

        silent = openings[0].with_tracks(
            [track.with_notes(Notes.empty()) for track in openings[0].tracks]
        )
        parts = np.union1d(*(palette_of(opening) for opening in openings))
        details = {"steps": steps}
        task = Task(
            "interpolate", Piece.of(silent), silent, region, parts, latents, details=details
        )
        return self._takes(task, {"takes": steps, **asking}, own=tuple(openings))

    def _means(self, score: Score, region: Region) -> Tensor:
        """The posterior means of a region's bars as they are, (bars, Z).

        Raises:
            InputError: the model has no latents.
        """
        if not self.model.config.latents:
            raise InputError(
                f"{self.name} has no latents, so it can neither vary nor interpolate; "
                "ask a model that has them, such as band"
            )
        window = cut_window(score, region, events=0, max_bars=0)
        return posterior_of(self.model, window).mean[0]

    def _takes(self, task: Task, asking: Asking, own: tuple[Score, ...] = ()) -> list[Take]:
        """The takes of a task; `own` is what the musician gave besides its piece."""
        request = Request.of(**asking)
        results = perform(self.model, task, request, context=self.context)
        takes = []
        for result in results:
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
            request.on_take(take)
        return ranked(takes)

    def _provenance(self, task: Task, request: Request, result: Result) -> dict[str, Any]:
        """Version, model, task and wishes, bars and tracks counted from 1 as musicians do."""
        region = task.region
        options = {k: v for k, v in vars(request.options).items() if v is not None}
        tracks = {} if region.tracks is None else {"tracks": [t + 1 for t in region.tracks]}
        return {
            "version": __version__,
            "model": self.name,
            "task": task.name,
            "bars": [region.first + 1, region.last],
            **tracks,
            **task.details,
            "seed": request.seed,
            "take": result.number,
            "options": options,
        }


def _arrangement_of(task: Task, asking: Asking) -> CellsOf | None:
    """Who plays where in each take; None where any instrument may join, or nothing is known."""
    request = Request.of(**asking)
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


def _opening(piece: Piece, bars: int) -> Score:
    """The first bars of a piece from the bar on in which its music begins."""
    onsets = [int(track.notes.onset[0]) for track in piece.score.tracks if len(track.notes)]
    if not onsets:
        raise InputError(f"{piece.name} has no notes, so nothing can lead to it or from it")
    first = int(piece.score.bar_grid().bar_of(min(onsets)))
    return slice_bars(piece.score, first, first + bars)
