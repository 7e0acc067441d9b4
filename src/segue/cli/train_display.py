"""What a training run shows: a bar with the latest measures, a line a validation, a closing table.

Everything but the table goes to standard error. Where that is no terminal, there are lines instead
of a bar, one a minute at most.
"""

import time
from typing import TYPE_CHECKING, Final

from rich.table import Table

from segue.cli.progress import StepDisplay

if TYPE_CHECKING:
    from segue.training.loop import Report

__all__ = ["TrainingDisplay", "validation_table"]

_SMOOTHING: Final = 0.95
"""Of the measures in the bar: single steps differ far more than a step changes."""
_SECONDS_BETWEEN_LINES: Final = 60.0
_BAR: Final = {"nll/event": "nll", "kl/bar": "kl", "events_per_s": "speed"}
_LABELS: Final = {
    "nll/event": "nats an event",
    "nll/part": "  part",
    "nll/position": "  position",
    "nll/pitch": "  pitch",
    "nll/duration": "  duration",
    "nll/velocity": "  velocity",
    "kl/bar": "KL, nats a bar",
    "kl/active_dimensions": "active latent dimensions",
}


class TrainingDisplay(StepDisplay):
    """A context that shows the reports of a run; nothing at all if not `shown`."""

    def __init__(self, first: int, steps: int, *, shown: bool) -> None:
        super().__init__(steps, first=first, shown=shown)
        self.shown = shown
        self._smoothed: dict[str, float] = {}
        self._told = time.monotonic()

    def on_step(self, report: "Report") -> None:
        """Show a step; given to `Trainer.run`."""
        line = self._line(report.values)
        self.move(report.step, line)
        if "valid/with_z/nll/event" in report.values:
            self._keep(report, _of_validation(report.values))
        elif not self.has_bar and time.monotonic() - self._told > _SECONDS_BETWEEN_LINES:
            self._keep(report, line)

    def _line(self, values: dict[str, float]) -> str:
        told = {short: values[name] for name, short in _BAR.items()}
        # At first the decoder rests, and what is learned is the latents' own reading.
        told["nll"], whose = (told["nll"], "") if told["nll"] else (values["sketch/event"], " by z")
        for name, value in told.items():
            key = name + whose
            before = self._smoothed.get(key, value)
            self._smoothed[key] = before + (1 - _SMOOTHING) * (value - before)
        speed, nll, kl = (self._smoothed[name + whose] for name in ("speed", "nll", "kl"))
        return f"{speed:,.0f} events/s, {nll:.3f} nats an event{whose}, KL {kl:.1f} a bar"

    def _keep(self, report: "Report", line: str) -> None:
        self._told = time.monotonic()
        self.tell(f"step {report.step:,} of {report.steps:,}: {line}")


def _of_validation(values: dict[str, float]) -> str:
    return (
        f"validation {values['valid/with_z/nll/event']:.3f} nats an event with z, "
        f"{values['valid/without_z/nll/event']:.3f} without, "
        f"KL {values['valid/with_z/kl/bar']:.1f} a bar"
    )


def validation_table(found: dict[str, float]) -> Table:
    """The last validation, with the posterior's latents and without any."""
    table = Table("validation", "with z", "without z")
    for name, label in _LABELS.items():
        given, withheld = found[f"with_z/{name}"], found[f"without_z/{name}"]
        table.add_row(label, f"{given:.3f}", f"{withheld:.3f}")
    return table
