"""`segue compose`: music from nothing but a metre, a tempo and, where asked, instruments."""

from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import (
    DEFAULT_OUT,
    Bars,
    Instruments,
    Job,
    Key,
    Model,
    OutputFolder,
    Picture,
    Seed,
    Takes,
    Temperature,
    TopP,
    make_options,
)
from segue.errors import InputError

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.request import OnBar

__all__ = ["compose"]


def compose(
    bars: Bars = 8,
    takes: Takes = 4,
    seed: Seed = 1,
    out: OutputFolder = DEFAULT_OUT,
    bpm: Annotated[float, typer.Option(help="Quarters a minute.")] = 120.0,
    metre: Annotated[str, typer.Option(help="Metre, such as 3/4 or 7/8.")] = "4/4",
    model: Model = "band",
    temperature: Temperature = None,
    top_p: TopP = None,
    instruments: Instruments = None,
    key: Key = None,
    picture: Picture = False,
) -> None:
    """Write takes from nothing."""
    options = make_options(temperature=temperature, top_p=top_p, instruments=instruments, key=key)
    over, _, under = metre.partition("/")
    if not over.isdigit() or not under.isdigit():
        raise InputError(f"metre must look like 4/4, got {metre!r}")

    def make(on_bar: "OnBar") -> "list[Take]":
        from segue.generation.composer import load

        return load(model).compose(
            bars=bars,
            takes=takes,
            seed=seed,
            bpm=bpm,
            metre=(int(over), int(under)),
            options=options,
            on_bar=on_bar,
        )

    Job("composing", takes, bars, out, picture, make).run()
