"""`segue interpolate`: from one piece to another by their latents."""

from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import (
    DEFAULT_OUT,
    Bars,
    InputFile,
    Job,
    Model,
    OutputFolder,
    Picture,
    Seed,
    Temperature,
    TopP,
    make_options,
    read_prompt,
)

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.request import OnBar

__all__ = ["interpolate"]


def interpolate(
    start: InputFile,
    end: InputFile,
    bars: Bars = 4,
    steps: Annotated[int, typer.Option(min=2, help="Takes, both ends included.")] = 5,
    seed: Seed = 1,
    out: OutputFolder = DEFAULT_OUT,
    model: Model = "band",
    temperature: Temperature = None,
    top_p: TopP = None,
    picture: Picture = False,
) -> None:
    """Write takes that lead from the first bars of one piece to those of another."""
    options = make_options(temperature=temperature, top_p=top_p)
    documents = read_prompt(start), read_prompt(end)

    def make(on_bar: "OnBar") -> "list[Take]":
        from segue.generation.composer import load

        return load(model).interpolate(
            *documents, bars=bars, steps=steps, seed=seed, options=options, on_bar=on_bar
        )

    Job("interpolating", steps, bars, out, picture, make).run()
