"""All examples as the bytes of their MIDI files."""

from segue.examples import band, chiptune, quartet
from segue.midi import score_to_bytes

__all__ = ["compose_all"]


def compose_all() -> dict[str, bytes]:
    """The MIDI file of each example, by name."""
    pieces = {"band": band.compose(), "quartet": quartet.compose(), "chiptune": chiptune.compose()}
    return {name: score_to_bytes(piece) for name, piece in pieces.items()}
