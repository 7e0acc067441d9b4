"""The prompts of a task as MIDI files, for other systems to continue."""

from pathlib import Path

from segue.evaluation.music.reference import Reference
from segue.files import make_folder, write_bytes
from segue.midi import score_to_bytes

__all__ = ["write_prompts"]


def write_prompts(reference: Reference, count: int, folder: Path) -> int:
    """Write up to `count` prompts as 0001.mid and so on; returns how many there are.

    Raises:
        InputError: no song is long enough, or `folder` cannot be written.
    """
    make_folder(folder)
    asked = reference.prompts(count)
    for number, excerpt in enumerate(asked, start=1):
        data = score_to_bytes(reference.prompt_of(excerpt))
        write_bytes(folder / f"{number:04d}.mid", data)
    return len(asked)
