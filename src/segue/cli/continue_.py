"""`segue continue`: several ways for a piece to go on."""

from typing import TYPE_CHECKING

from segue.cli.asking import Bars, Density, InputFile, Instruments, Key, Takes, read_prompt
from segue.cli.messages import warn
from segue.cli.writing import WRITING, Writing, with_writing

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.composer import Composer
    from segue.generation.request import OnBar

__all__ = ["continue_"]


@with_writing
def continue_(
    file: InputFile,
    bars: Bars = 8,
    takes: Takes = 4,
    instruments: Instruments = None,
    density: Density = None,
    key: Key = None,
    how: Writing = WRITING,
) -> None:
    """Write takes of a piece: each the untouched prompt, then exactly so many new bars."""
    options = how.options(instruments=instruments, density=density, key=key)
    document = read_prompt(file)
    if not document.score.n_notes:
        warn(str(file), ["there are no notes in it: its metre and tempo are all that is gone by"])

    def write(composer: "Composer", on_bar: "OnBar") -> "list[Take]":
        return composer.continue_(
            document, bars=bars, takes=takes, seed=how.seed, options=options, on_bar=on_bar
        )

    how.run("continuing", takes, bars, write)
