"""The Hugging Face hub: what has an address there, fetched and given out by `huggingface_hub`.

This module knows repositories and files, not models and corpora. An address is `hf://USER/NAME`, or
`hf://USER/NAME@REVISION`. `HF_ENDPOINT`, `HF_TOKEN` and `HF_HOME` mean what they mean for that
package, which comes with the extra "huggingface".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from segue.errors import InputError
from segue.extras import how_to_install

__all__ = ["Address", "download", "is_address", "upload"]

_PREFIX: Final = "hf://"
_NAME: Final = r"[A-Za-z0-9][\w.-]{0,95}"
_ADDRESS: Final = re.compile(rf"(?:hf://)?({_NAME}/{_NAME})(?:@([\w./-]{{1,100}}))?")


@dataclass(frozen=True)
class Address:
    """A repository of the hub: "USER/NAME", and a branch, tag or commit or None."""

    repository: str
    revision: str | None = None

    @classmethod
    def parse(cls, text: str) -> Address:
        """An address from `hf://USER/NAME`, with or without `hf://` and `@REVISION`.

        Raises:
            InputError: it is none.
        """
        found = _ADDRESS.fullmatch(text)
        if not found:
            raise InputError(f"{text!r:.80} is no address of the hub; give hf://USER/NAME")
        return cls(found[1], found[2])


def is_address(text: str) -> bool:
    """Whether a text means something on the hub, not a file here."""
    return text.startswith(_PREFIX)


def download(address: Address, names: Sequence[str]) -> Path:
    """The folder with the files of a model's repository that have one of these names.

    What was fetched before is not fetched again, and does without a network.

    Raises:
        InputError: `huggingface_hub` is missing, or there is no such repository or no network.
    """
    with _told(address):
        from huggingface_hub import snapshot_download

        return Path(
            snapshot_download(
                address.repository,
                revision=address.revision,
                allow_patterns=list(names),
                endpoint=_endpoint(),
                library_name="segue",
            )
        )


def upload(
    folder: Path, address: Address, *, kind: Literal["model", "dataset"], private: bool
) -> str:
    """Put the files of a folder into a repository, which is made if there is none.

    Returns:
        Where people find it.

    Raises:
        InputError: `huggingface_hub` is missing, nobody is logged in, or the hub refuses.
    """
    with _told(address):
        from huggingface_hub import HfApi

        hub = HfApi(endpoint=_endpoint(), library_name="segue")
        made = hub.create_repo(address.repository, repo_type=kind, private=private, exist_ok=True)
        hub.upload_folder(
            repo_id=address.repository,
            repo_type=kind,
            folder_path=folder,
            revision=address.revision,
            commit_message="Upload with Segue",
        )
        return str(made)


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT") or None


@contextmanager
def _told(address: Address) -> Iterator[None]:
    """Say in one line what is wrong."""
    name = f"{_PREFIX}{address.repository}"
    try:
        from huggingface_hub import errors
    except ImportError:
        raise InputError(
            f"{name}: the hub needs another package; {how_to_install('huggingface')}"
        ) from None
    try:
        yield
    except errors.LocalTokenNotFoundError:
        raise InputError(f"{name}: nobody is logged in; run `hf auth login` first") from None
    except errors.GatedRepoError:
        raise InputError(
            f"{name}: ask for access on its page, and log in with `hf auth login`"
        ) from None
    except errors.RepositoryNotFoundError:
        raise InputError(
            f"{name}: there is no such repository, or it is private; check the name, or log in "
            "with `hf auth login`"
        ) from None
    except errors.RevisionNotFoundError:
        raise InputError(f"{name}: has no revision {address.revision!r}") from None
    except errors.LocalEntryNotFoundError:
        raise InputError(
            f"{name}: the hub does not answer, and nothing of it was fetched before; try again "
            "with a network"
        ) from None
    except errors.HfHubHTTPError as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        if status in (401, 403):
            raise InputError(
                f"{name}: you may not write there; log in with `hf auth login` as somebody who may"
            ) from None
        raise InputError(f"{name}: {_first_line(error)}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
