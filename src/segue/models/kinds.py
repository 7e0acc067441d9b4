"""The cards of networks that are no decoders: what kind a folder holds, and of which version.

A decoder's card has no kind; `folder.read_card` reads it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from segue.errors import CheckpointError, ConfigError
from segue.models.folder import CARD_NAME
from segue.reading import read_json

__all__ = ["read_kind"]

ReadT = TypeVar("ReadT")


def read_kind(
    folder: Path, kind: str, version: int, what: str, read: Callable[[dict[str, Any]], ReadT]
) -> ReadT:
    """What `read` finds in the card of a folder that has to hold a kind of this version.

    `what`: the kind in words, for messages.

    Raises:
        CheckpointError: there is no such card, or it is damaged or of another kind or version.
    """
    path = folder / CARD_NAME
    try:
        card = read_json(path)
        told = (card["kind"], card["format_version"])
        found = read(card)
    except (OSError, ValueError, LookupError, TypeError, ConfigError) as error:
        raise CheckpointError(
            f"{path} describes no {what} ({error}); give the folder that training wrote"
        ) from error
    if told != (kind, version):
        raise CheckpointError(
            f"{path} is of kind and version {told}, this Segue reads {(kind, version)}"
        )
    return found
