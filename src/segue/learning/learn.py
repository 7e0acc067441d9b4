"""Training on a few songs, such that it cannot harm: the best weights are kept, or those before.

What is held out is looked at before the first step and every few steps. The averaged weights that
foresee it best are kept; after some looks without anything better the run ends, since from then on
songs are learned by heart. If nothing was better than before, there is nothing to keep.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Final

from torch import Tensor

from segue.learning.songs import Songs
from segue.models.decoder import Decoder
from segue.training.config import ExampleConfig, OptimiserConfig, TrainingConfig
from segue.training.decoder_task import DecoderTask
from segue.training.interruption import Stopped
from segue.training.loop import Report, Trainer

__all__ = ["Learned", "Learning", "Look", "learn"]

_EVENT: Final = "nll/event"
_FEWEST_WINDOWS: Final = 4
_LOOKS_A_NOTE: Final = 4
"""Windows in which a held-out note is, where little is held out: each hides other bars."""


@dataclass(frozen=True, kw_only=True)
class Learning:
    """How much is learned, and how; experiments/LOG.md says why so."""

    steps: int = 240
    """At most."""
    batch: int = 2
    """Windows a step."""
    look_every: int = 10
    """Steps between looks at what is held out."""
    patience: int = 5
    """Looks without anything better after which the run ends."""
    windows: int = 16
    """Of what is held out, a look; fewer where little music is held out."""
    rate: float = 0.002
    """Of Muon; a tenth of it is AdamW's."""
    ema: float = 0.9
    seed: int = 1

    def of(self, model: Decoder, *, n_held_out: int) -> TrainingConfig:
        """The run's settings for a model, and `n_held_out` notes to look at.

        Windows are as long as the model's context, which stays as it is.
        """
        events = model.config.context
        return TrainingConfig(
            size=model.config.size(),
            steps=self.steps,
            batch=self.batch,
            seed=self.seed,
            checkpoint_minutes=1e9,  # a run of minutes is begun anew
            validate_every=self.look_every,
            validate_windows=min(
                self.windows, max(_FEWEST_WINDOWS, _LOOKS_A_NOTE * n_held_out // events)
            ),
            data=ExampleConfig(events=events),
            optimiser=OptimiserConfig(
                muon_lr=self.rate, adam_lr=self.rate / 10, warm_up=10, decay=0.0, ema=self.ema
            ),
        )


@dataclass(frozen=True)
class Look:
    """What is held out, in nats an event, after some steps."""

    step: int
    nats: float


@dataclass(eq=False)
class Learned:
    """What came of it."""

    looks: list[Look]
    """The first is from before."""
    window: int
    """Events of a window."""
    events: int
    """That were learned from."""
    seconds: float
    weights: dict[str, Tensor] | None = field(repr=False)
    """Of the best look; None if that is the first."""

    @property
    def before(self) -> float:
        """Nats an event of what is held out, before."""
        return self.looks[0].nats

    @property
    def best(self) -> Look:
        """The look whose weights are kept."""
        return min(self.looks, key=lambda look: look.nats)


OnLook = Callable[[int, int, float], None]
"""(steps done, steps at most, the best of the looks so far in nats an event)."""


class _EnoughError(Exception):
    """Nothing better has come for a while."""


def learn(
    model: Decoder,
    songs: Songs,
    settings: Learning,
    folder: Path,
    *,
    on_step: OnLook,
) -> Learned:
    """Train a model on songs; `model` itself is changed, too.

    Ctrl-C ends it after the step that is being computed, with the best so far.

    Args:
        model: the weights to begin with.
        songs: what is learned from, and what is held out.
        settings: how.
        folder: the run's, for its logs.
        on_step: called after each step.

    Raises:
        ConfigError: the model is of no size that is trained.
        InputError: the folder cannot be written, or training diverged.
    """
    begun = time.monotonic()
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # it logs the precision
    n_held_out = len(songs.held_out_pack.notes[0])
    config = settings.of(model, n_held_out=n_held_out)
    task = DecoderTask(config, songs.learned_pack, songs.held_out_pack, start_from=model)
    trainer = Trainer(task, folder, accelerator="cpu")
    found = Learned([Look(0, trainer.validate()[_EVENT])], config.data.events, 0, 0.0, None)

    def follow(report: Report) -> None:
        nats = report.values.get(f"valid/{_EVENT}")
        if nats is not None:
            if isfinite(nats) and nats < found.best.nats:
                found.weights = {n: w.clone() for n, w in trainer.average.weights.items()}
            found.looks.append(Look(report.step, nats))
        on_step(report.step, report.last_step, found.best.nats)
        if report.step - found.best.step >= settings.patience * settings.look_every:
            raise _EnoughError

    with suppress(_EnoughError, Stopped):
        trainer.run(follow)
    found.events, found.seconds = int(trainer.events), time.monotonic() - begun
    return found
