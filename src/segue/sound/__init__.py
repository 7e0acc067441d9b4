"""Sound: MIDI bytes to a WAV file, with the General MIDI soundfont that Segue ships.

`gm.sf3` holds 128 programs and 37 drum kits under the MIT licence; its notice is beside it. The
synthesis is FluidSynth's, called as a program of the system's: a crash of it is then a message and
not the end of the process, and Segue needs no binding to a library that pip cannot install.
"""

from segue.sound.fluidsynth import render
from segue.sound.soundfont import GM_SOUNDFONT

__all__ = ["GM_SOUNDFONT", "render"]
