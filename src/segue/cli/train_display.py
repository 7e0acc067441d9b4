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
_LABELS: Final = {
    "event": "nats an event",
    "part": "  part",
    "position": "  position",
    "pitch": "  pitch",
    "duration": "  duration",
    "velocity": "  velocity",
}


class TrainingDisplay(StepDisplay):
    """A context that shows the reports of a run; nothing at all if not `shown`."""

    def __init__(self, first: int, steps: int, *, shown: bool) -> None:
        super().__init__(steps, first=first, shown=shown)
        self._smoothed: dict[str, float] = {}
        self._spoke = time.monotonic()

    def on_step(self, report: "Report") -> None:
        """Show a step; given to `Trainer.run`."""
        line = self._line(report)
        self.move(report.step, line)
        if "valid/nll/event" in report.values:
            validation = report.values["valid/nll/event"]
            self._keep(report, f"validation {validation:.3f} nats an event; {line}")
        elif not self.has_bar and time.monotonic() - self._spoke > _SECONDS_BETWEEN_LINES:
            self._keep(report, line)

    def _line(self, report: "Report") -> str:
        values = report.values
        for name in ("nll/event", "events_per_s"):
            before = self._smoothed.get(name, values[name])
            self._smoothed[name] = before + (1 - _SMOOTHING) * (values[name] - before)
        nll, speed = self._smoothed["nll/event"], self._smoothed["events_per_s"]
        seen = f"{values['events_seen'] / 1e6:,.1f} M events in {values['hours']:,.1f} h"
        left = values["hours"] / report.step * (report.last_step - report.step)
        return f"{nll:.3f} nats an event, {speed:,.0f} events/s, {seen}, {left:,.1f} h left"

    def _keep(self, report: "Report", line: str) -> None:
        self._spoke = time.monotonic()
        self.tell(f"step {report.step:,} of {report.last_step:,}: {line}")


def validation_table(found: dict[str, float]) -> Table:
    """The last validation, in the model's own units and in those of `segue.training.coarse`."""
    table = Table("validation", "as written", "in coarser units")
    for name, label in _LABELS.items():
        table.add_row(label, f"{found[f'nll/{name}']:.3f}", f"{found[f'coarse/{name}']:.3f}")
    return table
