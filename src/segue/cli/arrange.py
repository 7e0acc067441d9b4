"""`segue arrange`: a song of a loop, section by section."""

from typing import Annotated

import typer

from segue.cli.asking import Encoding, InputFile, Takes, read_prompt
from segue.cli.writing import Keyed, with_writing
from segue.generation.bounds import SECTION_BARS
from segue.generation.form import FORMS

__all__ = ["arrange"]

_NAMED = " ".join(f"{name} is {form.form}: {form.words}" for name, form in FORMS.items())


@with_writing
def arrange(
    file: InputFile,
    form: Annotated[
        str,
        typer.Option(
            "--form",
            "-f",
            metavar="FORM",
            help="Sections, such as \"A A' B A''\", or a name. A is your loop. A prime comes back "
            "changed, more primes more so; a new letter is new music; - leaves out parts, + lets "
            f"them enter one after another. {_NAMED}",
        ),
    ] = "AABA",
    bars: Annotated[
        int | None,
        typer.Option(
            "--bars",
            "-b",
            min=SECTION_BARS.lowest,
            help=f"How many bars each section has, at most {SECTION_BARS.highest}. Default: as "
            "your loop, played as often as it takes to reach 8.",
        ),
    ] = None,
    follow_chords: Annotated[
        bool,
        typer.Option(
            "--follow-chords/--no-follow-chords",
            help="Play over the chords that the file names behind your loop, each in its own bar.",
        ),
    ] = True,
    takes: Takes = 1,
    encoding: Encoding = None,
    how: Keyed = Keyed(),  # noqa: B008 - frozen
) -> None:
    """Make a song of a loop: its bars, then the other sections of a form, and an end.

    The first bars are your loop, untouched. Sections that come back are copied and changed a
    little; the last bar of each leads to the next; in the last bar all parts stop together. Each
    section has a marker, so that you can redo any of them by `segue infill --bars`.
    """
    from segue.generation.arrange import Arrange
    from segue.generation.piece import Piece

    request = Arrange(form=form, bars=bars, takes=takes, seed=how.seed, options=how.options())
    document = read_prompt(file, encoding=encoding)
    piece = Piece.of(document)
    if follow_chords:
        request = request.over_chords_of(piece)
    how.run("arranging", request, request.placed(piece), document)
