"""`segue train` of a decoder: its packed training set, its display, and how it ends."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from segue.cli.messages import note, say
from segue.cli.progress import StepDisplay, phase_bars
from segue.cli.train import INTERRUPTED

if TYPE_CHECKING:
    from segue.training.decoder_config import DecoderTraining
    from segue.training.decoder_loop import Report
    from segue.training.packing import Pack

__all__ = ["train_decoder"]

_PACKED: Final = "pack"
_SMOOTHING: Final = 0.95
_SECONDS_BETWEEN_LINES: Final = 60.0


def train_decoder(
    settings: "DecoderTraining",
    corpus: Path,
    out: Path,
    start_from: str | None,
    *,
    devices: int,
    decay_of: Path | None,
) -> None:
    """Train to the end, or to Ctrl-C, and say how it went; one of several devices does so.

    Raises:
        InputError: see `DecoderTrainer` and `begin_decay`.
    """
    from segue.models.decoder_folder import load_decoder
    from segue.models.folder import model_folder
    from segue.training.decoder_loop import MODEL_FOLDER, DecoderTrainer, begin_decay
    from segue.training.interruption import Stopped

    packs = _packs(corpus, out)
    if decay_of is not None:
        begin_decay(decay_of, out)
    model = None if start_from is None else load_decoder(model_folder(start_from))
    trainer = DecoderTrainer(
        settings, packs["train"], packs["valid"], out, start_from=model, devices=devices
    )
    speaks = trainer.fabric.is_global_zero
    try:
        with _Display(trainer.step, trainer.last_step, shown=speaks) as display:
            found = trainer.run(display.on_step)
    except Stopped as stopped:
        if speaks:
            where = f"after step {trainer.step:,} of {trainer.last_step:,}"
            note(f"stopped {where}; the same command goes on from {out}")
        raise typer.Exit(INTERRUPTED) from stopped
    if speaks:
        for name, value in found.items():
            say(f"  {name:16} {value:.3f}")
        say(
            f"{out / MODEL_FOLDER}: {trainer.step:,} steps, {trainer.events:,.0f} events, "
            f"{trainer.seconds / 3600:.2f} hours"
        )


def _packs(corpus: Path, out: Path) -> "dict[str, Pack]":
    """The packed training set of a run: the one that was given, or one made in the run's folder."""
    from segue.training.packing import open_packs, pack_corpus
    from segue.training.source import open_or_build

    packs = open_packs(corpus) or open_packs(out / _PACKED)
    if packs is None:
        with phase_bars() as on_progress:
            store = open_or_build(corpus, out, on_progress=on_progress)
            packs = pack_corpus(store, out / _PACKED, on_progress=on_progress)
    return packs


class _Display(StepDisplay):
    """A context that shows the reports of a run, with the hours that it still takes."""

    def __init__(self, first: int, steps: int, *, shown: bool) -> None:
        super().__init__(steps, first=first, shown=shown)
        self._nll: float | None = None
        self._spoke = time.monotonic()

    def on_step(self, report: "Report") -> None:
        """Show a step; given to `DecoderTrainer.run`."""
        line = self._line(report)
        self.move(report.step, line)
        if "valid/nll/event" in report.values:
            line += f"; validation {report.values['valid/nll/event']:.3f}"
        elif self.has_bar or time.monotonic() - self._spoke < _SECONDS_BETWEEN_LINES:
            return
        self._spoke = time.monotonic()
        self.tell(f"step {report.step:,} of {report.last_step:,}: {line}")

    def _line(self, report: "Report") -> str:
        values = report.values
        before = values["nll/event"] if self._nll is None else self._nll
        self._nll = before + (1 - _SMOOTHING) * (values["nll/event"] - before)
        left = values["hours"] / report.step * (report.last_step - report.step)
        seen = f"{values['events_seen'] / 1e6:,.1f} M events in {values['hours']:,.1f} h"
        speed = f"{values['events_per_s']:,.0f} events/s"
        return f"{self._nll:.3f} nats an event, {speed}, {seen}, {left:,.1f} h left"
