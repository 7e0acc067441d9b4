"""`segue vary`: the piece's own bars, played differently."""

from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import (
    DEFAULT_OUT,
    InputFile,
    Job,
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

__all__ = ["vary"]


def vary(
    file: InputFile,
    amount: Annotated[
        float, typer.Option("--amount", "-a", help="From 0, nearly mine, to 1, new.")
    ] = 0.3,
    bars: Annotated[
        str | None,
        typer.Option("--bars", "-b", metavar="FIRST:LAST", help="Bars from 1; default all."),
    ] = None,
    tracks: Tracks = None,
    takes: Takes = 4,
    seed: Seed = 1,
    out: OutputFolder = DEFAULT_OUT,
    model: Model = "band",
    temperature: Temperature = None,
    top_p: TopP = None,
    picture: Picture = False,
) -> None:
    """Write bars anew that keep as much of the piece's own as you say."""
    options = make_options(temperature=temperature, top_p=top_p)
    document = read_prompt(file)
    first, last = parse_bars(bars) if bars else (0, document.score.n_bars)
    chosen = parse_tracks(tracks, document)

    def make(on_bar: "OnBar") -> "list[Take]":
        from segue.generation.composer import load

        return load(model).vary(
            document,
            amount=amount,
            first=first,
            last=last,
            tracks=chosen,
            takes=takes,
            seed=seed,
            options=options,
            on_bar=on_bar,
        )

    Job("varying", takes, last - first, out, picture, make).run()
