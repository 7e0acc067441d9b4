"""`segue render`: a MIDI file as a WAV file."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from segue.cli.asking import read_prompt
from segue.cli.given import STANDARD_INPUT
from segue.cli.keeping import Force, free_name
from segue.cli.messages import say
from segue.cli.progress import named_bars
from segue.errors import InputError

__all__ = ["render"]


class _Synth(Enum):
    """The values of `--synth`; those of `segue.sound.Synthesizer`, which needs NumPy."""

    AUTO = "auto"
    FLUIDSYNTH = "fluidsynth"
    BUILT_IN = "built-in"


def render(
    source: Annotated[
        Path, typer.Argument(metavar="IN.mid", help="The MIDI file to play; - is standard input.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="OUT.wav", help="Where to write; by default beside IN.mid."
        ),
    ] = None,
    soundfont: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="A .sf2 or .sf3 file instead of Segue's own."),
    ] = None,
    synth: Annotated[
        _Synth,
        typer.Option(
            help="Who makes the sound; auto is FluidSynth if installed, otherwise built-in."
        ),
    ] = _Synth.AUTO,
    force: Force = False,
) -> None:
    """Play a MIDI file into a WAV file."""
    from segue.sound import Synthesizer
    from segue.sound import render as render_wav

    if out is None and str(source) == STANDARD_INPUT:
        raise InputError("the music comes from standard input: name the sound file with -o OUT.wav")
    target = out if out is not None else source.with_suffix(".wav")
    if target.suffix.lower() != ".wav":
        raise InputError(f"{target}: the sound is written as WAV; give a name that ends in .wav")
    document = read_prompt(source)
    if not document.score.n_notes:
        raise InputError(f"{source}: there are no notes in it, so there is nothing to hear")
    if not force:
        target = free_name(target)
    with named_bars() as show:
        seconds = render_wav(
            document.updated(document.score),
            target,
            soundfont=soundfont,
            synthesizer=Synthesizer(synth.value),
            on_progress=lambda done, total: show("rendering", done, total),
        )
    say(f"{target}: {seconds:.1f} s")
