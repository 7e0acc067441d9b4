"""`segue continue`: several ways for a piece to go on."""

from typing import TYPE_CHECKING

from segue.cli.asking import (
    DEFAULT_OUT,
    Bars,
    Density,
    InputFile,
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
    read_prompt,
)
from segue.cli.messages import warn

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.request import OnBar

__all__ = ["continue_"]


def continue_(
    file: InputFile,
    bars: Bars = 8,
    takes: Takes = 4,
    seed: Seed = 1,
    out: OutputFolder = DEFAULT_OUT,
    model: Model = "band",
    temperature: Temperature = None,
    top_p: TopP = None,
    instruments: Instruments = None,
    density: Density = None,
    key: Key = None,
    picture: Picture = False,
) -> None:
    """Write takes of a piece: each the untouched prompt, then exactly so many new bars."""
    options = make_options(
        temperature=temperature, top_p=top_p, instruments=instruments, density=density, key=key
    )
    document = read_prompt(file)
    if not document.score.n_notes:
        warn(str(file), ["there are no notes in it: its metre and tempo are all that is gone by"])

    def make(on_bar: "OnBar") -> "list[Take]":
        from segue.generation.composer import load

        return load(model).continue_(
            document, bars=bars, takes=takes, seed=seed, options=options, on_bar=on_bar
        )

    Job("continuing", takes, bars, out, picture, make).run()
