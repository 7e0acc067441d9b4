"""The paper's conditional VAE as one who continues: a baseline for anything that does.

It is given the last notes of a prompt, as many as its x_partial has, and what its decoder puts
after them is taken, again and again with another z, until the bars are full or it has been asked
16 times. What the model does not know is handled so, always in its favour:

- *Bars, metre, tempo.* It writes seconds. They become ticks of the prompt's own tempo; what begins
  before the join or after the last bar is left out.
- *Drums.* No column says them. But the tables that it was trained on number their tracks, drums
  among them: a note whose number is that of a track of the prompt is put into that track, drums
  into drums, whatever program the model says. Other numbers make new tracks, by program, and never
  drums.
- *Short prompts.* A prompt of fewer notes than x_partial is heard several times in a row.
- *Notes that MIDI cannot hold* are left out. Where nothing comes the bars stay silent.

One trained model is in `segue-baselines`, so that it takes part in every evaluation where that is
installed (`PaperContinuer.shipped`); `scripts/ship_baselines.py` puts it there.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Final, get_args

import numpy as np
import torch

from segue.encoding.paper import N_VALUES, TIMES, NoteOrder, first_rows, note_table
from segue.encoding.paper_normalisation import TimeScale
from segue.errors import CheckpointError, InputError
from segue.evaluation.candidates.trained import PAPER_FOLDER, data_path
from segue.evaluation.types import FloatArray, IntArray
from segue.models.paper_vae import PaperVAE
from segue.paper.data import DATA_FOLDER, open_data
from segue.paper.model_folder import CARD_NAME, load_paper_model, save_paper_model
from segue.paper.representation import Embedded, Representation
from segue.paper.results import read_results
from segue.paper.run import BEST_FOLDER
from segue.paper.samples import Sampler
from segue.paper.sweep import open_experiment
from segue.reading import read_json
from segue.score import Notes, Score, Track, slice_bars

__all__ = ["PaperContinuer"]

_INSTRUMENT, _PROGRAM, _ONSET = 2, 3, TIMES.start
_MOST_ROUNDS: Final = 16
_SEED_RANGE: Final = 2**63


class PaperContinuer:
    """See the module.

    Attributes:
        name: which model it is.
    """

    def __init__(
        self, model: PaperVAE, representation: Representation, *, order: NoteOrder, name: str
    ) -> None:
        """`order`: of the notes in the tables that the model was trained on.

        Raises:
            InputError: the model is not conditional.
        """
        if not model.config.conditional:
            raise InputError(
                f"{name} is not conditional, so it cannot continue; train one with "
                "model.conditional = true"
            )
        self.name = name
        self._model, self._representation, self._order = model, representation, order

    @classmethod
    def shipped(cls) -> "PaperContinuer":
        """The trained model of `segue-baselines`.

        Raises:
            InputError: that package is not installed.
            CheckpointError: the model is damaged.
        """
        return cls.load(data_path(PAPER_FOLDER))

    @classmethod
    def load(cls, folder: Path) -> "PaperContinuer":
        """What `save` wrote.

        Raises:
            CheckpointError: it is missing or damaged.
        """
        model = load_paper_model(folder)
        path = folder / CARD_NAME
        try:
            card = read_json(path)
            scale = TimeScale(tuple(card["scale"]["mean_s"]), tuple(card["scale"]["deviation_s"]))
            order, name = card["order"], str(card["name"])
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise CheckpointError(f"{path}: does not say how notes are read: {error}") from error
        if order not in get_args(NoteOrder):
            raise CheckpointError(f"{path}: no order of notes is called {order!r}")
        return cls(model, Embedded(scale), order=order, name=name)

    def save(self, folder: Path, words: Mapping[str, str] = MappingProxyType({})) -> None:
        """Write weights, in bfloat16, and card, without the experiment that they are of.

        `words`: what else the card says, by title.

        Raises:
            InputError: its encoding is not the embedded note table, or `folder` cannot be written.
        """
        if not isinstance(self._representation, Embedded):
            raise InputError(f"{self.name}: only models of the embedded note table can be saved")
        about = {
            **words,
            "name": self.name,
            "order": self._order,
            "scale": asdict(self._representation.scale),
        }
        save_paper_model(self._model, folder, about, dtype=torch.bfloat16)

    @classmethod
    def open(cls, experiment: Path) -> "PaperContinuer":
        """Of the models in a folder of `segue paper run`, that of the lowest FID.

        Raises:
            InputError: there is no experiment, or no model of it has been sampled.
            CheckpointError: the model is missing or damaged.
        """
        config = open_experiment(experiment)
        best = read_results(experiment, config).best_model()
        if not np.isfinite(best.fid):
            raise InputError(f"{experiment}: no model has been sampled yet; let it train on")
        model = load_paper_model(experiment / best.job.folder / BEST_FOLDER)
        representation = open_data(experiment / DATA_FOLDER, config.data).representation
        return cls(model, representation, order=config.data.order, name=best.job.folder)

    def continue_(self, prompt: Score, *, bars: int, seed: int) -> Score:
        """The next `bars` bars alone, from tick 0: a function of prompt, seed and model.

        Raises:
            InputError: the prompt has no notes.
        """
        first, last = prompt.n_bars, prompt.n_bars + bars
        grid = prompt.bar_grid(n_bars=last)
        start, end = prompt.tempo_map.seconds_at(
            [grid.start(first), grid.start(last)], prompt.ticks_per_quarter
        ).tolist()
        sampler = Sampler(
            self._model, self._representation, order=self._order, seed=seed % _SEED_RANGE
        )
        heard = self._heard(prompt, start)
        written = np.zeros((0, heard.shape[1]))
        for _ in range(_MOST_ROUNDS):
            added = self._after(heard, sampler)
            written = np.concatenate([written, added])
            if added[:, _ONSET].max(initial=0.0) >= end:
                break
            heard = _by_time(np.concatenate([heard, added]))
        inside = (written[:, _ONSET] >= start) & (written[:, _ONSET] < end)
        return _placed(written[inside], prompt, first, last)

    def _heard(self, prompt: Score, seconds: float) -> FloatArray:
        """The prompt's notes by time, at least as many as the model is given, (n, 6)."""
        table = note_table(prompt, order="time")
        table = table[table[:, _INSTRUMENT] < N_VALUES]  # the paper leaves larger ensembles out
        if not len(table):
            raise InputError("the paper's model continues notes, and the prompt has none")
        times = -(-self._model.config.partial_notes // len(table))
        back = np.repeat(np.arange(times)[::-1] * seconds, len(table))
        heard = np.tile(table, (times, 1))
        heard[:, _ONSET] -= back
        return heard

    def _after(self, heard: FloatArray, sampler: Sampler) -> FloatArray:
        """What the model puts after the last of the notes, (n, 6)."""
        last = heard[-self._model.config.partial_notes :].copy()
        start = last[0, _ONSET]
        last[:, _ONSET] -= start
        end = last[-1, _ONSET]
        last = last[first_rows(last[:, _INSTRUMENT], last[:, _ONSET], order=self._order)]
        made = sampler.following(last).table
        added: FloatArray = made[made[:, _ONSET] > end].copy()
        added[:, _ONSET] += start
        return added


def _by_time(table: FloatArray) -> FloatArray:
    return table[np.argsort(table[:, _ONSET], kind="stable")]


def _placed(table: FloatArray, prompt: Score, first: int, last: int) -> Score:
    """The bars [first, last) with a table's notes in the prompt's tracks and, perhaps, new ones."""
    blank = slice_bars(prompt, first, last)
    grid = prompt.bar_grid(n_bars=last)
    playing = [index for index, track in enumerate(prompt.tracks) if len(track.notes)]
    tracks = list(blank.tracks)
    numbers = table[:, _INSTRUMENT].astype(np.int64)
    known = numbers < len(playing)
    for number in np.unique(numbers[known]).tolist():
        notes = _notes(table[numbers == number], prompt, grid.start(first), grid.start(last))
        tracks[playing[number]] = tracks[playing[number]].with_notes(notes)
    voices, group = np.unique(
        table[~known][:, [_INSTRUMENT, _PROGRAM]], axis=0, return_inverse=True
    )
    for voice, (_, program) in enumerate(voices.tolist()):
        own = table[~known][group.reshape(-1) == voice]
        notes = _notes(own, prompt, grid.start(first), grid.start(last))
        tracks.append(Track(notes=notes, program=int(program)))
    return blank.with_tracks(tracks)


def _notes(table: FloatArray, prompt: Score, start: int, end: int) -> Notes:
    """Rows in seconds as notes in ticks from `start` on, none sounding past `end`."""

    def ticks(seconds: FloatArray) -> IntArray:
        return prompt.tempo_map.ticks_at(seconds, prompt.ticks_per_quarter)

    onset = np.clip(ticks(table[:, _ONSET]), start, end - 1)
    offset = np.clip(ticks(table[:, TIMES].sum(axis=1)), onset + 1, end)
    return Notes.of(
        onset=onset - start,
        duration=offset - onset,
        pitch=table[:, 0].astype(np.int64),
        velocity=table[:, 1].astype(np.int64),
    )
