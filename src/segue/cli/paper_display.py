"""What a sweep shows: a bar over all epochs of all models, and a line for each sampling.

Everything goes to standard error. Where that is no terminal, there are the lines alone.
"""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console

from segue.cli.progress import step_bars

if TYPE_CHECKING:
    from segue.paper.run import EpochReport

__all__ = ["SweepDisplay"]


class SweepDisplay:
    """A context that shows the reports of a sweep."""

    def __init__(self, n_models: int, epochs: int) -> None:
        """`epochs`: of each model."""
        self._console = Console(stderr=True)
        self._bars = step_bars(self._console)
        self._task = self._bars.add_task("", total=n_models * epochs)
        self._epochs = epochs
        self._done: dict[tuple[float, int], int] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def on_epoch(self, report: "EpochReport") -> None:
        """Show an epoch; given to `Sweep.run`."""
        self._done[report.beta, report.seed] = report.epoch
        values = report.values
        whose = f"beta {report.beta:g}, seed {report.seed}, epoch {report.epoch}"
        line = f"{whose}: loss {values['train/total']:,.0f}, test {values['test/total']:,.0f}"
        self._bars.update(self._task, completed=sum(self._done.values()), description=line)
        if "unconditional/columns" in values:
            told = f"{line}; FID {values['unconditional/columns']:,.0f}"
            if "conditional/columns" in values:
                told += f", conditional {values['conditional/columns']:,.0f}"
            self._console.print(told, highlight=False, soft_wrap=True)
