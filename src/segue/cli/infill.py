"""`segue infill`: some bars, or some tracks of them, written anew."""

from typing import TYPE_CHECKING

from segue.cli.asking import (
    DEFAULT_OUT,
    BarRange,
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
    Tracks,
    make_options,
    parse_bars,
    parse_tracks,
    read_prompt,
)

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.request import OnBar

__all__ = ["infill"]


def infill(
    file: InputFile,
    bars: BarRange,
    tracks: Tracks = None,
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
    """Write bars of a piece anew, in all tracks or in some; the rest stays as it is."""
    options = make_options(
        temperature=temperature, top_p=top_p, instruments=instruments, density=density, key=key
    )
    document = read_prompt(file)
    first, last = parse_bars(bars)
    chosen = parse_tracks(tracks, document)

    def make(on_bar: "OnBar") -> "list[Take]":
        from segue.generation.composer import load

        return load(model).infill(
            document,
            first=first,
            last=last,
            tracks=chosen,
            takes=takes,
            seed=seed,
            options=options,
            on_bar=on_bar,
        )

    Job("infilling", takes, last - first, out, picture, make).run()
