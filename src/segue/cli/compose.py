"""`segue compose`: music from nothing but a metre, a tempo and, where asked, instruments."""

from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import Bars, Instruments, Key, Takes
from segue.cli.writing import WRITING, Writing, with_writing
from segue.errors import InputError

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.composer import Composer
    from segue.generation.request import OnBar

__all__ = ["compose"]


@with_writing
def compose(
    bars: Bars = 8,
    takes: Takes = 4,
    bpm: Annotated[float, typer.Option(help="Quarters a minute.")] = 120.0,
    metre: Annotated[str, typer.Option(help="Metre, such as 3/4 or 7/8.")] = "4/4",
    instruments: Instruments = None,
    key: Key = None,
    how: Writing = WRITING,
) -> None:
    """Write takes from nothing."""
    options = how.options(instruments=instruments, key=key)
    over, _, under = metre.partition("/")
    if not over.isdigit() or not under.isdigit():
        raise InputError(f"metre must look like 4/4, got {metre!r}")

    def write(composer: "Composer", on_bar: "OnBar") -> "list[Take]":
        return composer.compose(
            bars=bars,
            takes=takes,
            seed=how.seed,
            bpm=bpm,
            metre=(int(over), int(under)),
            options=options,
            on_bar=on_bar,
        )

    how.run("composing", takes, bars, write)
