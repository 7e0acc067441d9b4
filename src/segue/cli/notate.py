"""`segue notate`: a MIDI file as notation, and notation as a MIDI file."""

from pathlib import Path
from typing import Annotated

import typer

from segue.cli.asking import Key, read_prompt
from segue.cli.extras import require
from segue.cli.given import STANDARD_INPUT
from segue.cli.keeping import Force, free_name, put
from segue.cli.messages import say
from segue.errors import InputError

__all__ = ["notate"]

_NOTATION = (".musicxml", ".xml", ".mxl")


def notate(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="A MIDI file (- is standard input), or MusicXML: .musicxml, .xml or .mxl.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="OUT", help="Where to write; by default beside IN."),
    ] = None,
    key: Key = None,
    force: Force = False,
) -> None:
    """Write a MIDI file as MusicXML, for notation programs, or MusicXML as a MIDI file.

    Notes are written on a grid of sixteenths and triplets; --key gives the key signature. What is
    read from notation are its notes, instruments, metre and tempo.
    """
    require("notation", "segue notate")
    from segue.midi import score_to_bytes
    from segue.notation import musicxml_of, read_musicxml
    from segue.theory.key import key_name, parse_key

    is_notation = source.suffix.lower() in _NOTATION
    suffixes = (".mid", ".midi") if is_notation else (".musicxml", ".xml")
    if out is None and str(source) == STANDARD_INPUT:
        raise InputError("the music comes from standard input: name the file with -o OUT.musicxml")
    target = out if out is not None else source.with_suffix(suffixes[0])
    if target.suffix.lower() not in suffixes:
        raise InputError(f"{target}: give a name that ends in {suffixes[0]}")
    score = read_musicxml(source) if is_notation else read_prompt(source).score
    if not score.n_notes:
        raise InputError(f"{source}: there are no notes in it")
    named = None if key is None else key_name(parse_key(key))
    data = score_to_bytes(score) if is_notation else musicxml_of(score, key=named)
    if not force:
        target = free_name(target)
    say(str(put(target, data, force=force)))
