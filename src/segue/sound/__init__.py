"""Sound: MIDI bytes to a WAV file, with the General MIDI soundfont that Segue ships.

`gm.sf3` holds 128 programs and 37 drum kits under the MIT licence; its notice is beside it. Where
the system has FluidSynth, it makes the sound, called as a program: a crash of it is then a message
and not the end of the process. Elsewhere Segue's own synthesizer does (`segue.sound.builtin`), dry
and without a soundfont's own modulators; it needs nothing that pip cannot install.
"""

from segue.sound.rendering import Synthesizer, render, render_stems
from segue.sound.soundfont import GM_SOUNDFONT
from segue.sound.stems import stems_of

__all__ = ["GM_SOUNDFONT", "Synthesizer", "render", "render_stems", "stems_of"]
