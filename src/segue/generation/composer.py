"""A loaded model and what a musician can ask of it; `segue.load` gives one.

Every method returns takes that are functions of (prompt, options, seed, model) and of their own number.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

import segue
from segue.encoding.controls import N_CONTROLS, Control, cell_controls
from segue.encoding.events import Field
from segue.encoding.vocabulary import N_PARTS, IntArray
from segue.errors import InputError
from segue.generation.assemble import place_notes, to_table
from segue.generation.latents import interpolate, posterior_of, vary
from segue.generation.options import Options, check_request
from segue.generation.take import Take, ranked
from segue.generation.window import Region, Window, allowed_parts, cut_window
from segue.generation.writer import Instructions, OnBar, write_takes
from segue.midi import MidiDocument, document_from_score, read_document
from segue.models.checkpoint import WEIGHTS_NAME, load_model, model_folder
from segue.models.segue_vae import SegueVAE
from segue.score import MetreMap, Score, TempoMap
from segue.units import DEFAULT_TICKS_PER_QUARTER, US_PER_MINUTE

Prompt = MidiDocument | Score | str | Path | bytes
_CHUNK_BARS: Final = 32
"""Bars written at a time; longer regions are written in several goes."""
_DENSITY_STEPS: Final = {"sparser": -2, "same": 0, "denser": 2}
DEFAULT_MODEL: Final = "band"


def load(model: str = DEFAULT_MODEL, *, threads: int | None = None) -> "Composer":
    """A model by the name of a shipped one, or by the folder that training wrote.

    Raises:
        CheckpointError: there is no such model, or it is damaged or of another version.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    folder = model_folder(model)
    digest = hashlib.sha256((folder / WEIGHTS_NAME).read_bytes()).hexdigest()
    return Composer(load_model(folder), name=f"{Path(model).name}@{digest[:12]}")


