"""`segue render`: a MIDI file as a WAV file."""

from pathlib import Path
from typing import Annotated

import typer

from segue.cli.messages import say, warn
from segue.errors import InputError

__all__ = ["render"]


def render(
    source: Annotated[Path, typer.Argument(metavar="IN.mid", help="The MIDI file to play.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="OUT.wav", help="Where to; by default beside IN.mid."),
    ] = None,
    soundfont: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="A .sf2 or .sf3 file instead of Segue's own."),
    ] = None,
) -> None:
    """Play a MIDI file into a WAV file, through the system's FluidSynth."""
    from segue.midi import read_document
    from segue.sound import render as render_wav

    target = out if out is not None else source.with_suffix(".wav")
    if target.suffix.lower() != ".wav":
        raise InputError(f"{target}: the sound is written as WAV; give a name that ends in .wav")
    document = read_document(source)
    warn(document.source, document.warnings)
    if not document.score.n_notes:
        raise InputError(f"{source}: there are no notes in it, so there is nothing to hear")
    seconds = render_wav(document.updated(document.score), target, soundfont=soundfont)
    say(f"{target}: {seconds:.1f} s")
