"""The options of every command that writes takes, declared once, and what they are for.

A command takes them as one record, its last parameter, under `with_writing`, which gives typer a
signature with an option for each field.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segue.cli.asking import (
    DEFAULT_OUT,
    Chords,
    Expression,
    Instruments,
    Job,
    Key,
    Model,
    NewBarsOnly,
    OutputFolder,
    Picture,
    Repeats,
    Seed,
    Temperature,
    TopP,
)
from segue.cli.keeping import Force
from segue.generation.bounds import SEED, TEMPERATURE, TOP_P
from segue.generation.options import CHOICES, Options

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.following import OnBar
    from segue.generation.piece import Prompt
    from segue.generation.request import Placed, Request

__all__ = ["Composing", "Keyed", "Wishing", "Writing", "with_writing"]


@dataclass(frozen=True)
class Writing:
    """How takes are written, and where to."""

    seed: Seed = SEED.default
    out: OutputFolder = DEFAULT_OUT
    model: Model = "band"
    temperature: Temperature = TEMPERATURE.default
    top_p: TopP = TOP_P.default
    picture: Picture = False
    new_bars_only: NewBarsOnly = False
    force: Force = False

    def options(self) -> Options:
        """How takes are drawn.

        Raises:
            InputError: a value out of range, or a name that nothing has.
        """
        asked = {field.name: getattr(self, field.name) for field in fields(self)}
        if asked.get("instruments") == "any":
            asked |= {"new_instruments": True, "instruments": None}
        elif asked.get("instruments") is not None:
            asked["instruments"] = tuple(asked["instruments"].split(","))
        known = {field.name for field in fields(Options)}
        return Options(**{name: value for name, value in asked.items() if name in known})

    def run(
        self,
        task: str,
        request: "Request",
        placed: "Placed",
        *prompts: "Prompt",
    ) -> None:
        """Let the model write what is asked for; `task` is a word for it. See `Job`."""

        def make(on_bar: "OnBar") -> "list[Take]":
            from segue.generation.composer import load
            from segue.generation.following import Following

            return load(self.model).write(request, *prompts, following=Following(on_bar=on_bar))

        takes, bars = len(request.numbers), placed.region.last - placed.region.first
        read = (getattr(prompt, "source", None) for prompt in prompts)
        Job(
            task,
            takes,
            bars,
            self.out,
            self.picture,
            make,
            inputs=tuple(Path(source) for source in read if source),
            force=self.force,
            new_bars_only=self.new_bars_only,
        ).run()


@dataclass(frozen=True)
class Keyed(Writing):
    """The same, with a key to lean on and chords to follow."""

    key: Key = None
    chords: Chords = None


@dataclass(frozen=True)
class Composing(Keyed):
    """The same, with the options that need no prompt."""

    instruments: Instruments = None


def _choice(name: str) -> Any:
    """The option for a choice of `Options`."""
    choice = CHOICES[name]
    return typer.Option(metavar="|".join(choice.values), help=choice.words)


@dataclass(frozen=True)
class Wishing(Composing):
    """The same, with the options that compare with a prompt."""

    density: Annotated[str | None, _choice("density")] = None
    register: Annotated[str | None, _choice("register")] = None
    expression: Expression = True
    repeats: Repeats = True


def with_writing(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each field of the `Writing` that its last parameter is."""
    *own, last = inspect.signature(command, eval_str=True).parameters.values()
    record = last.annotation
    shared = inspect.signature(record, eval_str=True).parameters.values()

    @wraps(command)
    def run(**given: Any) -> None:
        how = {field.name: given.pop(field.name) for field in fields(record)}
        command(**given, **{last.name: record(**how)})

    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *shared)]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
