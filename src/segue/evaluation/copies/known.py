"""Whose training music the sets of an evaluation are looked for in."""

from collections.abc import Sequence

from segue.generation.composer import DEFAULT_MODEL
from segue.models.folder import model_folder
from segue.novelty import KnownMusic
from segue.novelty.known import known_music_of

__all__ = ["training_music_of"]


def training_music_of(models: Sequence[str]) -> KnownMusic | None:
    """That of the first of the models that has its fingerprint beside it, or of the shipped one.

    Raises:
        CheckpointError: there is no such model.
    """
    known = (known_music_of(model_folder(name)) for name in (*models, DEFAULT_MODEL))
    return next((each for each in known if each is not None), None)
