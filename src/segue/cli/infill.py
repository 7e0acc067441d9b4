"""`segue infill`: some bars, or some tracks of them, written anew."""

from typing import TYPE_CHECKING

from segue.cli.asking import (
    BarRange,
    Density,
    InputFile,
    Instruments,
    Key,
    Takes,
    Tracks,
    parse_bars,
    parse_tracks,
    read_prompt,
)
from segue.cli.writing import WRITING, Writing, with_writing

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.composer import Composer
    from segue.generation.request import OnBar

__all__ = ["infill"]


@with_writing
def infill(
    file: InputFile,
    bars: BarRange,
    tracks: Tracks = None,
    takes: Takes = 4,
    instruments: Instruments = None,
    density: Density = None,
    key: Key = None,
    how: Writing = WRITING,
) -> None:
    """Write bars of a piece anew, in all tracks or in some; the rest stays as it is."""
    options = how.options(instruments=instruments, density=density, key=key)
    document = read_prompt(file)
    first, last = parse_bars(bars)
    chosen = parse_tracks(tracks, document)

    def write(composer: "Composer", on_bar: "OnBar") -> "list[Take]":
        return composer.infill(
            document,
            first=first,
            last=last,
            tracks=chosen,
            takes=takes,
            seed=how.seed,
            options=options,
            on_bar=on_bar,
        )

    how.run("infilling", takes, last - first, write)
