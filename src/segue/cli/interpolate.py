"""`segue interpolate`: from one piece to another by their latents."""

from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import Bars, InputFile, read_prompt
from segue.cli.writing import WRITING, Writing, with_writing

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.composer import Composer
    from segue.generation.request import OnBar

__all__ = ["interpolate"]


@with_writing
def interpolate(
    start: InputFile,
    end: InputFile,
    bars: Bars = 4,
    steps: Annotated[int, typer.Option(min=2, help="Takes, both ends included.")] = 5,
    how: Writing = WRITING,
) -> None:
    """Write takes that lead from the first bars of one piece to those of another."""
    options = how.options()
    documents = read_prompt(start), read_prompt(end)

    def write(composer: "Composer", on_bar: "OnBar") -> "list[Take]":
        return composer.interpolate(
            *documents, bars=bars, steps=steps, seed=how.seed, options=options, on_bar=on_bar
        )

    how.run("interpolating", steps, bars, write, ranked=False)