class Composer:
    """What can be asked of a model."""

    def __init__(self, model: SegueVAE, *, name: str, context: int | None = None) -> None:
        """`context`: the most events that the model is shown; by default what it was trained with."""
        self.model = model.eval()
        self.name = name
        self.context = context or model.config.context

    # ---- what a musician asks ------------------------------------------------------------------

    def continue_(
        self,
        prompt: Prompt,
        *,
        bars: int = 8,
        takes: int = 4,
        seed: int = 1,
        options: Options | None = None,
        on_bar: OnBar = lambda *_: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> list[Take]:
        """Takes of exactly `bars` new bars after the last bar in which the prompt begins a note."""
        document = _document(prompt)
        first = max(1, document.score.n_bars)
        region = Region(first, first + bars)
        return self._takes(document, region, "continue", takes, seed, options, on_bar, cancelled)

    def infill(
        self,
        prompt: Prompt,
        *,
        first: int,
        last: int,
        tracks: tuple[int, ...] | None = None,
        takes: int = 4,
        seed: int = 1,
        options: Options | None = None,
        on_bar: OnBar = lambda *_: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> list[Take]:
        """Takes with the bars [first, last), counted from 0, written anew in all or some tracks."""
        document = _document(prompt)
        region = _region(document.score, first, last, tracks)
        return self._takes(document, region, "infill", takes, seed, options, on_bar, cancelled)

    def vary(
        self,
        prompt: Prompt,
        *,
        amount: float = 0.3,
        first: int = 0,
        last: int | None = None,
        tracks: tuple[int, ...] | None = None,
        takes: int = 4,
        seed: int = 1,
        options: Options | None = None,
        on_bar: OnBar = lambda *_: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> list[Take]:
        """Takes whose bars follow the latents of the prompt's own: 0 is near to them, 1 is new."""
        if not 0 <= amount <= 1:
            raise InputError(f"amount must be in 0..1, got {amount}")
        document = _document(prompt)
        last = document.score.n_bars if last is None else last
        region = _region(document.score, first, last, tracks)
        return self._takes(
            document, region, "vary", takes, seed, options, on_bar, cancelled, amount=amount
        )

    def compose(
        self,
        *,
        bars: int = 8,
        takes: int = 4,
        seed: int = 1,
        bpm: float = 120.0,
        metre: tuple[int, int] = (4, 4),
        options: Options | None = None,
        on_bar: OnBar = lambda *_: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> list[Take]:
        """Takes from nothing but a tempo and a metre, and instruments where options name them."""
        if not 10 <= bpm <= 500:
            raise InputError(f"bpm must be in 10..500, got {bpm}")
        empty = Score(
            ticks_per_quarter=DEFAULT_TICKS_PER_QUARTER,
            tracks=(),
            tempo_map=TempoMap.constant(round(US_PER_MINUTE / bpm)),
            metre_map=MetreMap.constant(numerator=metre[0], denominator=metre[1]),
        )
        document = document_from_score(empty, source="a new piece")
        return self._takes(
            document, Region(0, bars), "compose", takes, seed, options, on_bar, cancelled
        )

    def interpolate(
        self,
        start: Prompt,
        end: Prompt,
        *,
        bars: int = 4,
        steps: int = 5,
        seed: int = 1,
        options: Options | None = None,
        on_bar: OnBar = lambda *_: None,
    ) -> list[Take]:
        """Takes that lead from the first bars of one piece to those of another by their latents.

        Each is `bars` bars in the start's metre, tempo and instruments together with the end's.
        """
        check_request(bars=bars, takes=steps, seed=seed)
        options = options or Options()
        documents = [_document(start), _document(end)]
        windows = [
            self._window(d.score, Region(f, f + bars))
            for d, f in ((d, _first_active_bar(d.score)) for d in documents)
        ]
        means = [posterior_of(self.model, w).mean[0][torch.from_numpy(w.written)] for w in windows]
        n_bars = min(len(mean) for mean in means)
        path = interpolate(means[0][:n_bars], means[1][:n_bars], steps)
        return self._along(documents[0], windows, path, seed, options, on_bar)

    # ---- how it is done ------------------------------------------------------------------------

    def _takes(
        self,
        document: MidiDocument,
        region: Region,
        task: str,
        takes: int,
        seed: int,
        options: Options | None,
        on_bar: OnBar,
        cancelled: Callable[[], bool],
        *,
        amount: float | None = None,
    ) -> list[Take]:
        check_request(bars=region.last - region.first, takes=takes, seed=seed)
        options = options or Options()
        numbers = list(range(1, takes + 1))
        scores = {number: document.score for number in numbers}
        likelihood = {number: 0.0 for number in numbers}
        chunks = _chunks(region)
        for index, chunk in enumerate(chunks):
            done = chunk.first - region.first

            def told(take: int, bar: int, done: int = done) -> None:
                on_bar(take, done + bar)

            shared = [numbers] if index == 0 else [[number] for number in numbers]
            for group in shared:
                found = self._write(
                    scores[group[0]],
                    chunk,
                    task,
                    group,
                    seed + index,
                    options,
                    told,
                    cancelled,
                    amount,
                    original=document.score,
                )
                for number, (score, log_probability) in zip(group, found, strict=True):
                    scores[number] = score
                    likelihood[number] += log_probability / len(chunks)
        return ranked(
            [
                Take(
                    number=number,
                    score=scores[number],
                    region=region,
                    log_probability=likelihood[number],
                    rank=number,
                    provenance=self._provenance(task, region, number, seed, options, amount),
                    document=document,
                )
                for number in numbers
            ]
        )

    def _write(
        self,
        score: Score,
        region: Region,
        task: str,
        numbers: list[int],
        seed: int,
        options: Options,
        on_bar: OnBar,
        cancelled: Callable[[], bool],
        amount: float | None,
        *,
        original: Score,
    ) -> list[tuple[Score, float]]:
        window = self._window(score, region)
        latents = None
        if amount is not None:
            posterior = posterior_of(self.model, window)
            latents = vary(posterior, amount, seed=seed, takes=numbers)
        if options.key is not None:
            window = window.with_key(options.key)
        instructions = Instructions(
            allowed=allowed_parts(
                window,
                tracks=region.tracks,
                instruments=options.instruments,
                new=options.new_instruments,
            ),
            told_parts=region.tracks is not None or options.instruments is not None,
            controls=_asked_controls(window, options),
            latents=latents,
        )
        written = write_takes(
            self.model,
            window,
            instructions,
            options,
            seed=seed,
            takes=numbers,
            context=self.context,
            on_bar=on_bar,
            cancelled=cancelled,
        )
        return [
            (place_notes(score, to_table(rows, window), window, region), log_probability)
            for rows, log_probability in written
        ]

    def _window(self, score: Score, region: Region) -> Window:
        return cut_window(
            score,
            region,
            events=self.context // 2,
            max_bars=self.model.config.max_bars,
        )

    def _along(
        self,
        document: MidiDocument,
        windows: list[Window],
        path: torch.Tensor,
        seed: int,
        options: Options,
        on_bar: OnBar,
    ) -> list[Take]:
        n_bars = path.shape[1]
        empty = document.score.with_tracks(
            tuple(t.with_notes(t.notes.select(slice(0, 0))) for t in document.score.tracks)
        )
        region = Region(0, n_bars)
        target = document_from_score(empty, source=document.source)
        window = self._window(empty, region)
        allowed = np.zeros(N_PARTS, bool)
        for w in windows:
            allowed[w.hidden[:, Field.PART]] = True
        instructions = Instructions(
            allowed=allowed,
            told_parts=False,
            controls=np.zeros((N_PARTS, N_CONTROLS), np.int64),
            latents=path,
        )
        numbers = list(range(1, len(path) + 1))
        written = write_takes(
            self.model,
            window,
            instructions,
            options,
            seed=seed,
            takes=numbers,
            context=self.context,
            on_bar=on_bar,
        )
        return ranked(
            [
                Take(
                    number=number,
                    score=place_notes(empty, to_table(rows, window), window, region),
                    region=region,
                    log_probability=log_probability,
                    rank=number,
                    provenance=self._provenance("interpolate", region, number, seed, options, None),
                    document=target,
                )
                for number, (rows, log_probability) in zip(numbers, written, strict=True)
            ]
        )

    def _provenance(
        self,
        task: str,
        region: Region,
        number: int,
        seed: int,
        options: Options,
        amount: float | None,
    ) -> dict[str, Any]:
        asked = {key: value for key, value in asdict(options).items() if value is not None}
        return {
            "version": segue.__version__,
            "model": self.name,
            "task": task,
            "bars": [region.first + 1, region.last],
            "seed": seed,
            "take": number,
            "options": asked,
        } | ({} if amount is None else {"amount": amount})


def _document(prompt: Prompt) -> MidiDocument:
    if isinstance(prompt, MidiDocument):
        return prompt
    if isinstance(prompt, Score):
        return document_from_score(prompt)
    return read_document(prompt)


def _region(score: Score, first: int, last: int, tracks: tuple[int, ...] | None) -> Region:
    n_bars = score.n_bars
    if not 0 <= first < last <= max(n_bars, 1):
        raise InputError(
            f"bars {first + 1} to {last} are not in the piece, which has {n_bars} bars"
        )
    bad = [t for t in tracks or () if not 0 <= t < len(score.tracks)]
    if bad or (tracks is not None and not tracks):
        raise InputError(
            f"there is no track {', '.join(str(t + 1) for t in bad) or 'named'}; "
            f"the piece has tracks 1 to {len(score.tracks)}"
        )
    return Region(first, last, tracks)


def _first_active_bar(score: Score) -> int:
    onsets = [int(t.notes.onset[0]) for t in score.tracks if len(t.notes)]
    if not onsets:
        raise InputError("a piece without notes has no latents; give one with music")
    return int(score.bar_grid().bar_of(np.array([min(onsets)]))[0])


def _chunks(region: Region) -> list[Region]:
    starts = range(region.first, region.last, _CHUNK_BARS)
    return [Region(s, min(s + _CHUNK_BARS, region.last), region.tracks) for s in starts]


def _asked_controls(window: Window, options: Options) -> IntArray:
    """The density asked of each part: that of its cells in the prompt, some steps up or down."""
    asked = np.zeros((N_PARTS, N_CONTROLS), np.int64)
    if options.density is None:
        return asked
    table = np.concatenate([window.visible, window.hidden])
    table = table[np.lexsort((table[:, Field.PART], table[:, Field.BAR]))]
    classes = cell_controls(table)[:, Control.DENSITY]
    for part in np.unique(table[:, Field.PART]):
        usual = int(np.median(classes[table[:, Field.PART] == part]))
        step = _DENSITY_STEPS[options.density]
        asked[part, Control.DENSITY] = min(8, max(1, usual + step))
    return asked
