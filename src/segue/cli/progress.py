"""Progress bars on standard error, for work that reports how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from segue.plain import plain

if TYPE_CHECKING:
    from segue.corpus.progress import Progress

__all__ = ["StepDisplay", "named_bars", "phase_bars"]

_SPEED_WINDOW_S: Final = 600.0
"""Time left is reckoned from the steps of the last ten minutes."""


@contextmanager
def phase_bars() -> Iterator[Callable[["Progress"], None]]:
    """A bar for each phase of the work, where standard error is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(progress: "Progress") -> None:
            if progress.phase not in tasks:
                tasks[progress.phase] = bars.add_task(progress.phase, total=progress.total)
            bars.update(tasks[progress.phase], completed=progress.done, total=progress.total)

        yield show


class StepDisplay:
    """A context: on standard error a bar over the steps of a long run, and lines above it.

    The bar is there only on a terminal, and nothing at all if not `shown`.
    """

    def __init__(self, steps: int, *, first: int = 0, shown: bool = True) -> None:
        """`first`: steps that were done before."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        self._console = Console(stderr=True, quiet=not shown)
        self.has_bar = shown and self._console.is_terminal
        self._bars: Bars = Bars(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self.has_bar,
            speed_estimate_period=_SPEED_WINDOW_S,
        )
        self._task = self._bars.add_task("", total=steps, completed=first)

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

    def move(self, done: int, line: str) -> None:
        """Show how many steps are done, and `line` beside the bar."""
        self._bars.update(self._task, completed=done, description=line)

    def tell(self, line: str) -> None:
        """A line that stays."""
        self._console.print(plain(line), highlight=False, soft_wrap=True)


@contextmanager
def named_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each named piece of work and the share of it that is done; only on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:40}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(plain(name), total=total)
            bars.update(tasks[name], completed=done, total=total)

        yield show
