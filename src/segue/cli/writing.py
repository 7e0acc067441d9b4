"""The options that every command which writes takes has, declared once, and what they are for.

A command takes them as one record, its last parameter, under `with_writing`, which gives typer a
signature with an option for each field.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any

from segue.cli.asking import (
    DEFAULT_OUT,
    Job,
    Model,
    OutputFolder,
    Picture,
    Seed,
    Temperature,
    TopP,
)

if TYPE_CHECKING:
    from segue.generation import Options, Take
    from segue.generation.composer import Composer
    from segue.generation.request import OnBar

__all__ = ["Writing", "with_writing"]


@dataclass(frozen=True)
class Writing:
    """How takes are written, and where to."""

    seed: Seed = 1
    out: OutputFolder = DEFAULT_OUT
    model: Model = "band"
    temperature: Temperature = None
    top_p: TopP = None
    picture: Picture = False

    def options(
        self,
        *,
        instruments: str | None = None,
        density: str | None = None,
        key: str | None = None,
    ) -> "Options":
        """The sampling options; None leaves a default.

        Raises:
            InputError: a value out of range, or a name that nothing has.
        """
        from segue.generation import Options
        from segue.theory.gm import programs_of
        from segue.theory.key import parse_key

        asked: dict[str, Any] = {}
        if self.temperature is not None:
            asked["temperature"] = self.temperature
        if self.top_p is not None:
            asked["top_p"] = self.top_p
        if instruments == "any":
            asked["new_instruments"] = True
        elif instruments is not None:
            asked["instruments"] = programs_of(instruments)
        if density is not None:
            asked["density"] = density
        if key is not None:
            asked["key"] = parse_key(key)
        return Options(**asked)

    def run(
        self,
        task: str,
        takes: int,
        bars: int,
        write: "Callable[[Composer, OnBar], list[Take]]",
        *,
        ranked: bool = True,
    ) -> None:
        """Let the model write `takes` takes of `bars` bars; see `Job`."""

        def make(on_bar: "OnBar") -> "list[Take]":
            from segue.generation.composer import load

            return write(load(self.model), on_bar)

        Job(task, takes, bars, self.out, self.picture, make, ranked=ranked).run()


WRITING = Writing()
"""What a command is given that was asked nothing."""


def with_writing(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each field of the `Writing` that its last parameter is."""
    *own, last = inspect.signature(command, eval_str=True).parameters.values()
    shared = inspect.signature(Writing, eval_str=True).parameters.values()

    @wraps(command)
    def run(**given: Any) -> None:
        how = {field.name: given.pop(field.name) for field in fields(Writing)}
        command(**given, **{last.name: Writing(**how)})

    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *shared)]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
