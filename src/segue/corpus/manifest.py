"""What a store consists of: its version, its counts, and size and checksum of every file.

The manifest is written last and holds no dates or paths of the machine, so that equal sources and
options give equal manifests, byte for byte. It is JSON; unknown keys are for later versions and are
ignored.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from segue.errors import CorpusError
from segue.reading import read_json

MANIFEST_NAME: Final = "manifest.json"
FORMAT: Final = "segue-corpus"
FORMAT_VERSION: Final = 1
_CHUNK = 1 << 20
_NEWER_COUNTS: Final = ("n_rescued_songs", "n_rescued_notes")
"""What older stores do not say."""


@dataclass(frozen=True)
class FileRecord:
    """Size and SHA-256 of one file of a store."""

    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The table of contents of a store.

    Attributes:
        n_songs: how many songs it holds.
        n_notes: how many notes they have.
        n_clusters: how many different tunes they are, near-duplicates counted once.
        n_rejected: how many files are in `rejected.jsonl`.
        splits: songs by split.
        tiers: songs by licence tier.
        options: the options of the build.
        sources: for each source its name, and its songs and rejected files.
        files: every other file of the store by its path inside it.
        n_rescued_songs: songs that only Segue's own reader read whole; 0 in older stores.
        n_rescued_notes: notes of these that would have been lost, or taken for pitches of drums.
    """

    n_songs: int
    n_notes: int
    n_clusters: int
    n_rejected: int
    splits: dict[str, int]
    tiers: dict[str, int]
    options: dict[str, Any]
    sources: list[dict[str, Any]]
    files: dict[str, FileRecord]
    n_rescued_songs: int = 0
    n_rescued_notes: int = 0

    @property
    def content_sha256(self) -> str:
        """One checksum for the whole store: equal for equal content."""
        lines = [f"{record.sha256}  {name}\n" for name, record in sorted(self.files.items())]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into a store's folder."""
        content = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "content_sha256": self.content_sha256,
            **asdict(self),
        }
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a store.

    Raises:
        CorpusError: there is none, or it is damaged or of a version that this Segue does not know.
    """
    path = folder / MANIFEST_NAME
    try:
        content = read_json(path)
    except FileNotFoundError:
        raise CorpusError(
            f"{folder}: no corpus here (no {MANIFEST_NAME}); make one with"
            f" `segue corpus build SOURCE --out {folder}`"
        ) from None
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: damaged ({error}); build the corpus again") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CorpusError(f"{path}: not the manifest of a Segue corpus")
    if content.get("format_version") != FORMAT_VERSION:
        raise CorpusError(
            f"{path}: format version {content.get('format_version')}, but this Segue reads"
            f" {FORMAT_VERSION}; build the corpus again"
        )
    try:
        content = {**dict.fromkeys(_NEWER_COUNTS, 0), **content}
        for name in ("n_songs", "n_notes", "n_clusters", "n_rejected", *_NEWER_COUNTS):
            if type(content[name]) is not int or content[name] < 0:
                raise TypeError(f"{name} is not a count")
        files = {name: FileRecord(**record) for name, record in content["files"].items()}
        known: dict[str, Any] = {
            name: content[name] for name in Manifest.__dataclass_fields__ if name != "files"
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"{path}: damaged ({error}); build the corpus again") from None
    return Manifest(files=files, **known)


def record_of(path: Path) -> FileRecord:
    """Size and checksum of a file, read in pieces."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return FileRecord(size, digest.hexdigest())
